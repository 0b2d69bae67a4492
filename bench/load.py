"""One load on one server: how it is made, and the row of figures that comes of it.

Two makers of the same load: the rivals' kit's own (a referee, where the kit is there)
and `load.mjs`, which also deals sockets to several servers. Both run on one core and
the server on the other.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.clients import LOAD_CORE
from bench.processes import spent
from bench.target import SERVICES, Target

OURS: Final = Path(__file__).with_name("load.mjs")
WAITED: Final = 0.3
"""Share of the time that a server may wait for a core: past it a run says nothing."""
TRIES: Final = 3
PATIENCE: Final = 180.0


class Unloaded(Exception):
    """A load did not come about."""


@dataclass(frozen=True)
class Shape:
    """What people do: `rate` is edits a second a typer, of one letter each.

    What was sent and has not come `drain` seconds after the end is lost.
    """

    documents: int = 1
    sockets: int = 50
    typers: int = 10
    rate: float = 5.0
    seconds: float = 2.5
    warm: float = 1.0
    drain: float = 3.0

    @property
    def edits(self) -> float:
        """Edits a second of all."""
        return self.documents * self.typers * self.rate


@dataclass(frozen=True)
class Row:
    """What came of it; a delivery is an edit that reached one other socket.

    `edits` and `deliveries` are a second, `arrived` the share of those due; latencies
    in milliseconds; CPU as cores of each part, `waited` cores' worth of waiting.
    """

    server: str
    documents: int
    sockets: int
    offered: float
    edits: float
    deliveries: float
    arrived: float
    p50: float
    p95: float
    p99: float
    cores: Mapping[str, float]
    waited: float
    load_cores: float
    messages: float

    @property
    def web_us(self) -> float:
        """Microseconds of the web processes a delivery."""
        return self.cores["web"] / max(self.deliveries, 1e-9) * 1e6

    @property
    def all_us(self) -> float:
        """The same with Redis and Postgres."""
        return sum(self.cores.values()) / max(self.deliveries, 1e-9) * 1e6

    def written(self) -> dict[str, object]:
        """Give it as it is kept."""
        return asdict(self)


Loader = Callable[[Target, Shape], Row]


def quiet(
    load: Callable[[], Row], spoiled: Callable[[], None], tries: int = TRIES
) -> Row:
    """Repeat a load in which the server waited too long for a core, or that failed.

    Tells each time; after the last try the row with the shortest waiting stands.
    Raises Unloaded where no try came about.
    """
    rows = []
    failed = Unloaded()
    for _ in range(tries):
        try:
            row = load()
        except Unloaded as why:
            failed = why
        else:
            if row.waited <= WAITED:
                return row
            rows.append(row)
        spoiled()
    if not rows:
        raise failed
    return min(rows, key=lambda row: row.waited)


def by_ours(target: Target, shape: Shape) -> Row:
    """Make the load with `load.mjs`. Raises Unloaded."""
    given = {
        **target.connect,
        "urls": list(target.urls),
        "documents": target.fresh(shape.documents),
        "sockets": shape.sockets,
        "typers": shape.typers,
        "rate": shape.rate,
        "warm": shape.warm,
        "seconds": shape.seconds,
        "drain": shape.drain,
    }
    return made(target, shape, given)


def made(target: Target, shape: Shape, given: Mapping[str, object]) -> Row:
    """Run `load.mjs`, and look at the processes when it says so. Raises Unloaded."""
    looks = []
    told: dict[str, float] = {}
    command = ["taskset", "-c", str(LOAD_CORE), "node", str(OURS), json.dumps(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            if "measuring" in told:
                looks.append({part: spent(target.pids[part]) for part in target.pids})
    if process.returncode or len(looks) != 2 or told.get("closed"):
        raise Unloaded(f"{target.server}: {told or 'nothing came'}")
    before, after = looks
    costs = {part: after[part].since(before[part]) for part in target.pids}
    cores = {part: costs[part].running / shape.seconds for part in costs}
    return Row(
        server=target.server,
        documents=shape.documents,
        sockets=shape.sockets,
        offered=shape.edits,
        edits=told["edits"],
        deliveries=told["deliveries"],
        arrived=told["arrived"] or 0.0,
        p50=_number(told.get("p50")),
        p95=_number(told.get("p95")),
        p99=_number(told.get("p99")),
        cores=cores,
        waited=costs["web"].waiting / shape.seconds / len(target.pids["web"]),
        load_cores=told["load_cpu"],
        messages=told["messages"],
    )


def by_kit(kit: Path) -> Loader:
    """Give the maker of the kit: its `load.mjs`, used as its README says."""

    def load(target: Target, shape: Shape) -> Row:
        with tempfile.NamedTemporaryFile("w", suffix=".names") as names:
            names.write("\n".join(target.fresh(shape.documents)) + "\n")
            names.flush()
            told = _asked(_words(kit, target, shape, names.name))
        return _row(target, shape, told)

    return load


def _words(kit: Path, target: Target, shape: Shape, names: str) -> list[str]:
    many = shape.documents > 1
    crowd = (
        {"docs": shape.documents, "perdoc": shape.sockets}
        if many
        else {"clients": shape.sockets, "typers": shape.typers}
    )
    auxiliary = [pid for part in SERVICES[1:] for pid in target.pids.get(part, ())]
    options: dict[str, object] = {
        "url": target.urls[0],
        "protocol": target.protocol,
        "names": names,
        **crowd,
        "rate": shape.rate,
        "seconds": shape.seconds,
        "warm": shape.warm,
        "pids": ",".join(map(str, target.pids["web"])),
        "auxpids": ",".join(map(str, auxiliary)),
        "cookie": target.headers.get("Cookie", ""),
        "origin": target.headers.get("Origin", ""),
    }
    words = ["taskset", "-c", str(LOAD_CORE), "node", str(kit / "load.mjs")]
    words.append("w2" if many else "w1")
    for name, value in options.items():
        if value != "":
            words += [f"--{name}", str(value)]
    return words


def _asked(words: list[str]) -> dict[str, float]:
    done = subprocess.run(
        words, stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=False
    )
    told: dict[str, float] = json.loads(done.stdout.strip().rpartition("\n")[2] or "{}")
    if done.returncode or "error" in told or told.get("errs"):
        print(f"load: {told}", file=sys.stderr)
        raise Unloaded(str(told))
    return told


def _row(target: Target, shape: Shape, told: Mapping[str, float]) -> Row:
    return Row(
        server=target.server,
        documents=shape.documents,
        sockets=shape.sockets,
        offered=shape.edits,
        edits=told["sent_edits_s"],
        deliveries=told["deliveries_s"],
        arrived=told["inwin_frac"] or 0.0,
        p50=_number(told.get("p50")),
        p95=_number(told.get("p95")),
        p99=_number(told.get("p99")),
        cores={"web": told["srv_cpu"], "services": told["aux_cpu"]},
        waited=told["srv_wait"],
        load_cores=told["cli_cpu"],
        messages=told["msgs_per_delivery"],
    )


def _number(milliseconds: float | None) -> float:
    """Take a latency; where nothing was delivered it is without end."""
    return float("inf") if milliseconds is None else milliseconds

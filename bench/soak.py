"""Long loads: does memory stay flat, and does every edit reach everybody?

    python -m bench soak [MINUTES] [KIND]

Many idle sockets on one process; then as many, and a crowd on one document, over two
processes behind nginx, where some of the crowd write all the time. Writes
bench/results/soak.json, and its table into docs/performance.md.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from bench.clients import clients
from bench.house import House
from bench.load import Shape, by_ours
from bench.markdown import DOCS, between, circumstances, number, table
from bench.place import Place
from bench.processes import memory, tree
from bench.record import Results, commit
from bench.target import Target
from documents.storage import log
from documents.yjs.extents import extent
from documents.yjs.updates import parse

IDLE: Final = 5000
HELPERS: Final = "helpers"
"""The processes that web processes have started; they come when first needed."""
PARTS: Final = ("web", HELPERS, "nginx", "redis", "postgres")
CROWD: Final = Shape(sockets=200, typers=20, rate=0.5, warm=0.0)
LOOK_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 60.0
FIRST_CLIENT: Final = 0x40000000
"""The ids of `load.mjs`' typers begin here; a document's first paragraph has others."""


@dataclass
class Watch:
    """Looks at the memory of a target's parts again and again, in a thread."""

    target: Target

    def __post_init__(self) -> None:
        self.looks: list[dict[str, float]] = []
        self._over = threading.Event()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look until the block ends."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            self.looks.append({"at": time.monotonic() - began, **self.look()})

    def look(self) -> dict[str, float]:
        """Give what each part takes now, in bytes."""
        parts = {part: memory(tree(pids)) for part, pids in self.target.pids.items()}
        own = memory(self.target.pids["web"])
        return {**parts, "web": own, HELPERS: max(0, parts["web"] - own)}

    def ends(self, *parts: str) -> Iterator[tuple[str, tuple[float, float]]]:
        """Give each part with what `thirds` tells of it."""
        for part in parts:
            yield part, thirds(self.looks, part)


def thirds(looks: list[dict[str, float]], part: str) -> tuple[float, float]:
    """Give the mean of the second third of the looks and of the last, in bytes.

    In the first, caches and pools come to their size.
    """
    third = len(looks) // 3
    values = [look[part] for look in looks]
    return mean(values[third : 2 * third]), mean(values[2 * third :])


def mean(values: list[float]) -> float:
    """Give their mean, 0 for none."""
    return sum(values) / len(values) if values else 0.0


def stored(document: str) -> int:
    """Count the letters in the log that the typers of `load.mjs` wrote."""
    clocks = extent(parse(log.state(UUID(document)))).clocks
    return sum(clock for client, clock in clocks.items() if client >= FIRST_CLIENT)


def idle(house: House, kind: str) -> Mapping[str, float]:
    """Hold idle sockets on one document of one process; tell what each takes there."""
    with clients() as crew, house.serving(kind) as target:
        documents = target.fresh(1)
        crew.do("gather", documents=documents, sockets=1, **target.connect)
        before = memory(target.pids["web"])
        open_ = crew.do("gather", documents=documents, sockets=IDLE, **target.connect)
        watch = Watch(target)
        with watch.looking():
            crew.do("pause", milliseconds=IDLE_SECONDS * 1000)
        each = (memory(target.pids["web"]) - before) / IDLE
    grown = {part: late - early for part, (early, late) in watch.ends("web", HELPERS)}
    return {
        "idle open": open_ - 1,
        "idle bytes": each,
        "idle growth": grown["web"],
        "idle helpers growth": grown[HELPERS],
    }


def crowd(house: House, kind: str, minutes: float) -> Iterator[tuple[str, float]]:
    """Let a crowd work on one document while as many as before are idle on another.

    Tells what arrived, was kept, and was taken.
    """
    shape = replace(CROWD, seconds=minutes * 60)
    with clients() as crew, house.proxied(kind, 2) as target:
        quiet, document = target.fresh(2)
        crew.do("gather", documents=[quiet], sockets=IDLE, **target.connect)
        watch = Watch(target)
        with watch.looking():
            row = by_ours(replace(target, fresh=lambda _: [document]), shape)
        yield "idle to the end", crew.do("gather", documents=[], sockets=0)
    sent = round(row.edits * shape.seconds)
    yield "sent", sent
    yield "not stored", sent - stored(document)
    yield "not arrived", (1 - row.arrived) * sent * (shape.sockets - 1)
    yield "p50", row.p50
    yield "p95", row.p95
    for part, (early, late) in watch.ends(*PARTS):
        yield f"{part} bytes", late
        yield f"{part} growth", late - early


def told(run: Results, kind: str) -> str:
    """Write what was found as a table."""
    values = {name: number(by[kind][0]) for name, by in run.figures.items()}
    grew = "{} ({} more in the last third of the time than in the second)"
    rows = [
        ("idle sockets that stayed open", values["idle open"]),
        ("bytes for each", values["idle bytes"]),
        ("bytes that the process grew meanwhile", values["idle growth"]),
        ("bytes that its helpers grew meanwhile", values["idle helpers growth"]),
        ("of as many, open until the crowd had gone", values["idle to the end"]),
        ("edits by the crowd", values["sent"]),
        ("of them not in the log", values["not stored"]),
        ("deliveries that never came", values["not arrived"]),
        ("ms until an edit arrived, p50; p95", f"{values['p50']}; {values['p95']}"),
        *(
            (f"bytes of {part}", grew.format(values[f"{part} bytes"], values[growth]))
            for part in PARTS
            if (growth := f"{part} growth") in values
        ),
    ]
    return f"{table(['what', kind], rows)}\n\n{circumstances(run)}"


def main(place: Place, minutes: str = "30", kind: str = "daphne") -> None:
    """Measure, for so many minutes and a few."""
    began, before = time.monotonic(), os.getloadavg()[0]
    house = House(place)
    found = {**idle(house, kind), **dict(crowd(house, kind, float(minutes)))}
    for name, value in found.items():
        print(f"{name}: {value:,.0f}", file=sys.stderr)
    run = Results(
        commit=commit(),
        rounds=1,
        busy=[before, os.getloadavg()[0]],
        seconds=time.monotonic() - began,
        figures={name: {kind: [value]} for name, value in found.items()},
    )
    run.write("soak")
    file = DOCS / "performance.md"
    file.write_text(between(file.read_text(), "soak", told(run, kind)))

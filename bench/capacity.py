"""How much so many people need of everything, from what was measured to cost how much.

A model with every assumption a parameter, and a small simulation of how documents lie
over processes. Knows no server; docs/scaling.md says what follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf
from random import Random
from typing import Final

from bench.record import Results
from collab.neighbours import ENOUGH, HELLO_SECONDS

MICRO: Final = 1e-6
GREETERS: Final = ENOUGH + 1
"""Processes that greet; the others hear two of them, and need not."""
DRAWN: Final = 2000
"""Documents that a simulation draws."""
ROUNDS: Final = 60


@dataclass(frozen=True)
class People:
    """Who is there, and what they do.

    `typing` is the share of them who type at a moment, `rate` updates a second of one
    who does; `together` how many a document has in the mean, `session` how many seconds
    a socket lives; `affinity`: whether all sockets of a document go to one process.
    """

    online: float
    typing: float = 0.1
    rate: float = 2.0
    together: float = 2.5
    session: float = 1800.0
    affinity: bool = False

    @property
    def edits(self) -> float:
        """Updates a second."""
        return self.online * self.typing * self.rate


@dataclass(frozen=True)
class Costs:
    """What was measured: microseconds of a core, and bytes.

    `idle` is a second of a socket, `edit` one committed, `delivery` one sent to one
    other, `told` a copy of a message through Redis: to each process that has the
    document open, the sender too; each `opening` is a socket.
    """

    idle_web: float
    idle_redis: float
    idle_postgres: float
    edit_web: float
    edit_postgres: float
    delivery_web: float
    told_web: float
    told_redis: float
    opening_web: float
    opening_postgres: float
    socket_bytes: float
    document_bytes: float
    wal_bytes: float


@dataclass(frozen=True)
class Machines:
    """What there is: `busy` is the share of a core that is used in the mean.

    A web process has one core and some memory; Valkey one core; a Postgres so many
    cores, flushes a second and bytes of write-ahead log a second. A web process flushes
    at most `flushes` times a second: a commit takes as long as it takes.
    """

    busy: float = 0.5
    web_bytes: float = 4e9
    postgres_cores: float = 32.0
    postgres_flushes: float = 20_000.0
    postgres_wal: float = 200e6
    flushes: float = 200.0


@dataclass(frozen=True)
class Need:
    """What so many people need, infinite where no number suffices.

    Hellos go to all processes in one group, and a group lies on one shard.
    """

    edits: float
    deliveries: float
    told: float
    processes: float
    redis_cores: float
    hello_cores: float
    presence_cores: float
    postgres_cores: float
    postgres_flushes: float
    postgres_wal: float
    redis: float
    postgres: float


@dataclass(frozen=True)
class Load:
    """What goes on in a second; `heard`: how many other processes have a document."""

    edits: float
    deliveries: float
    told: float
    hellos: float
    openings: float
    heard: float


def neighbours(people: People, processes: float, seed: int = 1) -> tuple[float, float]:
    """Draw documents: how many others see an edit, and how many other processes hear.

    People a document are geometric: most are alone in theirs, a few sit in a crowd.
    Whoever types is met in proportion to the people of a document. Sockets go to any
    process, or all of a document to one.
    """
    random, dice = Random(seed), Random(seed)
    alone = 1 / max(people.together, 1.0)
    edits = seen = heard = 0
    for _ in range(DRAWN):
        crowd = 1
        while random.random() > alone:
            crowd += 1
        edits += crowd
        seen += crowd * (crowd - 1)
        if not people.affinity:
            places = [int(dice.random() * processes) for _ in range(crowd)]
            heard += crowd * (len(set(places)) - 1)
    return seen / edits, heard / edits


def need(people: People, costs: Costs, machines: Machines) -> Need:
    """Compute what is needed; processes tell one another, so they are sought anew."""
    found = _with(people, costs, machines, 1.0)
    for _ in range(ROUNDS):
        known, found = found, _with(people, costs, machines, found.processes)
        if found.processes <= known.processes:
            break
    return found


def _with(people: People, costs: Costs, machines: Machines, processes: float) -> Need:
    load = _load(people, processes)
    layer = MICRO * load.told * costs.told_redis
    hello = MICRO * load.hellos * costs.told_redis
    presence = MICRO * people.online * costs.idle_redis
    redis = ceil((layer + hello + presence) / machines.busy)
    postgres = MICRO * (
        people.online * costs.idle_postgres
        + load.edits * costs.edit_postgres
        + load.openings * costs.opening_postgres
    )
    flushes = min(load.edits, processes * machines.flushes)
    wal = load.edits * costs.wal_bytes
    return Need(
        edits=load.edits,
        deliveries=load.deliveries,
        told=load.told,
        processes=_processes(people, costs, machines, load),
        redis_cores=layer,
        hello_cores=hello,
        presence_cores=presence,
        postgres_cores=postgres,
        postgres_flushes=flushes,
        postgres_wal=wal,
        redis=max(redis, 1) if hello <= machines.busy else inf,
        postgres=max(
            ceil(postgres / machines.busy / machines.postgres_cores),
            ceil(flushes / machines.postgres_flushes),
            ceil(wal / machines.postgres_wal),
            1,
        ),
    )


def _load(people: People, processes: float) -> Load:
    others, heard = neighbours(people, processes)
    several = processes > 1
    return Load(
        edits=people.edits,
        deliveries=people.edits * others,
        told=people.edits * (1 + heard) * several,
        hellos=min(processes, GREETERS) * processes / HELLO_SECONDS * several,
        openings=people.online / people.session,
        heard=heard,
    )


def _processes(people: People, costs: Costs, machines: Machines, load: Load) -> int:
    """How many are enough for the work, and hold the sockets and documents."""
    cores = MICRO * (
        people.online * costs.idle_web
        + load.edits * costs.edit_web
        + load.deliveries * costs.delivery_web
        + (load.told + load.hellos) * costs.told_web
        + load.openings * costs.opening_web
    )
    memory = people.online * (
        costs.socket_bytes + costs.document_bytes / people.together * (1 + load.heard)
    )
    return max(ceil(cores / machines.busy), ceil(memory / machines.web_bytes), 1)


def most(fits: Callable[[Need], bool], people: People, costs: Costs) -> float:
    """Find how many people online are too many for something, within 2 %."""
    low, high = 1.0, 1e9
    while high / low > 1.02:
        middle = (low * high) ** 0.5
        if fits(need(replace(people, online=middle), costs, Machines())):
            low = middle
        else:
            high = middle
    return low


def measured(peers: Results, growth: Results, kind: str = "daphne") -> Costs:
    """Read the costs off the runs that are kept. Raises KeyError, StopIteration."""

    def found(results: Results, name: str) -> float:
        value = results.middle(name, kind)
        if value is None:
            raise KeyError(name)
        return value

    def cores(sweep: str, at: float, part: str) -> tuple[float, float, float]:
        row = next(r for r in growth.rows if (r["sweep"], r["at"]) == (sweep, at))
        spent = row["cores"]
        assert isinstance(spent, dict)
        sockets = float(str(row["documents"])) * float(str(row["sockets"]))
        idle = sockets * found(peers, f"idle {part} us")
        edits, deliveries = float(str(row["edits"])), float(str(row["deliveries"]))
        return max(spent[part] / MICRO - idle, 0.0), edits, deliveries

    few, _, little = cores("people", 10, "web")
    many, _, much = cores("people", 200, "web")
    delivery = max((many - few) / (much - little), 1.0)
    web, edits, deliveries = cores("documents", 500, "web")
    postgres, _, _ = cores("documents", 500, "postgres")
    told = {}
    for part in ("web", "redis"):
        one, _, _ = cores("processes, 100 documents", 1, part)
        two, both, _ = cores("processes, 100 documents", 2, part)
        told[part] = max((two - one) / both / 2, 0.5)
    return Costs(
        idle_web=found(peers, "idle web us"),
        idle_redis=found(peers, "idle redis us"),
        idle_postgres=found(peers, "idle postgres us"),
        edit_web=max((web - deliveries * delivery) / edits, 1.0),
        edit_postgres=postgres / edits,
        delivery_web=delivery,
        told_web=told["web"],
        told_redis=told["redis"],
        opening_web=found(growth, "opening many web us"),
        opening_postgres=found(growth, "opening many postgres us"),
        socket_bytes=found(peers, "idle many bytes"),
        document_bytes=found(peers, "open bytes"),
        wal_bytes=found(growth, "WAL bytes an edit"),
    )

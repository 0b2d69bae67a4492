"""The workloads of the table: what is done to a server, and what is read off.

W1 one document, W2 many, W3 a cold open, W4 a kill, and memory. Each takes a target and
gives figures; which server it is they do not know.
"""

import time
from collections.abc import Callable
from typing import Final

from bench.clients import Clients
from bench.load import Loader, Row, Shape, Unloaded
from bench.processes import memory, settle, spent
from bench.target import Target

POINTS: Final = {
    "W1 A": Shape(sockets=10, typers=5, rate=10, seconds=10),
    "W1 B": Shape(sockets=50, typers=10, rate=5, seconds=10),
    "W1 B short": Shape(sockets=50, typers=10, rate=5, seconds=2.5),
    "W1 C": Shape(sockets=200, typers=10, rate=1, seconds=10, warm=3),
    "W2": Shape(documents=500, sockets=2, typers=1, rate=2, seconds=4, warm=8),
}
WARM: Final = Shape(sockets=20, typers=5, rate=40, seconds=0.5)

ENOUGH: Final = 0.95
"""Share of the deliveries due that must come within the measured time."""
SLOWEST: Final = 500.0
"""p95 in milliseconds past which a rate is not sustained."""
STEP: Final = 1.6
STEPS: Final = 12
LOADED: Final = 0.93
"""Cores of the load itself, past which it cannot offer more."""

STORED_MILLISECONDS: Final = 4000
"""What the kit gives a rival to store; Hocuspocus waits for two seconds of quiet."""
REST_MILLISECONDS: Final = 6000
"""After it nothing is kept any more for whoever else might come."""
IDLE: Final = 1000
OPEN: Final = 500
BEFORE: Final = 20
"""Documents that are open before memory is looked at first."""
WATCH_SECONDS: Final = 60.0
"""A round of everything that a server does now and then."""
HEARTBEATS: Final = 0.15
"""Cores below which a server full of idle sockets is at rest."""
PATIENCE: Final = 20.0
OPENING: Final = 2.5
"""Seconds within which who opens a document after a kill has what was kept."""


def warm(load: Loader, target: Target) -> None:
    """Let a server compile and open what it opens once; the figures are thrown away."""
    load(target, WARM)


def sustained(row: Row) -> bool:
    """Tell whether a rate is kept up."""
    return row.arrived >= ENOUGH and row.p95 < SLOWEST


def sweep(load: Callable[[Shape], Row], edits: float) -> list[Row]:
    """Offer one document of 50 sockets ever more edits a second, from so many on.

    Steps of 1.6 until it is not sustained, then one between the last two; down where
    the first is too much already. What fails once may have been disturbed: it fails
    when it fails twice.
    """
    rows: list[Row] = []

    def once(edits: float) -> bool:
        try:
            row = load(Shape(sockets=50, typers=10, rate=edits / 10))
        except Unloaded:
            return False
        rows.append(row)
        return sustained(row)

    def step(edits: float) -> bool:
        return once(edits) or once(edits)

    if not step(edits):
        while len(rows) < STEPS and not step(edits := edits / STEP):
            pass
        return rows
    for _ in range(STEPS):
        if rows[-1].load_cores > LOADED:
            return rows
        if not step(edits := edits * STEP):
            step(edits / STEP**0.5)
            return rows
    return rows


def most(rows: list[Row]) -> float:
    """Give the most deliveries a second that a sweep sustained."""
    return max((row.deliveries for row in rows if sustained(row)), default=0.0)


def idle(crew: Clients, target: Target, documents: int) -> float:
    """Open 1,000 idle sockets on so many documents; give bytes of each.

    They stay open.
    """
    return _held(crew, target, documents, IDLE // documents)


def held_open(crew: Clients, target: Target) -> float:
    """Open documents of 50,000 typed letters, a socket each; give bytes of each."""
    return _held(crew, target, OPEN, 1, bring=True)


def _held(
    crew: Clients, target: Target, documents: int, sockets: int, *, bring: bool = False
) -> float:
    def gather(documents: int, sockets: int) -> int:
        given = {"documents": target.fresh(documents), "sockets": sockets}
        opened = crew.do("gather", **given, bring=bring, **target.connect)
        crew.do("pause", milliseconds=REST_MILLISECONDS)
        settle(target.pids["web"], HEARTBEATS, patience=60)
        return int(opened)

    few = gather(BEFORE, 1)
    before = memory(target.pids["web"])
    many = gather(documents, sockets)
    return (memory(target.pids["web"]) - before) / (many - few)


def watched(target: Target) -> dict[str, float]:
    """Look on for a minute; give the cores that each part takes."""
    before = {part: spent(pids) for part, pids in target.pids.items()}
    time.sleep(WATCH_SECONDS)
    return {
        part: spent(pids).since(before[part]).running / WATCH_SECONDS
        for part, pids in target.pids.items()
    }


def type_until_killed(
    crew: Clients,
    target: Target,
    restart: Callable[[], Target],
    letters: int = 50,
    patience: float = OPENING,
) -> int:
    """Type, kill the server 100 ms after two others have it all; count what is lost."""
    (paper,) = target.fresh(1)
    for name in ("writer", "one", "other"):
        crew.do("open", name=name, document=paper, **target.connect)
    crew.do("type", name="writer", letters=letters, pause=100)
    for name in ("one", "other"):
        if not crew.do("holds", name=name, letters=letters, patience=PATIENCE * 1000):
            raise Unloaded("W4: not delivered")
    crew.do("pause", milliseconds=100)
    again = restart()
    for name in ("writer", "one", "other"):
        crew.do("leave", name=name)
    crew.do("open", name="fresh", document=paper, **again.connect)
    crew.do("holds", name="fresh", letters=letters, patience=patience * 1000)
    survived = int(crew.do("length", name="fresh"))
    crew.do("leave", name="fresh")
    return letters - survived


def bring(crew: Clients, target: Target) -> str:
    """Give B4 to a server in one update, and time to store it when all have left."""
    (paper,) = target.fresh(1)
    crew.do("bring", name="writer", document=paper, **target.connect)
    told = crew.do("read", document=paper, **target.connect)
    if not told["right"]:
        raise Unloaded("W3: the text was not taken")
    crew.do("pause", milliseconds=STORED_MILLISECONDS)
    crew.do("leave", name="writer")
    crew.do("pause", milliseconds=STORED_MILLISECONDS)
    return paper


def open_cold(
    crew: Clients, target: Target, paper: str, patience: float = PATIENCE
) -> dict[str, float]:
    """Open B4 on a server that has just started: milliseconds until the text is right.

    Another document is opened first, as others would have been. `arrived` is when the
    last byte had come; what follows is the client's own work.
    """
    for document in target.fresh(1):
        crew.do("open", name="dummy", document=document, **target.connect)
        crew.do("leave", name="dummy")
    given = {"document": paper, "patience": patience * 1000, **target.connect}
    told = crew.do("read", **given)
    if not told["right"]:
        raise Unloaded("W3: the text is not B4's")
    return {name: float(told[name]) for name in ("milliseconds", "arrived", "bytes")}

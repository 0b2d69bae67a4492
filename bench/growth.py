"""What our server costs as things grow: load, people, documents, length, processes.

    python -m bench growth [KIND]

One thing grows at a time. Writes bench/results/growth.json; minutes, not hours.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

import psycopg

from bench.clients import Clients, clients
from bench.house import House
from bench.load import Row, Shape, by_ours, quiet
from bench.papers import Papers
from bench.place import Place
from bench.processes import settle, spent
from bench.record import Figures, Results, commit
from bench.target import Target
from bench.workloads import warm
from documents.postgres import conninfo
from documents.storage.packing import pack_next, rules

EDITS: Final = (10, 50, 250, 1000)
PEOPLE: Final = (2, 10, 50, 200)
DOCUMENTS: Final = (10, 100, 500)
LENGTHS: Final = (0, 1_000, 10_000, 100_000, 259_778)
AGES: Final = (1_000, 10_000, 100_000, 259_778)
PROCESSES: Final = (1, 2, 4)
OPENED: Final = 5
OPENINGS: Final = 200
ARRIVED: Final = 8.0
"""Seconds after which each of 500 has typed, and what their coming costs is over."""

WRITTEN: Final = "SELECT wal_bytes, wal_records FROM pg_stat_wal"
COMMITTED: Final = (
    "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
)


@dataclass
class Growth:
    """One run, as far as it has come."""

    house: House
    crew: Clients
    kind: str
    figures: Figures = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    rows: list[dict[str, object]] = field(default_factory=list)
    spoiled: int = 0

    def note(self, sweep: str, at: float, target: Target, shape: Shape) -> Row:
        """Make one load when the server is idle, and keep its row."""

        def once() -> Row:
            settle(target.pids["web"])
            return by_ours(target, shape)

        row = quiet(once, self.spoil)
        self.rows.append({"sweep": sweep, "at": at, **row.written()})
        print(
            f"{sweep} {at}: {row.web_us:.0f} µs, all {row.all_us:.0f},"
            f" p50 {row.p50:.1f}, p95 {row.p95:.1f}, waited {row.waited:.2f}",
            file=sys.stderr,
        )
        return row

    def spoil(self) -> None:
        """Count a load that was thrown away."""
        self.spoiled += 1

    def keep(self, name: str, value: float) -> None:
        """Keep a figure that is no row."""
        self.figures[name][self.kind].append(value)

    def crowds(self) -> None:
        """More load, more people in one document, more documents."""
        with self.house.serving(self.kind) as target:
            warm(by_ours, target)
            for edits in EDITS:
                self.note("load", edits, target, Shape(rate=edits / 10))
            for people in PEOPLE:
                typers = min(people, 10)
                shape = Shape(sockets=people, typers=typers, rate=50 / typers)
                self.note("people", people, target, shape)
            for documents in DOCUMENTS:
                rate = 200 / documents
                shape = Shape(documents, 2, 1, rate, seconds=10, warm=ARRIVED)
                before = counted()
                row = self.note("documents", documents, target, shape)
                if documents == DOCUMENTS[-1]:
                    self.stored(before, row, shape)
            self.openings(target)

    def stored(self, before: Mapping[str, float], row: Row, shape: Shape) -> None:
        """Keep what Postgres wrote an edit (and before it)."""
        edits = row.edits * (shape.seconds + shape.warm)
        for name, value in counted().items():
            self.keep(f"{name} an edit", (value - before[name]) / edits)

    def openings(self, target: Target) -> None:
        """What it costs to open a socket: on one document, and each on its own."""
        for name, documents in {"one": 1, "many": OPENINGS}.items():
            given = target.fresh(documents)
            settle(target.pids["web"])
            before = {part: spent(pids) for part, pids in target.pids.items()}
            each = OPENINGS // documents
            self.crew.do("gather", documents=given, sockets=each, **target.connect)
            for part, pids in target.pids.items():
                took = spent(pids).since(before[part]).running
                self.keep(f"opening {name} {part} us", took / OPENINGS * 1e6)
            self.crew.do("scatter")

    def lengths(self) -> None:
        """Longer documents, and the same when their edits are old and packed."""
        papers = Papers(self.house.owner)
        aged = {edits: papers.document(edits) for edits in AGES}
        pack()
        kept = {edits: papers.document(edits) for edits in LENGTHS}
        with self.house.serving(self.kind) as target:
            warm(by_ours, target)
            for sweep, made in {"length": kept, "age": aged}.items():
                for edits, paper in made.items():
                    self.written(sweep, edits, target, paper)

    def written(self, sweep: str, edits: int, target: Target, paper: str) -> None:
        """Open a document, five times in turn, then write into it."""
        told = [self.opened(target, paper) for _ in range(OPENED)]
        same = replace(target, fresh=lambda _: [paper])
        self.note(sweep, edits, same, Shape(sockets=10, typers=10))
        for name in ("milliseconds", "bytes"):
            self.rows[-1][f"opening_{name}"] = median(each[name] for each in told)

    def opened(self, target: Target, paper: str) -> Mapping[str, float]:
        """Open a document as a reader, and leave it."""
        settle(target.pids["web"])
        told: Mapping[str, float] = self.crew.do(
            "open", name="reader", document=paper, **target.connect
        )
        self.crew.do("leave", name="reader")
        return told

    def processes(self) -> None:
        """More processes behind nginx, on one document and on many."""
        for number in PROCESSES:
            with self.house.proxied(self.kind, number) as target:
                warm(by_ours, target)
                self.note("processes, one document", number, target, Shape())
                shape = Shape(100, 2, 1, rate=2, seconds=10, warm=ARRIVED)
                self.note("processes, 100 documents", number, target, shape)


def pack() -> None:
    """Pack all logs, as if they were years old."""
    old = rules(datetime.now(UTC) + timedelta(days=1000), timedelta(days=1), 4096)
    while pack_next(conninfo(), old) is not None:
        pass


def counted() -> dict[str, float]:
    """Read what Postgres has written and committed so far."""
    with psycopg.connect(conninfo()) as connection:
        written, records = connection.execute(WRITTEN).fetchone() or (0, 0)
        (commits,) = connection.execute(COMMITTED).fetchone() or (0,)
    return {
        "WAL bytes": float(written),
        "WAL records": float(records),
        "commits": float(commits),
    }


def main(place: Place, kind: str = "daphne", parts: str = "") -> None:
    """Measure, minutes long."""
    began = time.monotonic()
    with clients() as crew:
        run = Growth(House(place), crew, kind)
        before = os.getloadavg()[0]
        for part in (parts or "crowds,processes,lengths").split(","):
            getattr(run, part)()
    Results(
        commit=commit(),
        rounds=1,
        busy=[before, os.getloadavg()[0]],
        spoiled=run.spoiled,
        seconds=time.monotonic() - began,
        figures=run.figures,
        rows=run.rows,
    ).write("growth")

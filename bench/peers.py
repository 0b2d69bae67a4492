"""Ours beside the rivals in one run: every workload of the table, round after round.

    make bench [PEERS=/path/to/the/kit] [ROUNDS=3]

In each round every server is started anew and gets the same loads, so that a change of
the machine's mood meets all of them. Writes
bench/results/<part>.json; parts can be measured alone:

    python -m bench peers KIT ROUNDS [lone] [hot] [many] [cold] [killed] [memory]
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from bench.clients import Clients, clients
from bench.house import KINDS, House
from bench.load import (
    TRIES,
    WAITED,
    Loader,
    Row,
    Shape,
    Unloaded,
    by_kit,
    by_ours,
    quiet,
)
from bench.papers import Papers
from bench.place import Place
from bench.processes import settle
from bench.record import Figures, Results, commit
from bench.rivals import Kit
from bench.target import Target
from bench.workloads import (
    BEFORE,
    IDLE,
    POINTS,
    STEP,
    bring,
    held_open,
    idle,
    most,
    open_cold,
    sweep,
    type_until_killed,
    warm,
    watched,
)
from collab.boot.web import Web

RIVAL: Final = "hocus-pgredis"
REPEATS: Final = 10
"""Loads of a part that may be thrown away; a busy machine would go on for ever."""
SHORT: Final = 2
"""Short loads of W1 B a round: p95 of one is the sixth slowest of 125 letters."""
LATER: Final = 4 / 3
"""Cores that a sweep offers first, by what W1 C took; it will take less."""
COMPILED: Final = 12
"""Openings after which the client's Yjs gets no faster."""


@dataclass
class Comparison:
    """One run, as far as it has come."""

    house: House
    crew: Clients
    kit: Kit | None
    rounds: int
    figures: Figures = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    rows: list[dict[str, object]] = field(default_factory=list)
    spoiled: int = 0
    disturbed: int = 0
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def load(self) -> Loader:
        """The maker of loads: the kit's own, where it is there."""
        return by_kit(self.kit.path) if self.kit else by_ours

    @property
    def servers(self) -> list[str]:
        """Who is measured."""
        return [*KINDS, RIVAL] if self.kit else [*KINDS]

    @contextmanager
    def serving(self, server: str) -> Iterator[Target]:
        """Run one of them."""
        with ExitStack() as cleanup:
            if server in KINDS:
                yield cleanup.enter_context(self.house.serving(server))
            elif self.kit:
                yield cleanup.enter_context(self.kit.serving(server))

    def tell(self, what: str) -> None:
        """Say how far it has come."""
        print(f"{time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr)

    def lone(self) -> None:
        """W1 B, where each edit comes alone.

        By itself: a round is over in two minutes, within which a machine that is not
        ours alone changes less.
        """
        for number, target in self.turns():
            for point in (*["W1 B short"] * SHORT, "W1 B"):
                self.point(target, number, point)

    def hot(self) -> None:
        """The rest of W1 and its sweep: one document."""
        for number, target in self.turns():
            for point in ("W1 A", "W1 C"):
                self.point(target, number, point)
            with self.daring(f"{target.server} sweep"):
                self.sweep(target, number)

    def many(self) -> None:
        """W2: many documents."""
        for number, target in self.turns():
            self.point(target, number, "W2")

    def turns(self) -> Iterator[tuple[int, Target]]:
        """Run all servers in turn, warm, round after round."""
        for number in range(1, self.rounds + 1):
            for server in self.servers:
                with self.serving(server) as target:
                    warm(self.load, target)
                    yield number, target

    def point(self, target: Target, number: int, point: str) -> None:
        """Measure one point, if it comes about."""
        with self.daring(f"{target.server} {point}"):
            self.note(point, number, self.run(target, POINTS[point]))

    @contextmanager
    def daring(self, what: str) -> Iterator[None]:
        """Go on where a load does not come about, and tell of it."""
        try:
            yield
        except Unloaded as why:
            self.failed.append(what)
            self.tell(f"{what} failed: {why}")

    def run(self, target: Target, shape: Shape) -> Row:
        """Make one load when the server is idle; again where others took its core."""

        def once() -> Row:
            settle(target.pids["web"])
            return self.load(target, shape)

        left = REPEATS - self.spoiled
        row = quiet(once, self.spoil, max(min(TRIES, left), 1))
        self.disturbed += row.waited > WAITED
        return row

    def spoil(self) -> None:
        """Count a load that was thrown away."""
        self.spoiled += 1

    def note(self, point: str, number: int, row: Row) -> None:
        """Keep a row, and its figures under their names."""
        self.rows.append({"point": point, "round": number, **row.written()})
        for name in ("p50", "p95", "web_us", "all_us"):
            self.figures[f"{point} {name}"][row.server].append(getattr(row, name))
        self.tell(
            f"{row.server} {point}: {row.web_us:.0f} µs, all {row.all_us:.0f},"
            f" p50 {row.p50:.1f}, p95 {row.p95:.1f}, waited {row.waited:.2f}"
        )

    def sweep(self, target: Target, number: int) -> None:
        """Find the most that is sustained; from the second round on start near it."""
        found = self.figures["W1 most"][target.server]
        rows = sweep(
            lambda shape: self.run(target, shape),
            max(found) / 49 / STEP if found else self.guess(target.server),
        )
        for row in rows:
            self.rows.append({"point": "sweep", "round": number, **row.written()})
        found.append(most(rows))
        self.tell(f"{target.server} sweep: {found[-1]:.0f} deliveries/s")

    def guess(self, server: str) -> float:
        """Give edits a second to begin with, from what W1 C took."""
        edit = 49 * self.figures["W1 C web_us"][server][-1]
        return LATER * 1e6 / edit

    def cold(self) -> None:
        """W3: open B4 on a server that was killed and started: as the rival has it.

        One client opens all, in turn, when its Yjs has been compiled. Ours also, later,
        a paper that two people wrote in rich text.
        """
        plain = Papers(self.house.owner, plain=True).document()
        rich = Papers(self.house.owner).document()
        brought = ""
        if self.kit:
            with self.kit.serving(RIVAL) as target:
                brought = bring(self.crew, target)
        self.leave(plain)
        for _ in range(self.rounds):
            for kind in KINDS:
                self.open(kind, "W3", plain)
            if brought:
                self.open(RIVAL, "W3", brought)
        self.leave(rich)
        for _ in range(self.rounds):
            for kind in KINDS:
                self.open(kind, "W3 rich", rich)
        self.tell(f"W3: {dict(self.figures['W3 ms'])}")

    def leave(self, paper: str) -> None:
        """Let the client open a paper and leave, until it takes no less time.

        Who leaves last brings the snapshot up to the end, as with the rival.
        """
        with self.alone(KINDS[0]) as web:
            connect = self.house.target(KINDS[0], [web]).connect
            for _ in range(COMPILED):
                self.crew.do("read", document=paper, **connect)

    def open(self, server: str, name: str, paper: str) -> None:
        """Open a paper on a server that was killed and started."""
        with self.killed_before(server) as target:
            told = open_cold(self.crew, target, paper)
        self.figures[f"{name} ms"][server].append(told["milliseconds"])
        self.figures[f"{name} arrived ms"][server].append(told["arrived"])
        self.figures[f"{name} bytes"][server].append(told["bytes"])

    @contextmanager
    def killed_before(self, server: str) -> Iterator[Target]:
        """Run a server that was killed with -9 and started again."""
        if server in KINDS:
            with self.alone(server) as web:
                yield self.restarted(server, web)
        elif self.kit:  # which always ends so
            with self.kit.serving(server) as target:
                yield target

    def killed(self) -> None:
        """W4: what a kill takes along."""
        for kind in KINDS:
            with self.alone(kind) as web:
                for _ in range(self.rounds):
                    target = self.house.target(kind, [web])
                    again = partial(self.restarted, kind, web)
                    lost = type_until_killed(self.crew, target, again)
                    self.figures["W4 lost"][kind].append(lost)
        if self.kit:
            self.figures["W4 lost"][RIVAL] = self.kit.lost(RIVAL, self.rounds)
        self.tell(f"W4: {dict(self.figures['W4 lost'])}")

    @contextmanager
    def alone(self, kind: str) -> Iterator[Web]:
        """Run a web process that may be killed."""
        web = self.house.web(kind, self.house.place.ports[0])
        try:
            web.start()
            yield web
        finally:
            web.stop()

    def restarted(self, kind: str, web: Web) -> Target:
        """Kill a web process and start it again."""
        web.kill9()
        web.start()
        return self.house.target(kind, [web])

    def memory(self) -> None:
        """Memory an open document, and an idle socket: on one document, on many."""
        for server in self.servers:
            for name, documents in {"one": 1, "many": IDLE}.items():
                with self.serving(server) as target:
                    held = idle(self.crew, target, documents)
                    self.figures[f"idle {name} bytes"][server].append(held)
                    if (server, name) == (KINDS[0], "many"):
                        self.watch(target)
                    self.crew.do("scatter")
        for kind in KINDS:
            with self.serving(kind) as target:
                held = held_open(self.crew, target)
                self.figures["open bytes"][kind].append(held)
                self.crew.do("scatter")
        if self.kit:
            self.figures["open bytes"][RIVAL] = self.kit.held(RIVAL, 1)
        self.tell(f"memory: {dict(self.figures['open bytes'])}")

    def watch(self, target: Target) -> None:
        """Keep what a second of an idle socket costs, in each part."""
        for part, cores in watched(target).items():
            micros = cores / (IDLE + BEFORE) * 1e6
            self.figures[f"idle {part} us"][target.server].append(micros)


PARTS: Final = {"lone": 0, "hot": 0, "many": 0, "cold": 0, "killed": 0, "memory": 1}
"""By name; how many rounds, where it is not as many as asked for."""


def main(place: Place, kit: str = "", rounds: str = "3", *parts: str) -> None:
    """Measure all parts or some; a kit that is not named is done without."""
    with ExitStack() as cleanup:
        given = Kit(Path(kit).resolve()) if kit else None
        if given:
            cleanup.enter_context(given.services())
        crew = cleanup.enter_context(clients(pinned=False))
        house = House(place)
        for part in parts or PARTS:
            run = Comparison(house, crew, given, int(rounds))
            before = os.getloadavg()[0]
            getattr(run, part)()
            Results(
                commit=commit(),
                rounds=PARTS[part] or run.rounds,
                rival=RIVAL if kit else "",
                busy=[before, os.getloadavg()[0]],
                spoiled=run.spoiled,
                disturbed=run.disturbed,
                failed=run.failed,
                seconds=time.monotonic() - run.began,
                figures=run.figures,
                rows=run.rows,
            ).write(part)

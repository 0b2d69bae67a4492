"""The laws and the hostile updates at full size; `make fuzz`.

    python -m tests.core.fuzz [--seed SEED] [--histories COUNT]

The first seed is printed first; the same seed makes the same run. The first defect
ends it with an exception, after the words that make it again.
"""

import argparse
import re
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Final

from documents.yjs.admission import Admission, Ledger, Refused
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import Update, encode, parse
from tests.core.costs import Cost, Outcome, cost
from tests.core.dense import SHAPES
from tests.core.differential import CHECKS, STEPS
from tests.core.hostility import chaotic, harms_no_browser, mischievous, tries
from tests.core.worlds import World
from tests.core.yjs import History, Judge, random_histories
from tests.fuzz import damaged

HISTORIES: Final = 3_000
PROGRESS: Final = 250
"""Histories between two signs of life."""
TARGETS: Final = 12
"""Updates of a history that are mutated."""
DENSE_EVERY: Final = 10
"""How many histories there are to one dense update."""
LARGEST: Final = 60_000
"""What a dense update repeats at most: some hundred kilobytes."""
TELLING: Final = 1024
"""Bytes from which memory a byte says more of the update than of Python's tables."""


@dataclass
class Tally:
    """What was tried, and what it came to."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    heaviest: float = 0.0

    def note(self, found: Cost) -> None:
        """Count an update; raises AssertionError if it cost too much."""
        self.counts[_verdict(found.outcome)] += 1
        if isinstance(found.outcome, Malformed | Refused):
            self.refused[re.sub(r" \d+$", "", found.outcome.reason)] += 1
        self.slowest = max(self.slowest, found.milliseconds_a_kilobyte)
        if len(found.payload) >= TELLING:
            self.heaviest = max(self.heaviest, found.bytes_a_byte)
        assert found.memory <= found.allowed, (found.memory, found.allowed)
        assert found.is_quick, found.milliseconds_a_kilobyte

    def __str__(self) -> str:
        lines = [f"{count:>9,} {what}" for what, count in sorted(self.counts.items())]
        lines.append("refused and malformed, by reason:")
        lines += [f"{count:>9,} {why}" for why, count in self.refused.most_common()]
        lines.append(f"{self.slowest:>9.2f} ms a kilobyte at most")
        lines.append(f"{self.heaviest:>9.1f} bytes a byte at most, from {TELLING} on")
        return "\n".join(lines)


def _verdict(outcome: Outcome) -> str:
    if isinstance(outcome, Malformed):
        return "tried: malformed"
    if isinstance(outcome, Refused):
        return "tried: refused"
    if outcome.update.empty:
        return "tried: lacking" if outcome.lacks else "tried: nothing new"
    return "tried: admitted in part" if outcome.lacks else "tried: admitted"


@dataclass
class Fuzz:
    """One run; counts what it does."""

    judge: Judge
    tally: Tally = field(default_factory=Tally)

    def run(self, history: History) -> None:
        """All that one seed stands for."""
        counts = self.tally.counts
        for check in CHECKS:
            with _named(history.seed, check.__name__):
                check(history, self.judge)
        counts["histories"] += 1
        counts["updates of histories"] += len(history.rows)
        for world in (mischievous, chaotic):
            with _named(history.seed, world.__name__):
                log = world(history.seed)
                harms_no_browser(log, self.judge)
            counts[f"updates of {world.__name__} worlds, loaded by yjs"] += len(log)
        with _named(history.seed, "damaged"):
            log = self._damaged(history)
            harms_no_browser(log, self.judge)
            counts["rows of damaged logs, loaded by yjs"] += len(log)
        if history.seed % DENSE_EVERY == 0:
            with _named(history.seed, "dense"):
                self._dense(Random(history.seed))

    def _damaged(self, history: History) -> list[Update]:
        """The log of those who send updates and what mutation makes of them."""
        random = Random(history.seed)
        first = random.randrange(max(1, len(history.rows) - TARGETS))
        ledger = Ledger()
        log = [ledger.admit(parse(row)).update for row in history.rows[:first]]
        honest = history.rows[first : first + TARGETS]
        honest += [encode(update) for update in World(random).log(TARGETS)]
        damage = damaged(random, honest)
        for payload in honest:
            for word, tried in tries(random, payload, damage, ledger):
                self.tally.counts[f"tried: {word}"] += 1
                log.append(self._try(ledger, tried, partial=random.random() < 0.5))
            log.append(self._try(ledger, payload, partial=True))
        return [update for update in log if not update.empty]

    def _try(self, ledger: Ledger, payload: bytes, *, partial: bool) -> Update:
        with _shown(payload):
            found = cost(ledger, payload, partial=partial)
            self.tally.note(found)
        return _admitted(found)

    def _dense(self, random: Random) -> None:
        name = random.choice(list(SHAPES))
        repeated = int(LARGEST ** random.uniform(0.3, 1.0))
        ledger = Ledger()
        log = [self._try(ledger, SHAPES[name](repeated), partial=True)]
        self.tally.counts["tried: dense"] += 1
        if repeated < 5_000:  # yjs is slow with very many structs
            harms_no_browser(log, self.judge)


def _admitted(found: Cost) -> Update:
    outcome = found.outcome
    return outcome.update if isinstance(outcome, Admission) else Update()


@contextmanager
def _named(seed: int, part: str) -> Iterator[None]:
    """Whatever comes through says how to have it again."""
    try:
        yield
    except BaseException:
        _say(f"{part}: make fuzz SEED={seed} HISTORIES=1")
        raise


@contextmanager
def _shown(payload: bytes) -> Iterator[None]:
    """Whatever comes through shows the bytes."""
    try:
        yield
    except BaseException:
        _say(f"update: {payload[:4096].hex()}")
        raise


def main() -> None:
    """Read the command line and run."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    arguments.add_argument("--histories", type=int, default=HISTORIES)
    wanted = arguments.parse_args()
    _say(f"seed {wanted.seed}")
    began, processor = time.monotonic(), time.process_time()
    with Judge() as judge:
        fuzz = Fuzz(judge)
        for history in random_histories(wanted.seed, wanted.histories, STEPS):
            fuzz.run(history)
            if (done := fuzz.tally.counts["histories"]) % PROGRESS == 0:
                _say(f"{done:,} histories after {time.monotonic() - began:,.0f} s")
    _say(str(fuzz.tally))
    _say(f"{time.monotonic() - began:>9,.0f} s")
    _say(f"{time.process_time() - processor:>9,.0f} s of them Python's own")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""What it costs to parse and admit an update: memory and time, and how much it may."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from documents.yjs.admission import Admission, Ledger, Refused
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import parse

BYTES: Final = 100
"""Bytes of memory that a byte of an update may take."""
ALLOWANCE: Final = 16 * 1024
"""Bytes that the smallest update may take beyond that: tables begin larger than what
they hold, and grow by leaps. The most that was found is 11 kB, of 800 clients."""
SPLIT: Final = 320
"""Bytes that each value of a split map entry may take, of which there are at most
`rules.MAX_VALUES`: it comes in as one byte and becomes a struct."""
MILLISECONDS: Final = 50
"""Milliseconds of processor time that a kilobyte begun may take."""
TRIES: Final = 3
"""How often a slow one is tried: the collector of garbage may have come in between."""

Outcome = Admission | Malformed | Refused


@dataclass(frozen=True)
class Cost:
    """What came of one update and what it took."""

    payload: bytes
    outcome: Outcome
    memory: int
    seconds: float

    @property
    def allowed(self) -> int:
        """Bytes of memory that it may take."""
        return BYTES * len(self.payload) + ALLOWANCE + SPLIT * self._split

    @property
    def _split(self) -> int:
        if not isinstance(self.outcome, Admission):
            return 0
        return max(0, _structs(self.outcome) - _structs(parse(self.payload)))

    @property
    def bytes_a_byte(self) -> float:
        """Of memory, a byte of the update."""
        return self.memory / max(1, len(self.payload))

    @property
    def milliseconds_a_kilobyte(self) -> float:
        """Of processor time; what is shorter counts as a whole one."""
        return self.seconds * 1e3 / max(1.0, len(self.payload) / 1024)

    @property
    def is_quick(self) -> bool:
        """Whether it took no longer than it may."""
        return self.milliseconds_a_kilobyte <= MILLISECONDS


def _structs(found: object) -> int:
    update = found.update if isinstance(found, Admission) else found
    structs = getattr(update, "structs", {})
    return sum(len(section) for section in structs.values())


def cost(ledger: Ledger, payload: bytes, *, partial: bool) -> Cost:
    """Parse and admit an update, which the ledger then has, and tell what it took.

    Any exception but the named ones comes through.
    """
    memory = _memory(lambda: _taken_back(ledger, payload, partial=partial))
    seconds = min(_times(ledger, payload, partial=partial))
    return Cost(payload, _outcome(ledger, payload, partial=partial), memory, seconds)


def _outcome(ledger: Ledger, payload: bytes, *, partial: bool) -> Outcome:
    try:
        return ledger.admit(parse(payload), partial=partial)
    except (Malformed, Refused) as error:
        return error


def _taken_back(ledger: Ledger, payload: bytes, *, partial: bool) -> None:
    outcome = _outcome(ledger, payload, partial=partial)
    if isinstance(outcome, Admission):
        ledger.retract(outcome.update)


def _memory(act: Callable[[], None]) -> int:
    """The most bytes that were taken at once."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    try:
        act()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most - before


def _times(ledger: Ledger, payload: bytes, *, partial: bool) -> list[float]:
    """Seconds of processor time: of one try, or of some if the first was slow."""
    seconds: list[float] = []
    limit = MILLISECONDS / 1e3 * max(1.0, len(payload) / 1024)
    while len(seconds) < TRIES and (not seconds or seconds[-1] > limit):
        began = time.thread_time()
        outcome = _outcome(ledger, payload, partial=partial)
        seconds.append(time.thread_time() - began)
        if isinstance(outcome, Admission):
            ledger.retract(outcome.update)
    return seconds

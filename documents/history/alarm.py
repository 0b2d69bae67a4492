"""The shrinkage alarm: somebody deleted much of a document within a minute.

By accident or not; who can take it back is told of it until it is taken back or seen.
Counts ids, of which text has one a letter. Knows only columns.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from documents.history.columns import Columns
from documents.history.runs import LEVEL, PACES, Run

LEAST: Final = 500
"""Smaller documents are quickly written again."""
SHARE: Final = 0.5
"""Who deletes less is editing."""
WINDOW: Final = 60_000
"""Milliseconds in which it happens: longer deletions are work."""


class Shrinkage(NamedTuple):
    """Rows before + 1 to `seq` took this share of a document; `at` in ms since 1970."""

    before: int
    seq: int
    by: int
    at: int
    share: float


def shrinkage(columns: Columns, since: int) -> Shrinkage | None:
    """Give the last alarm after row `since`, unless it is over.

    It is over when the document is again nearly as large as before. What is deleted
    to be said again elsewhere is not lost.
    """
    later = [column.after(since) for column in columns.deaths.values()]
    if sum(run.end - run.start for one in later for run in one) <= SHARE * LEAST:
        return None
    activity = _Activity(columns, min(since, columns.last))
    minutes: dict[int, _Minute] = {}
    found: Shrinkage | None = None
    for seq, lost in activity.losses():
        by = columns.stamps.author(seq)
        if by is None:
            continue
        minute = minutes.setdefault(by, _Minute())
        minute.add(seq, columns.stamps.time(seq), lost)
        if minute.lost > SHARE * LEAST:
            found = _judged(minute, by, activity) or found
    return found


class _Minute:
    """What somebody deleted within the window before their last deletion."""

    def __init__(self) -> None:
        self.losses: deque[tuple[int, int, int]] = deque()  # seq, time, how much
        self.lost = 0

    def add(self, seq: int, at: int, lost: int) -> None:
        self.losses.append((seq, at, lost))
        self.lost += lost
        while at - self.losses[0][1] > WINDOW:
            self.lost -= self.losses.popleft()[2]


def _judged(minute: _Minute, by: int, activity: "_Activity") -> Shrinkage | None:
    before = minute.losses[0][0] - 1
    seq, at, _ = minute.losses[-1]
    size = activity.size(before)
    share = min(minute.lost / max(size, 1), 1.0)
    if size < LEAST or share <= SHARE or activity.now > size * (1 - SHARE / 2):
        return None
    return Shrinkage(before, seq, by, at, share)


class _Activity:
    """How many ids each row after `since` inserted and deleted."""

    def __init__(self, columns: Columns, since: int) -> None:
        self._since = since
        count = columns.last - since + 1
        again = [
            run
            for client, carries in columns.carries.items()
            for carry in carries
            for run in columns.births[client].between(carry.start, carry.end)
        ]
        births, deaths = columns.births.values(), columns.deaths.values()
        added = _counted((run for one in births for run in one), since, count)
        self._removed = _counted((run for one in deaths for run in one), since, count)
        self._again = _counted([*again, *_stillborn(columns, since)], since, count)
        steps = (a - r for a, r in zip(added, self._removed, strict=True))
        self._sizes = list(accumulate(steps))
        self.now = self._sizes[-1]

    def losses(self) -> Iterator[tuple[int, int]]:
        """Rows that deleted more ids than they said again or had made, and how many."""
        pairs = zip(self._removed[1:], self._again[1:], strict=True)
        for seq, (removed, again) in enumerate(pairs, self._since + 1):
            if removed > again:
                yield seq, removed - again

    def size(self, seq: int) -> int:
        """How many ids there are after a row."""
        return self._sizes[seq - self._since]


def _stillborn(columns: Columns, since: int) -> Iterator[Run]:
    """The ids that rows after `since` inserted and deleted, as our editor's claims."""
    for client, deaths in columns.deaths.items():
        for death in deaths.after(since):
            for birth in columns.births[client].between(death.start, death.end):
                same = _same(birth, death.part(birth.start, birth.end))
                if same is not None:
                    yield same


def _same(one: Run, other: Run) -> Run | None:
    """The ids that two runs of the same ids give one seq."""
    ahead = other.seq - one.seq
    gains = PACES[one.step] - PACES[other.step]
    if gains == 0:
        return one if ahead == 0 else None
    at, rest = divmod(ahead, gains)
    if rest or not 0 <= at < one.end - one.start:
        return None
    return one.part(one.start + at, one.start + at + 1)


def _counted(runs: Iterable[Run], since: int, count: int) -> "array[int]":
    """How many ids have each seq; that of `since` counts all until then."""
    steps = array("q", bytes(8 * (count + 1)))
    before = 0
    for run in runs:
        low, high = sorted((run.seq, run.last))
        if high <= since:
            before += run.end - run.start
            continue
        each = run.end - run.start if run.step == LEVEL else 1
        if low <= since:
            before += since - low + 1
            low = since + 1
        steps[low - since] += each
        steps[high - since + 1] -= each
    steps[0] += before
    steps[1] -= before
    return array("q", accumulate(steps[:count]))

"""Versions: the sittings of people, as somebody would recognise them, newest first.

Edits belong together until all pause for long. Reads the stamps of what it shows and
no more; knows no text beyond how much of it was born and died.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from documents.history.carrying import between
from documents.history.columns import Columns
from documents.history.runs import LEVEL, Column, Run
from documents.history.stamps import Stamps
from documents.yjs.ranges import Range, Ranges
from documents.yjs.updates import ClientId

PAUSE: Final = 10 * 60_000
"""Milliseconds without an edit of anybody that end a sitting."""


@dataclass(frozen=True, slots=True)
class Version:
    """Rows first..last of a log, by these people; times in ms since 1970.

    `authors` in the order in which they came; None for nobody known. `added` and
    `removed` count units of text; what was only re-created is neither.
    """

    first: int
    last: int
    since: int
    until: int
    authors: tuple[int | None, ...]
    added: int = 0
    removed: int = 0

    @property
    def changes(self) -> int:
        """How many rows there are."""
        return self.last - self.first + 1


def versions(
    stamps: Stamps, before: int | None = None, pause: int = PAUSE
) -> Iterator[Version]:
    """The versions that end before a row, the newest first, without their amounts.

    A row stored earlier than the one before it, by a clock put back, pauses nothing.
    """
    last = stamps.last if before is None else min(before - 1, stamps.last)
    while last >= stamps.first:
        first = last
        while first > stamps.first and (
            stamps.time(first) - stamps.time(first - 1) <= pause
        ):
            first -= 1
        times = (stamps.time(first), stamps.time(last))
        authors = tuple(dict.fromkeys(stamps.authors(first, last)))
        yield Version(first, last, min(times), max(times), authors)
        last = first - 1


Texts = Mapping[ClientId, Ranges]
"""The ids of a log that are text."""


def measured(page: Iterable[Version], columns: Columns, texts: Texts) -> list[Version]:
    """Some versions in a row, with how much text each added and removed."""
    found = list(page)
    if not found:
        return []
    amounts = _Amounts(columns, texts, found[-1].first, found[0].last)
    return [amounts.told(version) for version in found]


class _Amounts:
    """How many units of text each row of a stretch inserted and deleted."""

    def __init__(self, columns: Columns, texts: Texts, first: int, last: int) -> None:
        self._born: Counter[int] = Counter()
        self._died: Counter[int] = Counter()
        self._again: Counter[int] = Counter()
        for client, ranges in texts.items():
            for run in _born(columns.births.get(client), first, last):
                _count(self._born, run, ranges)
                for carry in between(columns.carries.get(client, ()), *run[:2]):
                    _count(self._again, run, ((carry.start, carry.end),))
            for run in columns.deaths.get(client, Column()):
                if (part := run.within(first, last)) is not None:
                    _count(self._died, part, ranges)

    def told(self, version: Version) -> Version:
        """A version with its amounts."""
        rows = range(version.first, version.last + 1)
        moved = sum(
            min(self._again[row], self._died[row]) for row in rows if row in self._again
        )
        added = sum(self._born[row] for row in rows if row in self._born)
        removed = sum(self._died[row] for row in rows if row in self._died)
        return replace(version, added=added - moved, removed=removed - moved)


def _born(column: Column | None, first: int, last: int) -> Iterator[Run]:
    """The births of a stretch: a client's ids are born in the order of its clock."""
    if column is None:
        return
    at = max(bisect_right(column.seqs, first) - 1, 0)
    while at < len(column) and column.seqs[at] <= last:
        if (part := column.run(at).within(first, last)) is not None:
            yield part
        at += 1


def _count(counts: Counter[int], run: Run, ranges: Ranges) -> None:
    """Count the units of a run that lie within sorted ranges."""
    at = bisect_right(ranges, run.start, key=_end)
    while at < len(ranges) and ranges[at][0] < run.end:
        part = run.part(*ranges[at])
        if part.step == LEVEL:
            counts[part.seq] += part.end - part.start
        else:
            counts.update(map(part.at, range(part.start, part.end)))
        at += 1


def _end(one: Range) -> int:
    return one[1]

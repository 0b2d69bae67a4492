"""A text as somebody saw it at some moment, with the ids of what was seen.

Whoever re-creates text (splits a paragraph, joins, toggles a heading, undoes) writes
what stood there for them: all that they themselves had done, and what they had heard
of the others, who may have gone further meanwhile. There are few such sights of one
text, so equal text is no chance.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import compress, islice
from typing import Final

from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.texts import Words

_MOMENTS: Final = 24
_UNDONE: Final = 8


class Glimpse:
    """Which units were seen, what they said together, and what was not yet heard.

    `missed` is the first row of another that had not been heard of; None if none was
    missed. `done` is the row before which it was seen.
    """

    def __init__(
        self, remains: Remains, seen: bytes, done: int, missed: int | None
    ) -> None:
        """`seen` has a byte for each unit: whether it was."""
        self.remains = remains
        self.done = done
        self.missed = missed
        self._seen = seen

    def __len__(self) -> int:
        return self._seen.count(1)

    @cached_property
    def text(self) -> str:
        """What the units that were seen said together."""
        return "".join(compress(self.remains.passage.text, self._seen))

    def head(self, length: int) -> str:
        """So many units at its beginning, without reading all of it."""
        return "".join(islice(compress(self.remains.passage.text, self._seen), length))

    def tail(self, length: int) -> str:
        """So many units at its end, without reading all of it."""
        text = compress(reversed(self.remains.passage.text), reversed(self._seen))
        return "".join(islice(text, length))[::-1]

    def forth(self, start: int) -> Iterator[tuple[str, int]]:
        """What was seen from a place on: each unit, and the row that deleted it."""
        units = zip(self.remains.passage.text, self.remains.died, strict=True)
        return islice(compress(units, self._seen), start, None)

    def back(self, behind: int) -> Iterator[tuple[str, int]]:
        """The same from the end to the beginning, but for so many units behind."""
        text, died = self.remains.passage.text, self.remains.died
        units = zip(reversed(text), reversed(died), strict=True)
        return islice(compress(units, reversed(self._seen)), behind, None)

    @cached_property
    def units(self) -> list[int]:
        """The units that were seen."""
        return list(compress(range(len(self._seen)), self._seen))

    def words(self, at: int, length: int) -> Iterator[Words]:
        """What was seen from one place on, by its ids."""
        return self.remains.words(self.units[at : at + length])

    def was_lost(self, at: int, length: int, seq: int) -> bool:
        """Whether all of it was deleted in the end, by some row."""
        died = self.remains.died
        return all(died[unit] <= seq for unit in self.units[at : at + length])


def glimpses(left: Remains, columns: Columns, seq: int) -> Iterator[Glimpse]:
    """What the author of `seq` may have seen just before: the likeliest first.

    Also what they saw before they themselves deleted it, since they may undo that.
    """
    own, others = _sides(left, columns.stamps.author(seq), seq)
    undone = _deleting(left, own)
    told: set[bytes] = set()
    known = set(own)
    for done in (seq, *undone):
        missed = [row for row in others if row < done][:_MOMENTS]
        for row, seen in _sights(left, known, done, missed):
            if seen not in told:
                told.add(seen)
                yield Glimpse(left, seen, done, row)
    for done in undone:
        yield _taken(left, known, done)


def _sides(left: Remains, author: int | None, seq: int) -> tuple[list[int], list[int]]:
    """The rows of one person before `seq`, and all others': the latest first."""
    own: list[int] = []
    others: list[int] = []
    for at in range(bisect_left(left.rows, seq) - 1, -1, -1):
        (own if left.authors[at] == author else others).append(left.rows[at])
    return own, others


def _deleting(left: Remains, rows: list[int]) -> list[int]:
    """The first few of some rows that deleted something."""
    found = []
    for row in rows:
        if any(left.died[unit] == row for unit in left.touched(row)):
            found.append(row)
            if len(found) == _UNDONE:
                break
    return found


def _sights(
    left: Remains, own: set[int], done: int, others: list[int]
) -> Iterator[tuple[int | None, bytes]]:
    """All that they did before `done`, and what others did before ever earlier rows."""
    lives = zip(left.born, left.died, strict=True)
    seen = bytearray([born < done <= died for born, died in lives])
    yield None, bytes(seen)
    for missed in others:
        for unit in left.touched(missed):
            born, died = left.born[unit], left.died[unit]
            seen[unit] = born < (done if born in own else missed) and died >= (
                done if died in own else missed
            )
        yield missed, bytes(seen)


def _taken(left: Remains, own: set[int], done: int) -> Glimpse:
    """All that they themselves deleted from one row on: what undo brings back."""
    seen = bytes([died >= done and died in own for died in left.died])
    return Glimpse(left, seen, done, None)

"""A text as somebody saw it at some moment, with the ids of what was seen.

Whoever re-creates text (splits a paragraph, joins, toggles a heading, undoes) writes
what stood there for them: all that they themselves had done, and what they had heard
of the others, who may have gone further meanwhile. There are few such sights of one
text, so equal text is no chance.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import compress
from typing import Final

from documents.history.columns import Columns
from documents.history.nodes import NEVER
from documents.history.passages import Passage
from documents.history.texts import Words

_MOMENTS: Final = 24
_UNDONE: Final = 8


class Remains:
    """All units of a text that ever were, in order, and when each lived."""

    def __init__(self, passage: Passage, columns: Columns) -> None:
        self.passage = passage
        self.born, self.died = array("Q"), array("Q")
        for words in passage.words:
            self.born.extend(_seqs(columns, words, births=True))
            self.died.extend(_seqs(columns, words, births=False))
        self._columns = columns

    @cached_property
    def rows(self) -> "array[int]":
        """The rows that did anything to it."""
        return array("Q", sorted({*self.born, *self.died} - {NEVER}))

    @cached_property
    def authors(self) -> list[int | None]:
        """Who wrote each of these rows."""
        return [self._columns.stamps.author(row) for row in self.rows]

    @cached_property
    def _deeds(self) -> tuple["array[int]", "array[int]"]:
        """Each unit with each row that did something to it, by row."""
        pairs = sorted(
            (row, at) for rows in (self.born, self.died) for at, row in enumerate(rows)
        )
        return array("Q", [row for row, _ in pairs]), array(
            "I", [at for _, at in pairs]
        )

    def touched(self, row: int) -> Sequence[int]:
        """The units that a row inserted or deleted."""
        rows, units = self._deeds
        return units[bisect_left(rows, row) : bisect_left(rows, row + 1)]


def _seqs(columns: Columns, words: Words, *, births: bool) -> list[int]:
    column = (columns.births if births else columns.deaths).get(words.client)
    seqs = [NEVER] * len(words.text)
    for run in column.between(words.start, words.end) if column else ():
        for clock in range(run.start, run.end):
            seqs[clock - words.start] = run.at(clock)
    return seqs


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
        self.text = "".join(compress(remains.passage.text, seen))
        self._seen = seen

    @cached_property
    def units(self) -> list[int]:
        """The units that were seen."""
        return list(compress(range(len(self._seen)), self._seen))

    def words(self, at: int, length: int) -> Iterator[Words]:
        """What was seen from one place on, by its ids."""
        for unit in self.units[at : at + length]:
            yield from self.remains.passage.between(unit, unit + 1)

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

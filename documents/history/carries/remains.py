"""A text with all that ever was in it, and when each unit lived.

Knows nothing of who saw what.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from documents.history.columns import Columns
from documents.history.passages import Passage
from documents.history.texts import Words

NEVER: Final = 2**62
"""The row that deletes what nobody deleted."""


class Remains:
    """All units of a text that ever were, in order, and when each lived."""

    def __init__(self, passage: Passage, columns: Columns) -> None:
        self.passage = passage
        self.born, self.died = array("Q"), array("Q")
        for words in passage.words:
            self.born.extend(_seqs(columns, words, births=True))
            self.died.extend(_seqs(columns, words, births=False))
        self._columns = columns

    def text(self, units: Iterable[int]) -> str:
        """What some units said together."""
        text = self.passage.text
        return "".join([text[unit] for unit in units])

    def words(self, units: Iterable[int]) -> Iterator[Words]:
        """Some units, by their ids."""
        for unit in units:
            yield from self.passage.between(unit, unit + 1)

    def stands(self, units: Iterable[int], seq: int) -> bool:
        """Whether any of some units had come before a row, and stood after it."""
        return any(self.born[at] < seq < self.died[at] for at in units)

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

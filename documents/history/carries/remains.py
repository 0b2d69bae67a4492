"""A text with all that ever was in it, and when each unit lived.

Knows nothing of who saw what.
"""

from array import array
from bisect import bisect_left, bisect_right
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
        self._reached = 0, range(0)

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
        return next(self._standing(units, seq), None) is not None

    def reach(self, seq: int) -> range:
        """From the first to the last unit that had come before a row and stood after.

        Of none, from its end to its beginning. A row's answer is kept until the next.
        """
        if seq != self._reached[0]:
            units = range(len(self.passage))
            first = next(self._standing(units, seq), len(units))
            last = next(self._standing(reversed(units), seq), -1)
            self._reached = seq, range(first, last + 1)
        return self._reached[1]

    def _standing(self, units: Iterable[int], seq: int) -> Iterator[int]:
        return (at for at in units if self.born[at] < seq < self.died[at])

    @cached_property
    def _lives(self) -> tuple["array[int]", "array[int]"]:
        """When units came and went, each in order, but for what never stood."""
        lives = zip(self.born, self.died, strict=True)
        lived = [(born, died) for born, died in lives if born < died]
        births, deaths = (sorted(rows[at] for rows in lived) for at in (0, 1))
        return array("Q", births), array("Q", deaths)

    def stood(self, row: int) -> int:
        """How many units stood just before a row."""
        births, deaths = self._lives
        return bisect_left(births, row) - bisect_left(deaths, row)

    def before(self, row: int, units: range | None = None) -> list[int]:
        """Those of some units, or of all, that stood just before a row."""
        born, died = self.born, self.died
        some = range(len(born)) if units is None else units
        return [at for at in some if born[at] < row <= died[at]]

    def is_gone(self, seq: int) -> bool:
        """Whether nothing stood after a row of what had come before it."""
        births, deaths = self._lives
        return bisect_left(births, seq) == bisect_right(deaths, seq)

    @cached_property
    def rows(self) -> "array[int]":
        """The rows that did anything to it."""
        return array("Q", sorted({*self.born, *self.died} - {NEVER}))

    @cached_property
    def deaths(self) -> "array[int]":
        """Those of them that deleted any of it."""
        return array("Q", sorted(set(self.died) - {NEVER}))

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
        start, end = run.start - words.start, run.end - words.start
        seqs[start:end] = run.seqs
    return seqs

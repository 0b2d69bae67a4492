"""A text as somebody saw it at some moment, with the ids of what was seen.

Whoever re-creates text (splits a paragraph, joins, toggles a heading, undoes) writes
what stood there for them: all that they themselves had done, and what they had heard
of the others, who may have gone further meanwhile. There are few such sights of one
text, so equal text is no chance.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from documents.history.columns import Columns
from documents.history.nodes import NEVER
from documents.history.passages import Passage
from documents.history.texts import Words

_MOMENTS: Final = 24
_UNDONE: Final = 8


@dataclass(frozen=True, slots=True)
class Remains:
    """All units of a text that ever were, in order, and when each lived."""

    passage: Passage
    born: "array[int]"
    died: "array[int]"

    def moments(self, before: int) -> list[int]:
        """When anything happened to it, before some seq: the latest first."""
        seqs = {seq for seq in (*self.born, *self.died) if seq < before}
        return sorted(seqs, reverse=True)


def remains(passage: Passage, columns: Columns) -> Remains:
    """Tell of some text when each unit lived."""
    born, died = array("Q"), array("Q")
    for words in passage.words:
        born.extend(_seqs(columns, words, births=True))
        died.extend(_seqs(columns, words, births=False))
    return Remains(passage, born, died)


def _seqs(columns: Columns, words: Words, *, births: bool) -> list[int]:
    column = (columns.births if births else columns.deaths).get(words.client)
    seqs = [NEVER] * len(words.text)
    for run in column.between(words.start, words.end) if column else ():
        for clock in range(run.start, run.end):
            seqs[clock - words.start] = run.at(clock)
    return seqs


@dataclass(frozen=True, slots=True)
class Glimpse:
    """Which units were seen, what they said together, and what was not yet heard.

    `missed` is the first row of another that had not been heard of; None if none was
    missed. `done` is the row before which it was seen.
    """

    remains: Remains
    units: list[int]
    text: str
    done: int
    missed: int | None

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
    author = columns.stamps.author(seq)
    moments = left.moments(seq)
    own = {one for one in moments if columns.stamps.author(one) == author}
    undone = sorted(own.intersection(left.died), reverse=True)
    told: set[tuple[int, ...]] = set()
    for done in (seq, *undone[:_UNDONE]):
        others = [one for one in moments if one < done and one not in own]
        for missed in (None, *others[:_MOMENTS]):
            glimpse = _glimpse(left, own, done, missed)
            if (units := tuple(glimpse.units)) not in told:
                told.add(units)
                yield glimpse
    for done in undone[:_UNDONE]:
        yield _taken(left, own, done)


def _glimpse(left: Remains, own: set[int], done: int, missed: int | None) -> Glimpse:
    """All that they did before `done`, and what others did before `missed`."""
    heard = done if missed is None else missed
    lives = zip(left.born, left.died, strict=True)
    units = [
        at
        for at, (born, died) in enumerate(lives)
        if born < (done if born in own else heard)
        and died >= (done if died in own else heard)
    ]
    text = left.passage.text
    return Glimpse(left, units, "".join([text[at] for at in units]), done, missed)


def _taken(left: Remains, own: set[int], done: int) -> Glimpse:
    """All that they themselves deleted from one row on: what undo brings back."""
    units = [at for at, died in enumerate(left.died) if died in own and died >= done]
    text = left.passage.text
    return Glimpse(left, units, "".join([text[at] for at in units]), done, None)

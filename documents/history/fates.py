"""What became of text between two rows: atoms, which are ids with one fate.

Interval algebra alone; knows nothing of people, order, and what text says.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from documents.history.ends import NEVER
from documents.history.passages import IdRange
from documents.history.runs import Run
from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId


class Change(StrEnum):
    """What became of text between two moments."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


class Piece(NamedTuple):
    """Text of one client that came and went in step; both runs are of its ids."""

    client: ClientId
    born: Run
    died: Run

    def is_ever_there(self, before: int, after: int) -> bool:
        """Whether any of it can be read after one row or after a later one."""
        born, died = self.born, self.died
        return min(born.seq, born.last) <= after and max(died.seq, died.last) > before


class Atom(NamedTuple):
    """Ids with one fate, and the ids that first said the same."""

    ids: IdRange
    first: IdRange
    was: bool
    is_there: bool
    died: Run


NOW: Final = NEVER - 1
"""A row that comes after all that came, and before what never does."""


def staged(run: Run, before: int, after: int) -> Iterator[tuple[Run, int]]:
    """A run cut by whether its rows came until one, until a later one, or then."""
    low, high = sorted((run.seq, run.last))
    if high <= before or low > after or before < low <= high <= after:
        yield run, (low > before) + (low > after)
        return
    stages = ((0, before), (before + 1, after), (after + 1, NEVER))
    parts = [
        (part, stage)
        for stage, (first, last) in enumerate(stages)
        if (part := run.within(first, last)) is not None
    ]
    yield from sorted(parts)


def firsts(atoms: Iterable[Atom]) -> dict[ClientId, RangeSet]:
    """The ids that first said what some atoms say."""
    found: dict[ClientId, RangeSet] = {}
    for atom in atoms:
        client, start, end = atom.first
        known = found.get(client)
        if known is None:
            known = found[client] = RangeSet()
        known.add(start, end)
    return found


def changes(
    atom: Atom, were: dict[ClientId, RangeSet], are: dict[ClientId, RangeSet]
) -> Iterator[tuple[IdRange, IdRange, Change]]:
    """What became of the ids of an atom; none of those written again elsewhere."""
    if atom.was and atom.is_there:
        yield atom.ids, atom.first, Change.KEPT
        return
    for ids, first, again in _halved(atom, are if atom.was else were):
        if not atom.was:
            yield ids, first, Change.KEPT if again else Change.INSERTED
        elif not again:
            yield ids, first, Change.DELETED


def _halved(
    atom: Atom, others: dict[ClientId, RangeSet]
) -> Iterator[tuple[IdRange, IdRange, bool]]:
    """The ids of an atom by whether others say the same, first to last."""
    client, start, end = atom.first
    shift = atom.ids.start - start
    known = others.get(client)
    lone = known.missing(start, end) if known else [(start, end)]
    edges = [start, *[edge for one in lone for edge in one], end]
    for low, high in pairwise(edges):
        if low < high:
            ids = IdRange(atom.ids.client, low + shift, high + shift)
            yield ids, IdRange(client, low, high), (low, high) not in lone

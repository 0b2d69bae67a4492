"""Who wrote each word of a document, and who deleted it: interval algebra over ids.

Text that was re-created keeps its first author and time. Knows users by number only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from documents.history import carrying
from documents.history.changes import changed
from documents.history.columns import Columns
from documents.history.ends import Ends
from documents.history.fates import (
    NOW,
    Atom,
    Change,
    Piece,
    changes,
    firsts,
    staged,
)
from documents.history.laid import Laid
from documents.history.layout import Layout, Spot, Spots
from documents.history.passages import IdRange
from documents.history.runs import Run
from documents.history.sequence import Parent
from documents.yjs.updates import Id, Update

__all__ = ["Blamed", "Blaming", "Change", "blame", "shares"]


class Blamed(NamedTuple):
    """Text of one client, on end; `seq` first wrote its first unit, at `at` (ms).

    What was typed on end is one, with a seq more for each unit. `carried` if it was
    first written under other ids. `died` is the row that took it away, and `deleter`
    that row's author; both None for what is there.
    """

    ids: IdRange
    text: str
    change: Change
    author: int | None
    seq: int
    at: int
    carried: bool
    died: int | None
    deleter: int | None


def blame(whole: Update, columns: Columns, before: int, after: int) -> list[Blamed]:
    """All text that could be read after one row or after a later one, in order.

    What was only re-created in between is kept, and told once. Raises ValueError if
    `whole` is not the merge of the whole log until `after`.
    """
    return Blaming(Laid(whole), columns).between(before, after)


def shares(whole: Update, columns: Columns, seq: int) -> Counter[int | None]:
    """How many units of the text after a row each author wrote."""
    counts: Counter[int | None] = Counter()
    for each in blame(whole, columns, seq, seq):
        counts[each.author] += len(each.text)
    return counts


def _are_one(one: Blamed, other: Blamed) -> bool:
    return (
        one.ids.client == other.ids.client
        and one.ids.end == other.ids.start
        and one[2:] == other[2:]
    )


def _joined(one: Blamed, other: Blamed) -> Blamed:
    ids = IdRange(one.ids.client, one.ids.start, other.ids.end)
    return one._replace(ids=ids, text=one.text + other.text)


_Pieces = list[tuple[Id, list[Piece]]]
"""The text in a parent, and the types, each by itself."""


class _Asked(NamedTuple):
    """What was told between two rows: atoms, and the pieces that they are of."""

    before: int
    after: int
    atoms: dict[Parent, tuple[_Pieces, list[tuple[Id, list[Atom]]]]]
    told: dict[tuple[Atom, IdRange, Change], list[Blamed]]


class Blaming:
    """All text that ever was, to be told of between any two rows."""

    def __init__(
        self, laid: Laid, columns: Columns, before: "Blaming | None" = None
    ) -> None:
        """Take from `before`, of fewer rows of the log, what is as it was."""
        self._laid = laid
        self._columns = columns
        self._ends = Ends(laid.layout, columns)
        known = before.still(laid.layout, columns) if before else {}
        self._pieces = {
            parent: known.get(parent) or list(self._within(spots))
            for parent, spots in laid.layout.parents.items()
        }
        self.asked: _Asked | None = before.asked if before else None
        self._last: tuple[int, int, list[Blamed]] | None = None

    def still(self, layout: Layout, columns: Columns) -> dict[Parent, _Pieces]:
        """The pieces of parents in which nothing came or went until a later row."""
        last = self._columns.last
        gone = changed(self._laid.layout, last, layout, columns)
        return {one: found for one, found in self._pieces.items() if one not in gone}

    def between(self, before: int, after: int) -> list[Blamed]:
        """Tell what `blame` tells; what was asked last is not told anew."""
        if self._last is None or self._last[:2] != (before, after):
            # What is there now stays so, whatever comes elsewhere.
            until = NOW if after == self._columns.last else after
            self._last = before, after, self._told_between(before, until)
        return self._last[2]

    def _told_between(self, before: int, after: int) -> list[Blamed]:
        found: list[Blamed] = []
        for each in self._blame(before, after):
            if found and _are_one(found[-1], each):
                found[-1] = _joined(found[-1], each)
            else:
                found.append(each)
        return found

    def _blame(self, before: int, after: int) -> Iterator[Blamed]:
        known = self.asked
        if known is None or known[:2] != (before, after):
            known = _Asked(before, after, {}, {})
        now = self.asked = _Asked(before, after, self._atoms(known), {})
        atoms = list(self._along(now))
        were = firsts(atom for atom in atoms if atom.was)
        are = firsts(atom for atom in atoms if atom.is_there)
        for atom in atoms:
            for ids, first, change in changes(atom, were, are):
                key = atom, ids, change
                told = known.told.get(key)
                if told is None:
                    told = list(self._told(ids, first, change, atom))
                now.told[key] = told
                yield from told

    def _along(self, asked: _Asked) -> Iterator[Atom]:
        """All atoms along the document."""
        roots = reversed(self._laid.layout.roots)
        walk = [iter(asked.atoms[root][1]) for root in roots]
        while walk:
            identity, atoms = next(walk[-1], (None, ()))
            if identity is None:
                walk.pop()
                continue
            yield from atoms
            if identity in asked.atoms:
                walk.append(iter(asked.atoms[identity][1]))

    def _within(self, spots: Spots) -> Iterator[tuple[Id, list[Piece]]]:
        for spot in spots:
            pieces = list(self._laid_in(spot))
            if pieces or self._laid.layout.is_type(spot.client, spot.start):
                yield (spot.client, spot.start), pieces

    def _laid_in(self, spot: Spot) -> Iterator[Piece]:
        births = self._columns.births[spot.client]
        for item in self._laid.texts.holding(spot.client, spot.start, spot.end):
            part = spot.part(item.clock, item.end)
            for died in self._ends.within(part):
                for born in births.between(died.start, died.end):
                    own = died.part(born.start, born.end)
                    yield Piece(spot.client, born, own)

    def _atoms(
        self, asked: _Asked
    ) -> dict[Parent, tuple[_Pieces, list[tuple[Id, list[Atom]]]]]:
        found = {}
        for parent, pieces in self._pieces.items():
            known = asked.atoms.get(parent)
            if known is None or known[0] is not pieces:
                known = (
                    pieces,
                    [
                        (identity, list(self._atoms_of(some, *asked[:2])))
                        for identity, some in pieces
                    ],
                )
            found[parent] = known
        return found

    def _atoms_of(
        self, pieces: Iterable[Piece], before: int, after: int
    ) -> Iterator[Atom]:
        for piece in pieces:
            if piece.is_ever_there(before, after):
                for died, end in staged(piece.died, before, after):
                    yield from self._born(piece, died, end, before, after)

    def _born(
        self, piece: Piece, died: Run, end: int, before: int, after: int
    ) -> Iterator[Atom]:
        born = piece.born.part(died.start, died.end)
        for part, start in staged(born, before, after):
            was, is_there = start == 0 < end, start < 2 == end
            if was or is_there:
                ids = IdRange(piece.client, part.start, part.end)
                for own, first in self._said(ids):
                    yield Atom(own, first, was, is_there, died)

    def _said(self, ids: IdRange) -> Iterator[tuple[IdRange, IdRange]]:
        """Ids with those that first said the same."""
        at = ids.start
        carries = self._columns.carries.get(ids.client, ())
        for carry in carrying.between(carries, ids.start, ids.end):
            if at < carry.start:
                yield _same(IdRange(ids.client, at, carry.start))
            own = IdRange(ids.client, carry.start, carry.end)
            yield own, IdRange(carry.source, *carry.sources)
            at = carry.end
        if at < ids.end:
            yield _same(IdRange(ids.client, at, ids.end))

    def _told(
        self, ids: IdRange, first: IdRange, change: Change, atom: Atom
    ) -> Iterator[Blamed]:
        shift = ids.start - first.start
        carried = (ids.client, ids.start) != (first.client, first.start)
        births = self._columns.births[first.client]
        for born, author in self._by_author(births.between(first.start, first.end)):
            own = IdRange(ids.client, born.start + shift, born.end + shift)
            for died, deleter in self._by_author([atom.died.part(own.start, own.end)]):
                clock = died.start - shift
                part = IdRange(ids.client, died.start, died.end)
                text = "".join(
                    [words.text for words in self._laid.texts.between(*part)]
                )
                seq = born.at(clock)
                at = self._columns.stamps.time(seq)
                end = (None, None) if atom.is_there else (died.seq, deleter)
                yield Blamed(part, text, change, author, seq, at, carried, *end)

    def _by_author(self, runs: Iterable[Run]) -> Iterator[tuple[Run, int | None]]:
        """Runs cut by who sent the rows; nobody sent one that never came."""
        stamps = self._columns.stamps
        for run in runs:
            if run.seq > stamps.last:
                yield run, None
            elif stamps.is_of_one(run.seq, run.last):
                yield run, stamps.author(run.seq)
            else:
                clocks = range(run.start, run.end)
                for author, some in groupby(
                    clocks, key=lambda clock: stamps.author(run.at(clock))
                ):
                    same = list(some)
                    yield run.part(same[0], same[-1] + 1), author


def _same(ids: IdRange) -> tuple[IdRange, IdRange]:
    return ids, ids

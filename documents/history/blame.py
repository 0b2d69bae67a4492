"""Who wrote each word of a document, and who deleted it: interval algebra over ids.

Text that was re-created keeps its first author and time. Knows users by number only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby, pairwise
from typing import NamedTuple

from documents.history import carrying
from documents.history.changes import changed
from documents.history.columns import Columns
from documents.history.ends import NEVER, Ends
from documents.history.laid import Laid
from documents.history.layout import Layout, Spot, Spots
from documents.history.passages import IdRange
from documents.history.runs import Run
from documents.history.sequence import Parent
from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId, Id, Update


class Change(StrEnum):
    """What became of text between two moments."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


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


class _Piece(NamedTuple):
    """Text of one client that came and went in step; both runs are of its ids."""

    client: ClientId
    born: Run
    died: Run

    def is_ever_there(self, before: int, after: int) -> bool:
        """Whether any of it can be read after one row or after a later one."""
        born, died = self.born, self.died
        return min(born.seq, born.last) <= after and max(died.seq, died.last) > before


class _Atom(NamedTuple):
    """Ids with one fate, and the ids that first said the same."""

    ids: IdRange
    first: IdRange
    was: bool
    is_there: bool
    died: Run


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
        self._last: tuple[int, int, list[Blamed]] | None = None

    def still(
        self, layout: Layout, columns: Columns
    ) -> dict[Parent, list[tuple[Id, list[_Piece]]]]:
        """The pieces of parents in which nothing came or went until a later row."""
        last = self._columns.last
        gone = changed(self._laid.layout, last, layout, columns)
        return {one: found for one, found in self._pieces.items() if one not in gone}

    def between(self, before: int, after: int) -> list[Blamed]:
        """Tell what `blame` tells; what was asked last is not told anew."""
        if self._last is None or self._last[:2] != (before, after):
            self._last = before, after, self._told_between(before, after)
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
        atoms = list(self._atoms(before, after))
        were = _firsts(atom for atom in atoms if atom.was)
        are = _firsts(atom for atom in atoms if atom.is_there)
        for atom in atoms:
            other = are if atom.was else were
            for ids, first, again in _halved(atom, other):
                if atom.was and not atom.is_there:
                    if again:
                        continue  # it was only written again elsewhere
                    change = Change.DELETED
                elif atom.was or again:
                    change = Change.KEPT
                else:
                    change = Change.INSERTED
                yield from self._told(ids, first, change, atom)

    def _along(self) -> Iterator[_Piece]:
        """All pieces along the document."""
        walk = [iter(self._pieces[root]) for root in reversed(self._laid.layout.roots)]
        while walk:
            identity, pieces = next(walk[-1], (None, ()))
            if identity is None:
                walk.pop()
                continue
            yield from pieces
            if identity in self._pieces:
                walk.append(iter(self._pieces[identity]))

    def _within(self, spots: Spots) -> Iterator[tuple[Id, list[_Piece]]]:
        """The text in a parent, and the types, each by itself."""
        for spot in spots:
            pieces = list(self._laid_in(spot))
            if pieces or self._laid.layout.is_type(spot.client, spot.start):
                yield (spot.client, spot.start), pieces

    def _laid_in(self, spot: Spot) -> Iterator[_Piece]:
        births = self._columns.births[spot.client]
        for words in self._laid.texts.between(spot.client, spot.start, spot.end):
            part = spot.part(words.start, words.end)
            for died in self._ends.within(part):
                for born in births.between(died.start, died.end):
                    own = died.part(born.start, born.end)
                    yield _Piece(spot.client, born, own)

    def _atoms(self, before: int, after: int) -> Iterator[_Atom]:
        for piece in self._along():
            if piece.is_ever_there(before, after):
                for died, end in _staged(piece.died, before, after):
                    yield from self._born(piece, died, end, before, after)

    def _born(
        self, piece: _Piece, died: Run, end: int, before: int, after: int
    ) -> Iterator[_Atom]:
        born = piece.born.part(died.start, died.end)
        for part, start in _staged(born, before, after):
            was, is_there = start == 0 < end, start < 2 == end
            if was or is_there:
                ids = IdRange(piece.client, part.start, part.end)
                for own, first in self._said(ids):
                    yield _Atom(own, first, was, is_there, died)

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
        self, ids: IdRange, first: IdRange, change: Change, atom: _Atom
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


_BEFORE, _BETWEEN, _LATER = range(3)


def _staged(run: Run, before: int, after: int) -> Iterator[tuple[Run, int]]:
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


def _firsts(atoms: Iterable[_Atom]) -> dict[ClientId, RangeSet]:
    found: dict[ClientId, RangeSet] = {}
    for atom in atoms:
        client, start, end = atom.first
        found.setdefault(client, RangeSet()).add(start, end)
    return found


def _halved(
    atom: _Atom, others: dict[ClientId, RangeSet]
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

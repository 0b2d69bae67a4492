"""Carries that a browser declares: only there it is certain what a person saw and did.

In the very row that writes again, an attribute of the text, set and at once deleted,
names the ids that are said again (`docs/protocol.md`). Nobody's word is taken for it:
the text must be equal, deleted, and have been seen together by the row's author at one
moment, in this order. So no more can be claimed than deleting could have left of that
moment. A browser that has declared once declares all: what it does not name is new.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from documents.history.carries.deeds import Kind, seqs
from documents.history.carries.remains import NEVER
from documents.history.columns import Columns
from documents.history.layout import Layout, Place
from documents.history.passages import IdRange, Link
from documents.history.runs import Run
from documents.history.sequence import Parent
from documents.history.texts import Texts
from documents.storage.numbers import uints
from documents.yjs.contents import BINARY
from documents.yjs.lib0 import Malformed, Reader
from documents.yjs.updates import ClientId, Id, Item, Struct, Update


class Declaration(NamedTuple):
    """What an attribute says, and where it stands."""

    place: Id
    body: bytes


class Declarations:
    """The declarations among some births of a log, by row."""

    def __init__(self, whole: Update, columns: Columns, births: Kind) -> None:
        self._whole = whole
        self._columns = columns
        self._firsts: dict[ClientId, int] = {}
        self._rows: dict[int, list[Declaration]] = {}
        self._inserted: Counter[int] = Counter()
        for client, born in births.items():
            rows = set()
            for seq, one in self._declared(client, born.starts[0]):
                self._rows.setdefault(seq, []).append(one)
                rows.add(seq)
            for start, end, seq in born.of(rows) if rows else ():
                self._inserted[seq] += end - start

    def _declared(
        self, client: ClientId, since: int
    ) -> Iterator[tuple[int, Declaration]]:
        """What a browser declares from a clock on, each with its row."""
        section = self._whole.structs.get(client, ())
        for item in section[bisect_left(section, since, key=_clock) :]:
            if isinstance(item, Item) and item.kind == BINARY:
                seq = self._columns.born(client, item.clock)
                at_once = self._columns.died(client, item.clock) == seq
                if seq is not None and at_once and isinstance(item.content, bytes):
                    yield seq, Declaration((client, item.clock), item.content)

    def rows(self) -> set[int]:
        """The rows that declare anything."""
        return set(self._rows)

    def tells(self, client: ClientId, seq: int) -> bool:
        """Whether a browser has declared anything until a row."""
        if client not in self._firsts:
            first, _ = next(self._declared(client, 0), (NEVER, None))
            self._firsts[client] = first
        return self._firsts[client] <= seq

    def named(self, seq: int) -> list[IdRange]:
        """The ids that a row says to carry something, believed or not."""
        links = [link for _, some in self.of(seq) for link in some]
        return [IdRange(link.client, link.start, link.end) for link in links]

    def of(self, seq: int) -> list[tuple[Id, list[Link]]]:
        """What a row declares, each with where it stands, as far as it can be read.

        It ends where more ids were named than the row inserted, so some of them twice.
        """
        left = self._inserted[seq]
        found = []
        for place, body in self._rows.get(seq, ()):
            links: list[Link] = []
            for link in _read(place, body):
                left -= link.end - link.start
                if left < 0:
                    break
                links.append(link)
            found.append((place, links))
        return found


def _clock(struct: Struct) -> int:
    return struct.clock


class Declared:
    """Believes what a row declares as far as the log bears it out."""

    def __init__(
        self,
        columns: Columns,
        texts: Texts,
        layout: Layout,
        declarations: Declarations,
    ) -> None:
        self._columns = columns
        self._texts = texts
        self._layout = layout
        self._declarations = declarations

    def links(self, seq: int) -> Iterator[Link]:
        """What carries what; each id once."""
        for place, links in self._declarations.of(seq):
            parent = self._layout.parent(place)
            ours, theirs = _Order(self._layout), _Order(self._layout)
            moments = _Moments(self._columns, seq)
            for link in links:
                own = IdRange(link.client, link.start, link.end)
                if (
                    self._is_of(seq, own, parent)
                    and self._had_gone(seq, link.sources)
                    and self._are_equal(own, link.sources)
                    and ours.follows(own)
                    and theirs.follows(link.sources)
                    and moments.have(link.sources)
                ):
                    yield link

    def _is_of(self, seq: int, ids: IdRange, parent: Parent | None) -> bool:
        """Whether a row inserted some ids, in one text."""
        births = self._columns.births[ids.client]
        born = [run.within(seq, seq) for run in births.between(ids.start, ids.end)]
        spots = self._layout.between(*ids)
        return _count(born) == ids.end - ids.start and all(
            spot.parent == parent for spot in spots
        )

    def _had_gone(self, seq: int, ids: IdRange) -> bool:
        """Whether a row, or one before, deleted some ids, or what they were in."""
        deaths = self._columns.deaths.get(ids.client)
        for _, start, end, parent in self._layout.between(*ids):
            died = [
                run.within(0, seq)
                for run in (deaths.between(start, end) if deaths else ())
            ]
            if _count(died) < end - start and not self._is_dead(seq, parent):
                return False
        return True

    def _is_dead(self, seq: int, parent: Parent | None) -> bool:
        while isinstance(parent, tuple):
            died = self._columns.died(*parent)
            if died is not None and died <= seq:
                return True
            parent = self._layout.parent(parent)
        return False

    def _are_equal(self, one: IdRange, other: IdRange) -> bool:
        """Whether both are text, and say the same."""
        text, same = (
            "".join([words.text for words in self._texts.between(*ids)])
            for ids in (one, other)
        )
        return text == same and len(text) == one.end - one.start


def _count(runs: Iterable[Run | None]) -> int:
    return sum(run.end - run.start for run in runs if run is not None)


class _Order:
    """Whether ids come one after another along the document."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._reached: tuple[Place, int] = (), 0

    def follows(self, ids: IdRange) -> bool:
        """Whether some ids stand in their order, behind those asked about before."""
        for spot in self._layout.between(*ids):
            place = self._layout.place(spot)
            if (place, spot.start) < self._reached:
                return False
            self._reached = place, spot.end
        return True


class _Moments:
    """When all that was asked about, so far, stood together, or was seen together.

    A row's author sees what they do themselves at once, what others do when they hear
    of it; but of nothing that came after a row of theirs when they made it.
    """

    def __init__(self, columns: Columns, seq: int) -> None:
        self._columns = columns
        self._author = columns.stamps.author(seq)
        self._stood = self._own = self._heard = 0, seq

    def have(self, ids: IdRange) -> bool:
        """Whether some ids did at such a moment; those moments remain."""
        stood, own, heard = self._stood, self._own, self._heard
        for row, died in self._rows(ids):
            is_own = self._columns.stamps.author(row) == self._author
            stood = _cut(stood, row, died=died)
            if is_own:
                own = _cut(own, row, died=died)
            if died or not is_own:
                heard = _cut(heard, row, died=died)
        if _is_over(stood) and (_is_over(own) or _is_over(heard)):
            return False
        self._stood, self._own, self._heard = stood, own, heard
        return True

    def _rows(self, ids: IdRange) -> Iterator[tuple[int, bool]]:
        """The rows that inserted some ids, and those that deleted them."""
        for died, kind in enumerate((self._columns.births, self._columns.deaths)):
            column = kind.get(ids.client)
            for run in column.between(ids.start, ids.end) if column else ():
                for row in seqs(run):
                    yield row, bool(died)


_Span = tuple[int, int]
"""From one row to before another."""


def _cut(span: _Span, row: int, *, died: bool) -> _Span:
    """What of a span lies before a row, or from it on."""
    first, last = span
    return (first, min(last, row)) if died else (max(first, row), last)


def _is_over(span: _Span) -> bool:
    return span[0] >= span[1]


def _read(place: Id, body: bytes) -> Iterator[Link]:
    """What is declared at a place, as far as it can be read."""
    client, clock = place
    reader = Reader(body)
    try:
        reader.uint()  # how many bytes follow
        while reader.at < reader.end:
            distance, length, source, start = uints(reader, 4)
            if not 0 < length <= distance <= clock:
                return
            at = clock - distance
            yield Link(client, at, at + length, ClientId(source), start)
    except Malformed:
        return

"""Rows made by hand: people who write and delete in texts, with the origins of Yjs."""

from documents.storage.chain import Entry
from documents.storage.numbers import write_uints
from documents.yjs.contents import BINARY, STRING, TYPE
from documents.yjs.lib0 import Writer
from documents.yjs.updates import (
    HAS_KEY,
    HAS_ORIGIN,
    HAS_RIGHT_ORIGIN,
    ClientId,
    Id,
    Item,
    Struct,
    Update,
    encode,
)

ELEMENT, LEAF = b"\x03\x09paragraph", b"\x06"


class Hands:
    """A log that grows by rows; each person is a client of their own."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.entries: list[Entry] = []
        self._clocks: dict[int, int] = {}
        self._structs: list[Struct] = []
        self._deleted: dict[ClientId, tuple[tuple[int, int], ...]] = {}

    def paragraph(
        self, person: int, after: Id | None = None, before: Id | None = None
    ) -> Id:
        """A paragraph with a text in it, in the next row; the text's id."""
        element = self._add(person, ELEMENT, TYPE, after, before, "default")
        return self.leaf(person, element)

    def element(self, person: int, before: Id | None, parent: str | Id) -> Id:
        """An element without any text, first in a parent or before an id there."""
        return self._add(person, ELEMENT, TYPE, None, before, parent)

    def leaf(self, person: int, element: Id, before: Id | None = None) -> Id:
        """An empty text in an element, or before an id there, in the next row."""
        return self._add(person, LEAF, TYPE, None, before, element)

    def text(
        self,
        person: int,
        content: str,
        parent: str | Id,
        left: Id | None = None,
        right: Id | None = None,
    ) -> Id:
        """Text between two ids of a parent, in the next row; its first id."""
        return self._add(person, content.encode(), STRING, left, right, parent)

    def declare(self, person: int, text: Id, *carries: tuple[Id, int, Id]) -> None:
        """Of ids, how many, and under which they were said, as our browsers tell it."""
        clock = self._clocks.get(person, 0)
        writer = Writer()
        for (_, own), length, (source, first) in carries:
            write_uints(writer, (clock - own, length, source, first))
        body = Writer()
        body.blob(writer.finish())
        self._structs.append(
            Item(clock, 1, BINARY | HAS_KEY, None, None, text, "carries", body.finish())
        )
        self._clocks[person] = clock + 1
        self.delete((ClientId(person), clock), 1)

    def delete(self, start: Id, length: int) -> None:
        """So many ids of one client, in the next row."""
        client, clock = start
        ranges = (*self._deleted.get(client, ()), (clock, clock + length))
        self._deleted[client] = ranges

    def row(self, author: int, after: int = 60_000) -> int:
        """Store what was gathered, so many milliseconds after the row before."""
        client = ClientId(author)
        structs = {client: tuple(self._structs)} if self._structs else {}
        update = Update(structs, self._deleted)
        at = (self.entries[-1].at if self.entries else 1_700_000_000_000) + after
        seq = len(self.entries) + 1
        entry = Entry(seq, author, at, recovered=False, payload=encode(update))
        self.updates.append(update)
        self.entries.append(entry)
        self._structs, self._deleted = [], {}
        return seq

    def _add(
        self,
        person: int,
        content: bytes,
        kind: int,
        left: Id | None,
        right: Id | None,
        parent: str | Id,
    ) -> Id:
        clock = self._clocks.get(person, 0)
        length = len(content.decode()) if kind == STRING else 1
        self._clocks[person] = clock + length
        info = kind | HAS_ORIGIN * bool(left) | HAS_RIGHT_ORIGIN * bool(right)
        place = None if left or right else parent
        self._structs.append(
            Item(clock, length, info, left, right, place, None, content)
        )
        return ClientId(person), clock

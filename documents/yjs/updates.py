"""The Yjs V1 update as a value: strict parse, exact encode.

Knows the format and its bounds. Does not know the log that an update is meant for:
whether it may be stored there is the business of `documents.yjs.admission`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NewType

from documents.yjs import contents
from documents.yjs.contents import Content
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.ranges import Range, Ranges, normal

__all__ = [
    "EMPTY",
    "GC",
    "ClientId",
    "Id",
    "Item",
    "Malformed",
    "Struct",
    "Update",
    "encode",
    "encode_state_vector",
    "parse",
    "parse_state_vector",
]

ClientId = NewType("ClientId", int)
Id = tuple[ClientId, int]

HAS_ORIGIN: Final = 0x80
HAS_RIGHT_ORIGIN: Final = 0x40
HAS_KEY: Final = 0x20
_KIND: Final = 0x1F
_GC: Final = 0
_SKIP: Final = 10


@dataclass(frozen=True, slots=True)
class GC:
    """Ids whose content and place are forgotten."""

    clock: int
    length: int

    @property
    def end(self) -> int:
        """The clock after the last id."""
        return self.clock + self.length


@dataclass(frozen=True, slots=True)
class Item:
    """Content and its place: between two origins, or else in a parent.

    `info` is the first byte as written. Its key bit is a hint once there are origins:
    Yjs sets it for map entries, and loses it when it merges updates.
    """

    clock: int
    length: int
    info: int
    origin: Id | None
    right_origin: Id | None
    parent: str | Id | None  # the name of a root, or the id of a type
    key: str | None
    content: Content

    @property
    def end(self) -> int:
        """The clock after the last id."""
        return self.clock + self.length

    @property
    def kind(self) -> int:
        """The kind of content, numbered as in `documents.yjs.contents`."""
        return self.info & _KIND


Struct = GC | Item


@dataclass(frozen=True, slots=True)
class Update:
    """Structs of each client, by clock and apart, and the ranges that it deletes.

    A gap between structs is what Yjs writes as Skip.
    """

    structs: Mapping[ClientId, tuple[Struct, ...]] = field(default_factory=dict)
    deletes: Mapping[ClientId, Ranges] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not self.structs and not self.deletes


EMPTY: Final = Update()


def parse(payload: bytes) -> Update:
    """Read an update.

    Raises Malformed for anything that Yjs would not write, with the byte's offset.
    Clients without structs and deletions out of order are taken, and tidied.
    """
    reader = Reader(payload)
    structs: dict[ClientId, tuple[Struct, ...]] = {}
    for _ in range(reader.count()):
        start = reader.at
        count = reader.count()
        client = ClientId(reader.uint())
        if client in structs:
            raise Malformed("client twice", start)
        if section := _read_section(reader, reader.uint(MAX_CLOCK), count):
            structs[client] = tuple(section)
    deletes = _read_deletes(reader)
    reader.finish()
    return Update(structs, deletes)


def _read_section(reader: Reader, clock: int, count: int) -> list[Struct]:
    section: list[Struct] = []
    for _ in range(count):
        start = reader.at
        info = reader.byte()
        if info & _KIND not in (_GC, _SKIP):
            item = _read_item(reader, clock, info)
            clock += item.length
            section.append(item)
        else:
            length = reader.uint(MAX_CLOCK)
            if length == 0 or info not in (_GC, _SKIP):
                raise Malformed("not a struct", start)
            if info == _GC:
                section.append(GC(clock, length))
            clock += length
        if clock > MAX_CLOCK:
            raise Malformed("clock out of range", start)
    return section


def _read_item(reader: Reader, clock: int, info: int) -> Item:
    origin = right_origin = parent = key = None
    if info & HAS_ORIGIN:
        origin = _read_id(reader)
    if info & HAS_RIGHT_ORIGIN:
        right_origin = _read_id(reader)
    if origin is None and right_origin is None:
        named = reader.uint(1)
        parent = reader.text() if named else _read_id(reader)
        if info & HAS_KEY:
            key = reader.text()
    length, content = contents.read(reader, info & _KIND)
    return Item(clock, length, info, origin, right_origin, parent, key, content)


def _read_id(reader: Reader) -> Id:
    return ClientId(reader.uint()), reader.uint(MAX_CLOCK)


def _read_deletes(reader: Reader) -> dict[ClientId, Ranges]:
    deletes: dict[ClientId, Ranges] = {}
    for _ in range(reader.count()):
        start = reader.at
        client = ClientId(reader.uint())
        if client in deletes:
            raise Malformed("client twice", start)
        if ranges := [_read_range(reader) for _ in range(reader.count())]:
            deletes[client] = normal(ranges)
    return deletes


def _read_range(reader: Reader) -> Range:
    offset = reader.at
    start = reader.uint(MAX_CLOCK)
    length = reader.uint(MAX_CLOCK - start)
    if length == 0:
        raise Malformed("empty deletion", offset)
    return start, start + length


def encode(update: Update) -> bytes:
    """Write an update as Yjs does, the highest client first."""
    writer = Writer()
    writer.uint(len(update.structs))
    for client in sorted(update.structs, reverse=True):
        _write_section(writer, client, update.structs[client])
    writer.uint(len(update.deletes))
    for client in sorted(update.deletes, reverse=True):
        ranges = update.deletes[client]
        writer.uint(client)
        writer.uint(len(ranges))
        for start, end in ranges:
            writer.uint(start)
            writer.uint(end - start)
    return writer.finish()


def _write_section(
    writer: Writer, client: ClientId, section: tuple[Struct, ...]
) -> None:
    clock = section[0].clock
    body = Writer()
    skips = 0
    for struct in section:
        if struct.clock > clock:
            body.byte(_SKIP)
            body.uint(struct.clock - clock)
            skips += 1
        if isinstance(struct, Item):
            _write_item(body, struct)
        else:
            body.byte(_GC)
            body.uint(struct.length)
        clock = struct.clock + struct.length
    writer.uint(len(section) + skips)
    writer.uint(client)
    writer.uint(section[0].clock)
    writer.raw(body.data)


def _write_item(writer: Writer, item: Item) -> None:
    writer.byte(item.info)
    if item.origin is not None:
        _write_id(writer, item.origin)
    if item.right_origin is not None:
        _write_id(writer, item.right_origin)
    if isinstance(item.parent, str):
        writer.byte(1)
        writer.text(item.parent)
    elif item.parent is not None:
        writer.byte(0)
        _write_id(writer, item.parent)
    if item.key is not None:
        writer.text(item.key)
    contents.write(writer, item.kind, item.length, item.content)


def _write_id(writer: Writer, identity: Id) -> None:
    writer.uint(identity[0])
    writer.uint(identity[1])


def parse_state_vector(payload: bytes) -> dict[ClientId, int]:
    """Read a state vector; raises Malformed."""
    reader = Reader(payload)
    vector: dict[ClientId, int] = {}
    for _ in range(reader.count()):
        start = reader.at
        client = ClientId(reader.uint())
        if client in vector:
            raise Malformed("client twice", start)
        vector[client] = reader.uint(MAX_CLOCK)
    reader.finish()
    return vector


def encode_state_vector(vector: Mapping[ClientId, int]) -> bytes:
    """Write a state vector as Yjs does, the highest client first."""
    writer = Writer()
    writer.uint(len(vector))
    for client in sorted(vector, reverse=True):
        writer.uint(client)
        writer.uint(vector[client])
    return writer.finish()

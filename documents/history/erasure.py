"""Taking words out of an update for ever: their ids stay, what they said is gone.

What is left is what Yjs keeps of a deleted item (ContentDeleted) of the same length,
so everything else keeps its place. Knows nothing of logs.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Final

from documents.history.carrying import Carries, between
from documents.yjs import contents
from documents.yjs.lib0 import Reader
from documents.yjs.merging import part
from documents.yjs.ranges import Range, Ranges, normal
from documents.yjs.updates import ClientId, Item, Struct, Update

Ids = Mapping[ClientId, Ranges]

_WORDS: Final = frozenset(
    {
        contents.STRING,
        contents.EMBED,
        contents.JSON,
        contents.BINARY,
        contents.ANY,
    }
)
_KIND: Final = 0x1F
_OPENINGS: Final = b'{["'
_EMPTY: Final = frozenset({b"{}", b"[]", b'""'})


def with_copies(ids: Ids, carries: Mapping[ClientId, Carries]) -> Ids:
    """Add the ids that say again what these say, and those that said it first.

    A split paragraph, a toggled heading and an undo say words again under other ids.
    """
    firsts = {client: list(ranges) for client, ranges in ids.items()}
    for client, ranges in ids.items():
        for start, end in ranges:
            for carry in between(carries.get(client, ()), start, end):
                firsts.setdefault(carry.source, []).append(carry.sources)
    found = {client: normal(ranges) for client, ranges in firsts.items()}
    for client, ones in carries.items():
        for one in ones:
            first, last = one.sources
            for start, end in _overlapping(found.get(one.source, ()), first, last):
                again = one.start + start - first, one.start + end - first
                firsts.setdefault(client, []).append(again)
    return {client: normal(ranges) for client, ranges in firsts.items()}


def erased(update: Update, ids: Ids) -> tuple[Update, Ids]:
    """Empty what an update says under these ids; tell under which it said something.

    Text, embedded content and values say something, and so do marks with attributes,
    as the address of a link. Types say only of what kind they are and hold others'
    text; they stay, and so do marks without attributes, which end those of others.
    """
    structs = dict(update.structs)
    found: dict[ClientId, Ranges] = {}
    for client in ids.keys() & structs.keys():
        gone: list[Range] = []
        section = structs[client]
        structs[client] = tuple(_without(client, section, ids[client], gone))
        if gone:
            found[client] = normal(gone)
    return (Update(structs, update.deletes) if found else update), found


def _without(
    client: ClientId, section: tuple[Struct, ...], ranges: Ranges, gone: list[Range]
) -> Iterator[Struct]:
    for struct in section:
        at = struct.clock
        if isinstance(struct, Item) and _says_something(struct):
            for start, end in _overlapping(ranges, struct.clock, struct.end):
                if at < start:
                    yield part(client, struct, at, start)
                yield _emptied(part(client, struct, start, end))
                gone.append((start, end))
                at = end
        if at < struct.end:
            yield part(client, struct, at, struct.end)


def _overlapping(ranges: Ranges, start: int, end: int) -> Iterator[Range]:
    at = bisect_right(ranges, start, key=itemgetter(1))
    while at < len(ranges) and ranges[at][0] < end:
        yield max(ranges[at][0], start), min(ranges[at][1], end)
        at += 1


def _says_something(item: Item) -> bool:
    if item.kind != contents.FORMAT:
        return item.kind in _WORDS
    assert isinstance(item.content, bytes)
    reader = Reader(item.content)
    reader.utf8()
    value = reader.utf8()
    return value[:1] in _OPENINGS and value not in _EMPTY


def _emptied(struct: Struct) -> Struct:
    assert isinstance(struct, Item)
    return replace(struct, info=struct.info & ~_KIND | contents.DELETED, content=b"")

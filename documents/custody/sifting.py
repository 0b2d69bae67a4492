"""Sifting a log: finding where it says what is to be taken out of it.

Reads rows and chapters through the connection that it is given, and writes nothing.
Knows no Django.
"""

from collections.abc import Iterable, Iterator
from typing import LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.history.erasure import Ids, erased
from documents.storage.chain import Entry
from documents.storage.chapters import pack, unpack
from documents.yjs.lib0 import Writer
from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId, encode, parse


class Row(NamedTuple):
    """A row as it is to be, and the ids under which it said something."""

    seq: int
    payload: bytes
    said: Ids


class Chapter(NamedTuple):
    """A chapter, and which seqs of it said something under which ids.

    `body` is what it is to hold instead; None where it said nothing.
    """

    first: int
    last: int
    body: bytes | None
    seqs: tuple[int, ...]
    said: tuple[Ids, ...]


_ROWS: LiteralString = (
    "SELECT seq, payload FROM documents_update WHERE document_id = %s AND seq <= %s"
    # Whatever holds structs of a client names it; most rows need not be parsed.
    " AND EXISTS (SELECT FROM unnest(%s::bytea[]) AS n(name)"
    " WHERE position(n.name IN payload) > 0) ORDER BY seq"
)
_CHAPTERS: LiteralString = (
    "SELECT first, last, body FROM documents_chapter"
    " WHERE document_id = %s ORDER BY first"
)


def rows(
    connection: psycopg.Connection, document: UUID, last: int, ids: Ids
) -> Iterator[Row]:
    """Give those rows up to `last` that say something under these ids."""
    given = (document, last, [_name(client) for client in ids])
    for seq, payload in connection.execute(_ROWS, given).fetchall():
        update, said = erased(parse(payload), ids)
        if said:
            yield Row(seq, encode(update), said)


def _name(client: ClientId) -> bytes:
    writer = Writer()
    writer.uint(client)
    return writer.finish()


def chapters(
    connection: psycopg.Connection, document: UUID, ids: Ids
) -> Iterator[Chapter]:
    """Give all chapters of a log. Raises Malformed for one that cannot be read."""
    for first, last, body in connection.execute(_CHAPTERS, (document,)).fetchall():
        yield _sifted(first, last, unpack(body), ids)


def _sifted(first: int, last: int, found: list[Entry], ids: Ids) -> Chapter:
    said: dict[int, Ids] = {}
    for place, entry in enumerate(found):
        update, gone = erased(parse(entry.payload), ids)
        if gone:
            said[entry.seq] = gone
            found[place] = Entry(
                entry.seq, entry.author, entry.at, entry.recovered, encode(update)
            )
    body = pack(found) if said else None
    return Chapter(first, last, body, tuple(said), tuple(said.values()))


def gathered(many: Iterable[Ids]) -> dict[ClientId, RangeSet]:
    """Put ids together."""
    together: dict[ClientId, RangeSet] = {}
    for ids in many:
        for client, ranges in ids.items():
            those = together.setdefault(client, RangeSet())
            for start, end in ranges:
                those.add(start, end)
    return together

"""The entries of a log in order, in rows or chapters; for whoever reads much of it.

Speaks SQL through whatever connection it is given and needs no transaction. Knows
neither Django nor what the payloads mean.

Packing moves entries from rows into chapters while others read. Who looks for rows
first, and afterwards for chapters where rows are missing, overlooks nothing at any
level of isolation: a row that was not there any more had become a chapter before.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from documents.storage.chain import Entry
from documents.storage.chapters import MOST_ENTRIES, Malformed, unpack

BATCH_ROWS: Final = 2000
BATCH_BYTES: Final = 4 * 1024 * 1024
"""What is read at a time, but for one entry; and so, beside a chapter, the memory that
reading takes."""

LAST: Final = 2**63 - 1
"""The greatest seq that Postgres can hold."""


class Head(NamedTuple):
    """Where a log ends; `chain` is the link of its last entry."""

    seq: int
    epoch: int
    chain: bytes


_HEAD: LiteralString = (
    "SELECT seq, epoch, chain FROM documents_head WHERE document_id = %s"
)
_CHAPTER: LiteralString = (
    "SELECT first, last, body FROM documents_chapter"
    " WHERE document_id = %s AND first BETWEEN %s AND %s AND last >= %s"
    " ORDER BY first LIMIT 1"
)
_ROWS: LiteralString = (
    "SELECT seq, author_id, at, recovered, payload FROM ("
    " SELECT *, sum(octet_length(payload)) OVER (ORDER BY seq)"
    " - octet_length(payload) AS before FROM ("
    " SELECT seq, author_id, (extract(epoch FROM at) * 1000)::bigint AS at,"
    " recovered, payload FROM documents_update"
    " WHERE document_id = %s AND seq BETWEEN %s AND %s"
    " ORDER BY seq LIMIT %s) AS r) AS s WHERE before < %s ORDER BY seq"
)


def head(connection: psycopg.Connection, document: UUID) -> Head | None:
    """Tell where a log ends; None where there is no such document."""
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        found = cursor.execute(_HEAD, (document,), binary=True).fetchone()
    return Head(*found) if found else None


def entries(
    connection: psycopg.Connection,
    document: UUID,
    first: int,
    last: int | None = None,
) -> Iterator[Entry]:
    """Give the entries first..last of a log in order, or all from `first` on.

    Reads a batch at a time, so memory is bounded; the connection may be used for
    other things between two entries. An entry never changes; so batches that see the
    log at different moments still fit together. A log that grows meanwhile is read
    to its new end. What is missing is left out: whoever must know looks at the seqs.
    Raises psycopg.Error, and Malformed where a chapter is damaged.
    """
    last = LAST if last is None else last
    while first <= last:
        rows = _rows(connection, document, first, last)
        until = rows[0].seq - 1 if rows else last
        yield from _packed(connection, document, first, until)
        if not rows:
            return
        run = takewhile(lambda pair: pair[0] == pair[1].seq, enumerate(rows, until + 1))
        for seq, row in run:
            yield row
            first = seq + 1


def _rows(
    connection: psycopg.Connection, document: UUID, first: int, last: int
) -> list[Entry]:
    given = (document, first, last, BATCH_ROWS, BATCH_BYTES)
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        rows = cursor.execute(_ROWS, given, binary=True).fetchall()
    return [Entry(*row) for row in rows]


def _packed(
    connection: psycopg.Connection, document: UUID, first: int, last: int
) -> Iterator[Entry]:
    """Give those of the entries first..last that lie in chapters."""
    while first <= last:
        given = (document, first - MOST_ENTRIES, last, first)
        with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
            found = cursor.execute(_CHAPTER, given, binary=True).fetchone()
        if found is None:
            return
        chapter = opened(*found)
        yield from (entry for entry in chapter if first <= entry.seq <= last)
        first = chapter[-1].seq + 1


def opened(first: int, last: int, body: bytes) -> list[Entry]:
    """Give the entries of a chapter that says it holds first..last.

    Raises Malformed where it holds others.
    """
    chapter = unpack(body)
    if (chapter[0].seq, chapter[-1].seq) != (first, last):
        raise Malformed("the chapter holds other entries", 0)
    return chapter

"""The entries of a log in order, wherever they lie; for whoever reads long stretches.

Speaks SQL through whatever connection it is given and needs no transaction. Knows
neither Django nor what the payloads mean.
"""

from collections.abc import Iterator
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from documents.chain import Entry

BATCH_ROWS: Final = 2000
BATCH_BYTES: Final = 4 * 1024 * 1024
"""What is read at a time, and so the memory that reading takes, but for one entry."""

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
_BATCH: LiteralString = (
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
    log at different moments still fit together, at any level of isolation. A log that
    grows meanwhile is read to its new end. Raises psycopg.Error.
    """
    last = LAST if last is None else last
    while first <= last:
        found = _batch(connection, document, first, last)
        yield from found
        if not found:
            return
        first = found[-1].seq + 1


def _batch(
    connection: psycopg.Connection, document: UUID, first: int, last: int
) -> list[Entry]:
    given = (document, first, last, BATCH_ROWS, BATCH_BYTES)
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        rows = cursor.execute(_BATCH, given, binary=True).fetchall()
    return [Entry(*row) for row in rows]

"""The rows of a log after a seq, for rooms; also those that were packed into chapters.

On the event loop, over connections of psycopg. Rooms want the youngest rows, which
are never packed, so looking for them costs what it did before there were chapters.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from documents.storage.entries import opened


@dataclass(frozen=True, slots=True)
class Row:
    """One update of a log as it lies there."""

    seq: int
    author: int | None
    payload: bytes


_ROWS: Final[LiteralString] = (
    "SELECT seq, author_id, payload FROM documents_update"
    " WHERE document_id = %s AND seq > %s ORDER BY seq"
)
_CHAPTERS: Final[LiteralString] = (
    "SELECT first, last, body FROM documents_chapter"
    " WHERE document_id = %s AND last > %s AND first < %s ORDER BY first"
)


async def rows_since(
    connection: AsyncConnection, document: UUID, seq: int
) -> list[Row]:
    """Give the rows of a log after seq, in order.

    The last entry of a log is never packed: where there are no rows there is nothing.
    Rows are read before chapters, for the reason that `storage.entries` gives.
    Raises Malformed where a chapter is damaged.
    """
    cursor = await connection.execute(_ROWS, (document, seq), binary=True)
    rows = [Row(*row) for row in await cursor.fetchall()]
    if rows and rows[-1].seq - seq > len(rows):
        given = (document, seq, rows[-1].seq)
        cursor = await connection.execute(_CHAPTERS, given, binary=True)
        chapters = await cursor.fetchall()
        packed = await asyncio.to_thread(_unpacked, chapters, seq)
        # What was packed in between is found twice.
        found = {row.seq: row for row in (*packed, *rows)}
        rows = [found[at] for at in sorted(found)]
    return rows


def _unpacked(chapters: Iterable[tuple[int, int, bytes]], seq: int) -> list[Row]:
    """Give the rows after seq that lie in these chapters; some 20 ms for each."""
    return [
        Row(entry.seq, entry.author, entry.payload)
        for chapter in chapters
        for entry in opened(*chapter)
        if entry.seq > seq
    ]

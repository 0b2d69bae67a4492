"""The log of a document: append, since, opening; the only writer of updates.

Speaks SQL to Postgres and hands out bytes. It checks nothing of what it is given:
admission is the room's, rights are `documents.access`'.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.models import F
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from documents.models import Document, Snapshot, Update, User, Writer
from documents.models import Head as HeadRow
from documents.storage.appending import Appending, Continuation, Head
from documents.storage.chain import START, Entry, link
from documents.storage.entries import entries
from documents.storage.following import Follower
from documents.storage.moments import milliseconds, whole_milliseconds
from documents.storage.rows import Row, rows_since
from documents.storage.snapshots import fold
from documents.yjs.updates import ClientId


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a document is opened from: a snapshot, if any, and the rows after it."""

    head: Head
    seq: int
    state: bytes
    ledger: bytes
    tail: list[bytes]

    @property
    def complete(self) -> bool:
        """Whether the tail reaches the head."""
        return self.seq + len(self.tail) == self.head.seq


_OPENING: LiteralString = (
    "SELECT h.seq, h.epoch, coalesce(s.seq, 0), coalesce(s.state, ''),"
    " coalesce(s.ledger, ''), ARRAY(SELECT payload FROM documents_update u"
    " WHERE u.document_id = h.document_id AND u.seq > coalesce(s.seq, 0)"
    " ORDER BY u.seq LIMIT %s) FROM documents_head h LEFT JOIN documents_snapshot s"
    " ON s.document_id = h.document_id AND s.epoch = h.epoch"
    " WHERE h.document_id = %s"
)


_RENEWED: LiteralString = (
    "WITH fresh AS (UPDATE documents_head SET epoch = epoch + 1"
    " WHERE (document_id, epoch) = (%s, %s) AND seq < %s RETURNING document_id),"
    " kept AS (UPDATE documents_snapshot s SET epoch = s.epoch + 1"
    " FROM fresh WHERE s.document_id = fresh.document_id)"
    " SELECT FROM fresh"
)


class NoDocument(Exception):
    """There is no log of this document."""


class Log:
    """The logs of all documents, through one pool of connections, in autocommit."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._follower = Follower(pool)

    @asynccontextmanager
    async def appending(
        self, documents: Iterable[UUID], now: datetime
    ) -> AsyncIterator[Appending]:
        """Lock the heads of these documents until the block ends with a commit."""
        async with self._pool.connection() as connection, connection.transaction():
            cursor = await connection.execute(
                "SELECT document_id, seq, epoch, chain FROM documents_head"
                " WHERE document_id = ANY(%s) ORDER BY document_id FOR UPDATE",
                (list(documents),),
            )
            locked = await cursor.fetchall()
            heads = {row[0]: Head(row[1], row[2]) for row in locked}
            chains = {row[0]: row[3] for row in locked}
            yield Appending(connection, now, heads, chains)

    async def follow(
        self, stretches: Sequence[Continuation], at: int
    ) -> dict[UUID, bytes]:
        """Append to those logs that end where they are said to, and commit.

        `at` is milliseconds since 1970. Gives their documents with the chain's new
        ends; the others are left alone.
        """
        return await self._follower.follow(stretches, at)

    def follow_at_once(
        self, stretch: Continuation, at: int, then: Callable[[bytes | None], None]
    ) -> bool:
        """Send what `follow` would of one log, if nothing need be waited for.

        Tells whether it did; then `then` is told the chain's new end, or None.
        """
        return self._follower.follow_at_once(stretch, at, then)

    async def close(self) -> None:
        """Give back what is kept of the pool, before it is closed."""
        await self._follower.release()

    async def since(self, document: UUID, seq: int) -> list[Row]:
        """Give the rows after seq, in order."""
        async with self._pool.connection() as connection:
            return await rows_since(connection, document, seq)

    async def heads(self, documents: Iterable[UUID]) -> dict[UUID, Head]:
        """Give the heads of these documents; one that is gone is left out."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT document_id, seq, epoch FROM documents_head"
                " WHERE document_id = ANY(%s)",
                (list(documents),),
            )
            return {row[0]: Head(row[1], row[2]) for row in await cursor.fetchall()}

    async def renew(self, document: UUID, epoch: int, seq: int) -> bool:
        """Begin a new epoch of a log that had come to seq, if it ends before by now.

        Tells whether it did so; of many who notice, one does.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_RENEWED, (document, epoch, seq))
            return cursor.rowcount > 0

    async def owners(
        self, document: UUID, clients: Iterable[ClientId]
    ) -> dict[ClientId, int | None]:
        """Tell which users these client ids are bound to; unbound ones are left out."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT client_id, user_id FROM documents_writer"
                " WHERE document_id = %s AND client_id = ANY(%s)",
                (document, list(clients)),
            )
            return {ClientId(client): user for client, user in await cursor.fetchall()}

    async def glimpse(self, document: UUID, most: int) -> Opening:
        """Read what the document is opened from, with so many rows at most.

        In one statement, and so as of one moment. Rows that were packed are left out:
        the tail is not complete then. Raises NoDocument. While nobody wrote, Postgres
        may have been restarted, and the pool knows it only from who tries: that need
        not be a newcomer's loss.
        """
        try:
            return await self._glimpse(document, most)
        except PoolTimeout:
            raise
        except psycopg.OperationalError:
            await self._pool.check()
            return await self._glimpse(document, most)

    async def _glimpse(self, document: UUID, most: int) -> Opening:
        async with self._pool.connection() as connection:
            return await _opening(connection, document, most)

    async def opening(self, document: UUID) -> Opening:
        """Read what the document is opened from, as of one moment, with all its rows.

        Raises NoDocument.
        """
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            found = await _opening(connection, document, 0)
            rows = await rows_since(connection, document, found.seq)
            return replace(found, tail=[row.payload for row in rows])


async def _opening(connection: AsyncConnection, document: UUID, most: int) -> Opening:
    # Prepared at once: to plan it takes as long as to read it.
    given = (most, document)
    cursor = await connection.execute(_OPENING, given, prepare=True, binary=True)
    found = await cursor.fetchone()
    if found is None:
        raise NoDocument(document)
    seq, epoch, *rest = found
    return Opening(Head(seq, epoch), *rest)


_PARAGRAPH = bytes.fromhex("0101010007010764656661756c74030970617261677261706800")
"""Client 1, clock 0: <paragraph/> in the fragment `default`.

The server writes it, so that two people who type first do not make two.
"""
_SERVER_CLIENT = 1


def create(owner: User, title: str, now: datetime) -> Document:
    """Store a new document, whose log begins with an empty paragraph."""
    now = whole_milliseconds(now)
    first = Entry(1, owner.pk, milliseconds(now), recovered=False, payload=_PARAGRAPH)
    with transaction.atomic():
        document = Document.objects.create(owner=owner, title=title, created=now)
        chain = link(START, document.pk, first)
        Writer.objects.create(document=document, client_id=_SERVER_CLIENT, user=None)
        Update.objects.create(
            document=document,
            seq=1,
            author=owner,
            at=now,
            payload=_PARAGRAPH,
            chain=chain,
        )
        HeadRow.objects.create(
            document=document, seq=1, author=owner, at=now, chain=chain
        )
    return document


def state(document: UUID) -> bytes:
    """Give the whole document as one Yjs update, from snapshot and tail."""
    with transaction.atomic():
        snapshot = Snapshot.objects.filter(
            document=document, document__head__epoch=F("epoch")
        ).first()
        since = snapshot.seq if snapshot else 0
        tail = [
            entry.payload
            for entry in entries(connection.connection, document, since + 1)
        ]
    return fold(bytes(snapshot.state) if snapshot else b"", tail)


def renew_epoch(document: UUID | None = None) -> int:
    """Begin a new epoch of one log, or of all, as they are now; give how many.

    Rooms that are open notice it, and browsers resend what the log now lacks.
    """
    which = {} if document is None else {"document": document}
    with transaction.atomic():
        Snapshot.objects.filter(**which).update(epoch=F("epoch") + 1)
        return HeadRow.objects.filter(**which).update(epoch=F("epoch") + 1)

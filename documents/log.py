"""The log of a document: append, since, opening; the only writer of updates.

Speaks SQL to Postgres and hands out bytes. It checks nothing of what it is given:
admission is the room's, rights are `documents.access`'.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from django.db import transaction
from django.db.models import F
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from documents.chain import START, Entry, link
from documents.models import Document, Snapshot, Update, User, Writer
from documents.models import Head as HeadRow
from documents.moments import milliseconds, whole_milliseconds
from documents.snapshots import fold
from documents.updates import ClientId


@dataclass(frozen=True, slots=True)
class Row:
    """One update of a log as it lies there."""

    seq: int
    author: int | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class NewRow:
    """One update to append."""

    document: UUID
    seq: int
    author: int
    payload: bytes
    recovered: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends."""

    seq: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a document is opened from: a snapshot, if any, and what came later."""

    head: Head
    seq: int
    state: bytes
    ledger: bytes
    tail: list[Row]


_ROWS: LiteralString = (
    "SELECT seq, author_id, payload FROM documents_update"
    " WHERE document_id = %s AND seq > %s ORDER BY seq"
)
_OPENING: LiteralString = (
    "SELECT h.seq, h.epoch, s.seq, s.state, s.ledger FROM documents_head h"
    " LEFT JOIN documents_snapshot s"
    " ON s.document_id = h.document_id AND s.epoch = h.epoch"
    " WHERE h.document_id = %s"
)


class NoDocument(Exception):
    """There is no log of this document."""


class Appending:
    """A transaction that holds the heads of some logs locked."""

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        heads: dict[UUID, Head],
        chains: dict[UUID, bytes],
    ) -> None:
        self._connection = connection
        self._now = whole_milliseconds(now)
        self._chains = chains
        self.heads = heads

    async def since(self, document: UUID, seq: int) -> list[Row]:
        """Give the rows after seq, in order."""
        return await _rows(self._connection, document, seq)

    async def bind(
        self, document: UUID, wishes: dict[ClientId, int]
    ) -> dict[ClientId, int | None]:
        """Bind client ids to users, first come, and tell whose each of them is."""
        clients = sorted(wishes)
        await self._connection.execute(
            "INSERT INTO documents_writer (document_id, client_id, user_id)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])"
            " ON CONFLICT DO NOTHING",
            (document, clients, [wishes[client] for client in clients]),
        )
        cursor = await self._connection.execute(
            "SELECT client_id, user_id FROM documents_writer"
            " WHERE document_id = %s AND client_id = ANY(%s)",
            (document, clients),
        )
        return {ClientId(client): user for client, user in await cursor.fetchall()}

    async def append(self, rows: Sequence[NewRow]) -> None:
        """Append rows, which follow their heads without a gap, and move the heads."""
        if not rows:
            return
        links = [self._link(row) for row in rows]
        await self._connection.execute(
            "INSERT INTO documents_update"
            " (document_id, seq, author_id, recovered, payload, chain, at)"
            " SELECT *, %s FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[],"
            " %s::boolean[], %s::bytea[], %s::bytea[])",
            (
                self._now,
                [row.document for row in rows],
                [row.seq for row in rows],
                [row.author for row in rows],
                [row.recovered for row in rows],
                [row.payload for row in rows],
                links,
            ),
        )
        last = {row.document: row for row in rows}
        await self._connection.execute(
            "UPDATE documents_head h SET seq = n.seq, author_id = n.author,"
            " chain = n.chain, at = %s"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bytea[])"
            " AS n(document, seq, author, chain) WHERE h.document_id = n.document",
            (
                self._now,
                list(last),
                [row.seq for row in last.values()],
                [row.author for row in last.values()],
                [self._chains[document] for document in last],
            ),
        )

    def _link(self, row: NewRow) -> bytes:
        entry = Entry(
            row.seq, row.author, milliseconds(self._now), row.recovered, row.payload
        )
        found = link(self._chains[row.document], row.document, entry)
        self._chains[row.document] = found
        return found


class Log:
    """The logs of all documents, through one pool of connections."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def appending(
        self, documents: Iterable[UUID], now: datetime
    ) -> AsyncIterator[Appending]:
        """Lock the heads of these documents until the block ends with a commit."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT document_id, seq, epoch, chain FROM documents_head"
                " WHERE document_id = ANY(%s) ORDER BY document_id FOR UPDATE",
                (list(documents),),
            )
            locked = await cursor.fetchall()
            heads = {row[0]: Head(row[1], row[2]) for row in locked}
            chains = {row[0]: row[3] for row in locked}
            yield Appending(connection, now, heads, chains)

    async def since(self, document: UUID, seq: int) -> list[Row]:
        """Give the rows after seq, in order."""
        async with self._pool.connection() as connection:
            return await _rows(connection, document, seq)

    async def heads(self, documents: Iterable[UUID]) -> dict[UUID, Head]:
        """Give the heads of these documents; one that is gone is left out."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT document_id, seq, epoch FROM documents_head"
                " WHERE document_id = ANY(%s)",
                (list(documents),),
            )
            return {row[0]: Head(row[1], row[2]) for row in await cursor.fetchall()}

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

    async def opening(self, document: UUID) -> Opening:
        """Read what the document is opened from, as of one moment.

        Raises NoDocument.
        """
        async with self._pool.connection() as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor = await connection.execute(_OPENING, (document,))
            found = await cursor.fetchone()
            if found is None:
                raise NoDocument(document)
            seq, epoch, snapshot, state, ledger = found
            tail = await _rows(connection, document, snapshot or 0)
            return Opening(
                Head(seq, epoch), snapshot or 0, state or b"", ledger or b"", tail
            )


async def _rows(connection: AsyncConnection, document: UUID, seq: int) -> list[Row]:
    cursor = await connection.execute(_ROWS, (document, seq), binary=True)
    return [Row(*row) for row in await cursor.fetchall()]


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
        rows = Update.objects.filter(document=document, seq__gt=since)
        tail = [
            bytes(row) for row in rows.order_by("seq").values_list("payload", flat=True)
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

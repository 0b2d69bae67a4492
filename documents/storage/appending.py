"""Appending to logs: rows behind their heads, in one transaction for many documents.

Speaks SQL to Postgres. A writer that knows where a log ends says so and needs one
statement; one that does not locks the head first, and looks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection

from documents.storage.chain import Entry, link
from documents.storage.moments import milliseconds, whole_milliseconds
from documents.storage.rows import Row, rows_since
from documents.yjs.updates import ClientId


class NewRow(NamedTuple):
    """One update to append."""

    document: UUID
    seq: int
    author: int
    payload: bytes
    recovered: bool

    def entry(self, at: int) -> Entry:
        """Give what the chain vouches for, if it is appended in this millisecond."""
        return Entry(self.seq, self.author, at, self.recovered, self.payload)


class Head(NamedTuple):
    """Where a log ends."""

    seq: int
    epoch: int

    def continues(self, epoch: int, seq: int) -> bool:
        """Whether this is the log that had come to seq; it may have lost its end."""
        return self.epoch == epoch and self.seq >= seq


class Continuation(NamedTuple):
    """Rows for a log that is believed to end at this head, with this chain."""

    head: Head
    chain: bytes
    rows: Sequence[NewRow]


_INSERTED: Final[LiteralString] = (
    "INSERT INTO documents_update"
    " (document_id, seq, author_id, recovered, payload, chain, at)"
    " SELECT r.*, %s::timestamptz FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[],"
    " %s::boolean[], %s::bytea[], %s::bytea[])"
    " AS r(document, seq, author, recovered, payload, chain)"
)
_HELD: Final[LiteralString] = (
    "WITH wish AS MATERIALIZED (SELECT * FROM unnest(%s::uuid[], %s::bigint[],"
    " %s::integer[], %s::bigint[], %s::bigint[], %s::bytea[])"
    " AS w(document, seq, epoch, last, author, chain)),"
    " held AS MATERIALIZED (SELECT w.* FROM documents_head h JOIN wish w"
    " ON (h.document_id, h.seq, h.epoch) = (w.document, w.seq, w.epoch)"
    " ORDER BY h.document_id FOR UPDATE OF h),"
    " moved AS (UPDATE documents_head h SET seq = held.last,"
    " author_id = held.author, chain = held.chain, at = %s::timestamptz"
    " FROM held WHERE h.document_id = held.document), "
)
CONTINUED: Final[LiteralString] = (
    f"{_HELD} added AS ({_INSERTED}"  # noqa: S608 (of literals alone)
    " WHERE r.document IN (SELECT document FROM held)) SELECT document FROM held"
)
"""Appends to those logs that end where they are said to; gives their documents.

Heads are locked in the order of their documents, as in `Log.appending`; one that
somebody else moved meanwhile is looked at again by Postgres, and left alone."""


CONTINUED_ONE: Final[LiteralString] = (
    "WITH moved AS (UPDATE documents_head SET seq = %s, author_id = %s, chain = %s,"
    " at = %s::timestamptz WHERE (document_id, seq, epoch) = (%s, %s, %s)"
    " RETURNING document_id),"
    " added AS (INSERT INTO documents_update"
    " (document_id, seq, author_id, recovered, payload, chain, at)"
    " SELECT document_id, r.*, %s::timestamptz FROM moved, unnest(%s::bigint[],"
    " %s::bigint[], %s::boolean[], %s::bytea[], %s::bytea[])"
    " AS r(seq, author, recovered, payload, chain)) SELECT document_id FROM moved"
)
"""The same for one log alone, which takes Postgres a quarter less."""


CONTINUED_BY_ONE: Final[LiteralString] = (
    "WITH moved AS (UPDATE documents_head SET seq = %s, author_id = %s, chain = %s,"
    " at = %s WHERE (document_id, seq, epoch) = (%s, %s, %s) RETURNING *)"
    " INSERT INTO documents_update"
    " (document_id, seq, author_id, recovered, payload, chain, at)"
    " SELECT document_id, seq, author_id, %s, %s, chain, at FROM moved"
    " RETURNING document_id"
)
"""The same for one row alone: what who types a letter waits for."""


class Appending:
    """A transaction that holds the heads of some logs locked; `chains` end there."""

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        heads: dict[UUID, Head],
        chains: dict[UUID, bytes],
    ) -> None:
        self._connection = connection
        self._now = whole_milliseconds(now)
        self.chains = chains
        self.heads = heads

    async def since(self, document: UUID, seq: int) -> list[Row]:
        """Give the rows after seq, in order."""
        return await rows_since(self._connection, document, seq)

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
        links = linked(self.chains, rows, milliseconds(self._now))
        await self._connection.execute(_INSERTED, (self._now, *_columns(links)))
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
                [self.chains[document] for document in last],
            ),
        )


Linked = Sequence[tuple[NewRow, bytes]]
"""Rows, each with its link of the chain."""


def linked(chains: dict[UUID, bytes], rows: Sequence[NewRow], at: int) -> Linked:
    """Give each row of this millisecond with its link; `chains` move to the last."""
    found = []
    for row in rows:
        before = chains[row.document]
        chains[row.document] = link(before, row.document, row.entry(at))
        found.append((row, chains[row.document]))
    return found


def _columns(links: Linked) -> tuple[list[object], ...]:
    return (
        [row.document for row, _ in links],
        [row.seq for row, _ in links],
        [row.author for row, _ in links],
        [row.recovered for row, _ in links],
        [row.payload for row, _ in links],
        [chain for _, chain in links],
    )

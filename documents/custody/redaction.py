"""Redaction: the one way in which something that was written leaves a log.

What ids say is emptied in rows, chapters and snapshot, and what comments quote, in one
transaction that holds the head; then an epoch begins. Knows no Django. What it costs,
and what it cannot reach: docs/decisions/0013-redaction.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.custody import rewriting, sifting
from documents.custody.rewriting import Snapshot
from documents.custody.sifting import Chapter, Row
from documents.history.chronicle import Rewritten, current
from documents.history.erasure import Ids, erased, with_copies
from documents.storage import entries
from documents.storage.entries import Head
from documents.storage.snapshots import verify
from documents.yjs.admission import Ledger
from documents.yjs.extents import Extent
from documents.yjs.merging import squash
from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId, Update, encode, parse

ATTEMPTS: Final = 5
"""How often a log may get a chapter or a snapshot while it is read."""


class Unknown(Exception):
    """The log does not hold these ids."""


class Nothing(Exception):
    """The ids say nothing, or no longer."""


class Moved(Exception):
    """The log lies otherwise than it did when it was read."""


class Redacted(NamedTuple):
    """The stretch of seqs that was rewritten, and the epoch that began."""

    first: int
    last: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, made while others go on writing."""

    head: Head
    extent: Extent
    rows: list[Row]
    chapters: list[Chapter]
    snapshot: Snapshot | None

    @property
    def seqs(self) -> list[int]:
        """Which entries are to say less."""
        packed = [seq for chapter in self.chapters for seq in chapter.seqs]
        return packed + [row.seq for row in self.rows]

    @property
    def ids(self) -> dict[ClientId, RangeSet]:
        """The ids that say something."""
        packed = [ids for chapter in self.chapters for ids in chapter.said]
        return sifting.gathered(packed + [row.said for row in self.rows])


def redact(
    connection: psycopg.Connection, document: UUID, ids: Ids, by: int, now: datetime
) -> Redacted:
    """Empty what these ids say, delete those that still live, and begin an epoch.

    What says the same words again by a carry goes with them. What is deleted is
    deleted by `by`, in a row of its own. Raises Unknown, Nothing, Moved, Rewritten,
    Behind, psycopg.Error; then nothing has changed.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _redact(connection, document, ids, by, now)
        except (Moved, Rewritten):
            continue
    return _redact(connection, document, ids, by, now)


def _redact(
    connection: psycopg.Connection, document: UUID, ids: Ids, by: int, now: datetime
) -> Redacted:
    plan = _plan(connection, document, ids)
    with connection.transaction():
        head = _held(connection, document, plan)
        stretch = rewriting.mark(connection, document, plan.seqs, by, now)
        rewriting.rewrite(connection, document, stretch, plan.rows, plan.chapters)
        rewriting.begin(connection, document, head.epoch + 1, plan.snapshot)
        # Comments may quote the words. After the document's row, as who comments.
        connection.execute(_UNQUOTED, (document,))
        living = {client: tuple(those) for client, those in plan.ids.items()}
        if deletes := plan.extent.undeleted(living):
            deletion = Update({}, deletes)
            rewriting.append(connection, document, head, by, now, deletion)
    return Redacted(stretch.first, stretch.last, head.epoch + 1)


def _plan(connection: psycopg.Connection, document: UUID, ids: Ids) -> Plan:
    head = entries.head(connection, document)
    if head is None:
        raise Unknown
    ids = with_copies(ids, current(connection, document, head).carries)
    extent, snapshot = _read(connection, document, head, ids)
    for client, ranges in ids.items():
        if ranges[-1][1] > extent.clocks.get(client, 0):
            raise Unknown
    chapters = list(sifting.chapters(connection, document, ids))
    rows = list(sifting.rows(connection, document, head.seq, ids))
    plan = Plan(head, extent, rows, chapters, snapshot)
    if not plan.seqs:
        raise Nothing
    return plan


_SNAPSHOT: LiteralString = (
    "SELECT seq, state, ledger FROM documents_snapshot"
    " WHERE document_id = %s AND epoch = %s"
)


def _read(
    connection: psycopg.Connection, document: UUID, head: Head, ids: Ids
) -> tuple[Extent, Snapshot | None]:
    """Give the extent of the log, and its snapshot without what the ids say."""
    extent, snapshot = Extent(), None
    found = connection.execute(_SNAPSHOT, (document, head.epoch)).fetchone()
    if found is not None:
        seq, state, ledger = found
        extent = Ledger.decode(ledger).extent
        snapshot = _without(seq, state, ids)
    first = snapshot.seq + 1 if snapshot else 1
    for entry in entries.entries(connection, document, first, head.seq):
        extent.take(parse(entry.payload))
    return extent, snapshot


_UNQUOTED: LiteralString = (
    "UPDATE documents_thread SET quote = '' WHERE document_id = %s AND quote <> ''"
)


def _without(seq: int, state: bytes, ids: Ids) -> Snapshot:
    update = squash(erased(parse(state), ids)[0])
    ledger = Ledger()
    ledger.absorb(update)
    snapshot = Snapshot(seq, encode(update), ledger.encode())
    verify(snapshot.state, snapshot.ledger)
    return snapshot


def _held(connection: psycopg.Connection, document: UUID, plan: Plan) -> Head:
    """Lock the head and give it; take in what was appended since the plan was made.

    Raises Moved where the log was packed, rewritten or got a snapshot meanwhile.
    """
    locked = connection.execute(
        "SELECT seq, epoch, chain FROM documents_head"
        " WHERE document_id = %s FOR UPDATE",
        (document,),
    ).fetchone()
    if locked is None or locked[1] != plan.head.epoch:
        raise Moved
    head = Head(*locked)
    packed = connection.execute(
        "SELECT first, last FROM documents_chapter WHERE document_id = %s"
        " ORDER BY first",
        (document,),
    ).fetchall()
    snapshot = connection.execute(_SNAPSHOT, (document, head.epoch)).fetchone()
    if packed != [(chapter.first, chapter.last) for chapter in plan.chapters]:
        raise Moved
    if (snapshot and snapshot[0]) != (plan.snapshot and plan.snapshot.seq):
        raise Moved
    later = entries.entries(connection, document, plan.head.seq + 1, head.seq)
    for entry in later:
        plan.extent.take(parse(entry.payload))
    return head

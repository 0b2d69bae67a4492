"""Packing: old updates of a log leave their rows and become a chapter.

One transaction a chapter, which verifies what it packed before the rows go: whenever
the process dies, each entry lies in exactly one place. Knows Postgres by a connection
string, not Django; when to pack is somebody else's business.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.storage.chain import START, Entry
from documents.storage.chapters import pack, unpack
from documents.storage.entries import entries
from documents.storage.snapshots import Unsound, compact
from documents.storage.verification import Broken, Stretch, Walk

RESTS: Final = 30
"""How many times older than others updates are that do not fill a chapter, but are
packed all the same: nothing was written since, so it is done once."""
LEAST: Final = 16
"""Fewer rows than this are no smaller as a chapter."""
BYTES: Final = 4 * 1024 * 1024
"""Payloads that fill a chapter, however few they are."""

_LOCK: Final = int.from_bytes(b"chapters")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is old: stretches of `updates` from `before`, rests from `rests_before`.

    A rest is of at least `least` updates.
    """

    before: datetime
    rests_before: datetime
    updates: int
    least: int = LEAST


class Packed(NamedTuple):
    """How many entries of a document were packed; none if it is still to come."""

    document: UUID
    entries: int


class Unpackable(Exception):
    """A log is not what its chain or its updates say; nothing of it was packed now."""

    def __init__(self, document: UUID, reason: str) -> None:
        super().__init__(document, reason)
        self.document = document
        self.reason = reason

    def __str__(self) -> str:
        """Say which log, and why."""
        return f"{self.document}: {self.reason}"


def rules(now: datetime, age: timedelta, updates: int) -> Rules:
    """Give the rules by which chapters of so many updates are made at that age."""
    return Rules(now - age, now - RESTS * age, updates)


def pack_next(
    conninfo: str,
    rules: Rules,
    skip: Collection[UUID] = (),
    document: UUID | None = None,
    *,
    patient: bool = False,
) -> Packed | None:
    """Pack one chapter of some log, or of this one; None where nothing is old.

    Only what the log's snapshot covers is packed, so that opening it needs no
    chapter: where the snapshot lags behind, this makes a new one, and the next call
    packs. One packer works at a time; the impatient find nothing to do meanwhile.
    Raises Unpackable, psycopg.Error.
    """
    with psycopg.connect(conninfo) as connection:
        if not _alone(connection, patient=patient):
            return None
        old = _oldest(connection, rules, skip, document)
        if old is None:
            return None
        try:
            if old.covered < old.last:
                _cover(conninfo, old)
                return Packed(old.document, 0)
            return Packed(old.document, _pack(connection, old))
        except (ValueError, Unsound, Broken, psycopg.IntegrityError) as error:
            raise Unpackable(old.document, str(error)) from error


def tidy(conninfo: str) -> None:
    """Make the room of packed rows free for others; autovacuum does so in time."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("VACUUM (SKIP_LOCKED) documents_update")


# Which stretch is next


class _Old(NamedTuple):
    """Entries to pack, after a chapter that ends with the link `before`."""

    document: UUID
    epoch: int
    first: int
    last: int
    covered: int
    before: bytes


_OLDEST: LiteralString = (
    "SELECT h.document_id, h.epoch, p.last + 1,"
    " least(p.last + %(updates)s, h.seq - 1), coalesce(s.seq, 0), p.after"
    " FROM documents_head h LEFT JOIN documents_snapshot s"
    " ON s.document_id = h.document_id AND s.epoch = h.epoch"
    " LEFT JOIN LATERAL (SELECT last, after FROM documents_chapter c"
    "  WHERE c.document_id = h.document_id ORDER BY first DESC LIMIT 1) c ON true"
    " CROSS JOIN LATERAL"
    "  (SELECT coalesce(c.last, 0) AS last, coalesce(c.after, %(start)s) AS after) p"
    " WHERE h.seq - 1 - p.last >= %(least)s"
    " AND (%(document)s::uuid IS NULL OR h.document_id = %(document)s)"
    " AND h.document_id <> ALL(%(skip)s)"
    " AND (EXISTS (SELECT FROM documents_update u"
    "   WHERE u.document_id = h.document_id AND u.seq = p.last + %(updates)s"
    "   AND u.seq < h.seq AND u.at < %(before)s)"
    "  OR EXISTS (SELECT FROM documents_update u"
    "   WHERE u.document_id = h.document_id AND u.seq = h.seq - 1"
    "   AND u.at < %(rests_before)s))"
    " LIMIT 1"
)
"""The last entry of a log is never packed: `documents.storage.rows` relies on it."""


def _alone(connection: psycopg.Connection, *, patient: bool) -> bool:
    """Keep other packers out until the transaction ends; tell whether that worked."""
    if patient:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        return True
    found = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))
    return found.fetchone() == (True,)


def _oldest(
    connection: psycopg.Connection,
    rules: Rules,
    skip: Collection[UUID],
    document: UUID | None,
) -> _Old | None:
    given = {
        "updates": rules.updates,
        "least": rules.least,
        "before": rules.before,
        "rests_before": rules.rests_before,
        "skip": list(skip),
        "document": document,
        "start": START,
    }
    found = connection.execute(_OLDEST, given, binary=True).fetchone()
    return _Old(*found) if found else None


def _cover(conninfo: str, old: _Old) -> None:
    if compact(conninfo, old.document) < old.last:
        raise Unsound("its snapshot ends too early")


# Packing it


_CHAINS: LiteralString = (
    "SELECT chain FROM documents_update"
    " WHERE document_id = %s AND seq BETWEEN %s AND %s ORDER BY seq"
)
_REDACTIONS: LiteralString = (
    "SELECT first, last, before, after FROM documents_redaction"
    " WHERE document_id = %s AND last >= %s ORDER BY first"
)
_HOLD: LiteralString = (
    "SELECT epoch FROM documents_head WHERE document_id = %s FOR UPDATE"
)
_STORE: LiteralString = (
    "INSERT INTO documents_chapter (document_id, first, last, before, after, body)"
    " VALUES (%s, %s, %s, %s, %s, %s) RETURNING body"
)
_REMOVE: LiteralString = (
    "DELETE FROM documents_update WHERE document_id = %s AND seq BETWEEN %s AND %s"
)


def _pack(connection: psycopg.Connection, old: _Old) -> int:
    """Move a stretch into a chapter; give of how many entries it is.

    The head is locked only to write, and nothing is written where the epoch has
    changed: who rewrites a log needs no other lock against packing.
    """
    chosen = _chosen(connection, old)
    last = chosen[-1].seq
    before, after = _ends(connection, old, chosen)
    body = pack(chosen)
    if unpack(body) != chosen:
        raise Unsound("the chapter does not unpack to its entries")
    if _one(connection, _HOLD, (old.document,)) != old.epoch:
        return 0
    given = (old.document, old.first, last, before, after, body)
    if _one(connection, _STORE, given) != body:
        raise Unsound("Postgres stored another chapter")
    gone = connection.execute(_REMOVE, (old.document, old.first, last))
    if gone.rowcount != len(chosen):
        raise Unsound(f"{gone.rowcount} rows for {len(chosen)} entries")
    return len(chosen)


def _one(
    connection: psycopg.Connection, query: LiteralString, given: Sequence[object]
) -> object:
    (found,) = connection.execute(query, given, binary=True).fetchone() or (None,)
    return found


def _chosen(connection: psycopg.Connection, old: _Old) -> list[Entry]:
    chosen: list[Entry] = []
    size = 0
    for entry in entries(connection, old.document, old.first, old.last):
        chosen.append(entry)
        size += len(entry.payload)
        if size >= BYTES:
            break
    if not chosen or chosen[0].seq != old.first:
        raise Unsound(f"entry {old.first} is missing")
    return chosen


def _ends(
    connection: psycopg.Connection, old: _Old, chosen: Sequence[Entry]
) -> tuple[bytes, bytes]:
    """Follow the chain over entries to pack; give its ends around them.

    An end within a redaction is void, which is START. Raises Unsound where a row has
    another link, and Broken.
    """
    first, last = old.first, chosen[-1].seq
    redactions = connection.execute(_REDACTIONS, (old.document, first), binary=True)
    rewritten = [Stretch(*row) for row in redactions.fetchall()]
    walk = Walk(old.document, rewritten)
    within = any(stretch.first < first for stretch in rewritten)
    walk.seq, walk.link = first - 1, None if within else old.before
    before = walk.link
    chains = connection.execute(_CHAINS, (old.document, first, last), binary=True)
    for entry, (chain,) in zip(chosen, chains.fetchall(), strict=True):
        unlinked = walk.rewrites(entry.seq)
        walk.step(entry)
        if not unlinked and chain != walk.link:
            raise Unsound(f"entry {entry.seq} has another link")
    return before or START, walk.link or START

"""Rewriting a log whose head is held: rows, chapters, the chain's ends around them.

Writes through the connection that it is given, in its transaction. Knows SQL and no
Django, and not what is to be rewritten: that is `documents.custody.redaction`'s.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.custody.sifting import Chapter, Row
from documents.storage.chain import START, Entry, link, linked
from documents.storage.entries import Head, entries
from documents.storage.moments import milliseconds, whole_milliseconds
from documents.yjs.updates import Update, encode


class Stretch(NamedTuple):
    """Entries first..last of a log."""

    first: int
    last: int


class Snapshot(NamedTuple):
    """A snapshot as it is to be."""

    seq: int
    state: bytes
    ledger: bytes


_TOUCHED: LiteralString = (
    " FROM documents_redaction WHERE document_id = %(document)s"
    " AND last >= %(first)s - 1 AND first <= %(last)s + 1"
)


def mark(
    connection: psycopg.Connection,
    document: UUID,
    seqs: Sequence[int],
    by: int,
    now: datetime,
) -> Stretch:
    """Note that the stretch around all these seqs is rewritten, and give it.

    One stretch, for a link between two of them would tell whether a guess of what was
    taken out in between is right; redactions that it touches become part of it.
    """
    given = {"document": document, "first": min(seqs), "last": max(seqs)}
    touched = connection.execute("SELECT first, last" + _TOUCHED, given).fetchall()
    first = min([min(seqs), *(begin for begin, _ in touched)])
    last = max([max(seqs), *(end for _, end in touched)])
    before = _link_at(connection, document, first - 1)
    after = _link_at(connection, document, last)
    connection.execute("DELETE" + _TOUCHED, given)
    connection.execute(
        "INSERT INTO documents_redaction"
        " (document_id, first, last, before, after, by_id, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (document, first, last, before, after, by, whole_milliseconds(now)),
    )
    return Stretch(first, last)


_LINK: LiteralString = (
    "SELECT seq, link FROM ("
    " SELECT seq, chain FROM documents_update"
    "  WHERE document_id = %(document)s AND chain IS NOT NULL"
    " UNION ALL SELECT first - 1, before FROM documents_redaction"
    "  WHERE document_id = %(document)s"
    " UNION ALL SELECT last, after FROM documents_redaction"
    "  WHERE document_id = %(document)s"
    " UNION ALL SELECT first - 1, before FROM documents_chapter"
    "  WHERE document_id = %(document)s"
    " UNION ALL SELECT last, after FROM documents_chapter"
    "  WHERE document_id = %(document)s"
    ") AS known(seq, link) WHERE seq <= %(seq)s ORDER BY seq DESC LIMIT 1"
)


def _link_at(connection: psycopg.Connection, document: UUID, seq: int) -> bytes:
    """Give the link of an entry that no redaction holds, but perhaps as its last.

    Goes on from the nearest link that is known: of a row, or at an end of a chapter or
    of a redaction. Ends of chapters within a redaction are void, but then an end of
    the redaction is nearer.
    """
    given = {"document": document, "seq": seq}
    known, found = connection.execute(_LINK, given).fetchone() or (0, START)
    return linked(found, document, entries(connection, document, known + 1, seq))


def rewrite(
    connection: psycopg.Connection,
    document: UUID,
    stretch: Stretch,
    rows: Sequence[Row],
    chapters: Sequence[Chapter],
) -> None:
    """Write rows and chapters anew, and void every link within the stretch."""
    connection.execute(
        "UPDATE documents_update u SET payload = n.payload"
        " FROM unnest(%s::bigint[], %s::bytea[]) AS n(seq, payload)"
        " WHERE u.document_id = %s AND u.seq = n.seq",
        ([row.seq for row in rows], [row.payload for row in rows], document),
    )
    for chapter in chapters:
        if chapter.body is not None:
            connection.execute(
                "UPDATE documents_chapter SET body = %s"
                " WHERE document_id = %s AND first = %s",
                (chapter.body, document, chapter.first),
            )
    given = {"document": document, "void": START, **stretch._asdict()}
    for void in _VOIDS:
        connection.execute(void, given)


_VOIDS: Final[tuple[LiteralString, ...]] = (
    (
        "UPDATE documents_update SET chain = NULL WHERE document_id = %(document)s"
        " AND seq BETWEEN %(first)s AND %(last)s"
    ),
    (
        "UPDATE documents_chapter SET before = %(void)s"
        " WHERE document_id = %(document)s AND first > %(first)s AND first <= %(last)s"
    ),
    (
        "UPDATE documents_chapter SET after = %(void)s"
        " WHERE document_id = %(document)s AND last >= %(first)s AND last < %(last)s"
    ),
)


def begin(
    connection: psycopg.Connection,
    document: UUID,
    epoch: int,
    snapshot: Snapshot | None,
) -> None:
    """Begin an epoch: keep the snapshot, if there is one, and no other cache."""
    given = {"document": document, "epoch": epoch}
    if snapshot is not None:
        given |= {"state": snapshot.state, "ledger": snapshot.ledger}
        connection.execute(_KEEP, given)
    for forget in _FORGET:
        connection.execute(forget, given)


_KEEP: LiteralString = (
    "UPDATE documents_snapshot SET epoch = %(epoch)s, state = %(state)s,"
    " ledger = %(ledger)s WHERE document_id = %(document)s"
)
_FORGET: Final[tuple[LiteralString, ...]] = (
    "UPDATE documents_head SET epoch = %(epoch)s WHERE document_id = %(document)s",
    (
        "DELETE FROM documents_snapshot"
        " WHERE document_id = %(document)s AND epoch <> %(epoch)s"
    ),
    "DELETE FROM documents_columns WHERE document_id = %(document)s",
    "DELETE FROM documents_reading WHERE document_id = %(document)s",
    (
        "UPDATE documents_document SET excerpt = '', excerpt_seq = 0"
        " WHERE id = %(document)s"
    ),
)


def append(
    connection: psycopg.Connection,
    document: UUID,
    head: Head,
    by: int,
    now: datetime,
    update: Update,
) -> None:
    """Append a row after the head."""
    at, seq, payload = whole_milliseconds(now), head.seq + 1, encode(update)
    entry = Entry(seq, by, milliseconds(at), recovered=False, payload=payload)
    given = {"document": document, "seq": seq, "by": by, "at": at, "payload": payload}
    given["chain"] = link(head.chain, document, entry)
    connection.execute(
        "INSERT INTO documents_update"
        " (document_id, seq, author_id, at, recovered, payload, chain) VALUES"
        " (%(document)s, %(seq)s, %(by)s, %(at)s, false, %(payload)s, %(chain)s)",
        given,
    )
    connection.execute(
        "UPDATE documents_head SET seq = %(seq)s, author_id = %(by)s, at = %(at)s,"
        " chain = %(chain)s WHERE document_id = %(document)s",
        given,
    )

"""The columns of each log, kept beside it and brought up to its head: a cache.

They grow row by row; then it is found what carries what, for which the whole is read.
Works on the connection that it is given and knows no Django. A log that is rewritten
begins its columns anew; what is kept of another epoch is never looked at.
"""

from time import monotonic
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.history import kept
from documents.history.carries import traced
from documents.history.columns import Columns, grown
from documents.history.entire import whole
from documents.history.kept import NOTHING, Kept, pack, unpack
from documents.history.recent import Recent
from documents.storage.entries import Head, entries, head

STORED: Final = 500
"""After so many rows the columns are stored anew: it costs what these cost to read."""
STRIDE: Final = 5000
"""Rows that are read between two looks at the clock: it takes about 100 ms."""
SECONDS: Final = 10.0
"""How long columns may grow while somebody waits; 260,000 rows take half of it."""
TURN: Final = 1.0
"""How long they may grow in a worker that has other work as well."""


class _Known(NamedTuple):
    """Columns, how far they are traced, and up to which row they are stored."""

    columns: Columns
    traced: int
    stored: int


_recent: Final[Recent[_Known]] = Recent()


class Torn(ValueError):
    """Rows of the log are missing; `manage.py verify_log` names them."""


class Rewritten(Exception):
    """The log is not, or no longer, in the epoch that was asked for."""


class Beyond(Exception):
    """The log does not reach that far."""


class Behind(Exception):
    """The columns did not reach the head in time; how far they got is kept."""


_KEPT: LiteralString = (
    "SELECT body FROM documents_columns WHERE document_id = %s AND epoch = %s"
)
_PACKED: LiteralString = (
    "SELECT last FROM documents_chapter WHERE document_id = %s"
    " ORDER BY first DESC LIMIT 1"
)
_LATER: LiteralString = (
    "SELECT DISTINCT author_id FROM documents_update"
    " WHERE document_id = %s AND seq > %s"
)
_STORE: LiteralString = (
    "INSERT INTO documents_columns AS c (document_id, seq, epoch, body)"
    " SELECT document_id, %s, %s, %s FROM documents_head"
    # Waits for who rewrites the log, so that nothing of the old one comes after it.
    " WHERE document_id = %s AND epoch = %s FOR SHARE"
    " ON CONFLICT (document_id) DO UPDATE"
    " SET seq = excluded.seq, epoch = excluded.epoch, body = excluded.body"
    " WHERE (c.epoch, c.seq) <= (excluded.epoch, excluded.seq)"
)


def expect(
    connection: psycopg.Connection, document: UUID, epoch: int, *seqs: int
) -> Head:
    """Give the head of a log that is in this epoch and holds these seqs.

    Raises Rewritten, Beyond.
    """
    end = head(connection, document)
    if end is None:
        raise Beyond
    if end.epoch != epoch:
        raise Rewritten
    if max(seqs, default=0) > end.seq:
        raise Beyond
    return end


def current(connection: psycopg.Connection, document: UUID, end: Head) -> Columns:
    """Give the columns of a log up to this head; read what they lack.

    Raises Behind, Rewritten, ValueError for a log that is broken, psycopg.Error.
    """
    found, read = _read(connection, document, end, SECONDS)
    if read >= STORED:
        _store(connection, document, end.epoch, Kept(found, found.last))
    return found


def _read(
    connection: psycopg.Connection, document: UUID, end: Head, seconds: float
) -> tuple[Columns, int]:
    """Give the columns up to a head, and how many rows the stored ones lacked."""
    found, reached, stored = _known(connection, document, end)
    deadline = monotonic() + seconds
    while found.last < end.seq:
        last = min(found.last + STRIDE, end.seq)
        found = grown(found, entries(connection, document, found.last + 1, last))
        if found.last < last:
            raise Torn
        if last < end.seq and monotonic() > deadline:
            _store(connection, document, end.epoch, Kept(found, reached))
            raise Behind
    if reached < end.seq:
        found = traced(found, whole(connection, document, end), reached)
    expect(connection, document, end.epoch)
    known = _Known(found, end.seq, stored)
    _recent.remember(document, end.epoch, end.seq, known)
    return found, end.seq - stored


def users(connection: psycopg.Connection, document: UUID) -> set[int]:
    """Tell who ever wrote to a log. Raises Behind, Rewritten, psycopg.Error.

    Reads no text, unless some lies packed that no kept columns cover.
    """
    end = head(connection, document)
    if end is None:
        return set()
    known = kept.stamps(_body(connection, document, end))
    packed = connection.execute(_PACKED, (document,)).fetchone()
    if packed is not None and packed[0] > known.last:
        known = current(connection, document, end).stamps
    later = connection.execute(_LATER, (document, known.last)).fetchall()
    return {*known.users, *(row[0] for row in later if row[0] is not None)} - {0}


def _known(connection: psycopg.Connection, document: UUID, end: Head) -> _Known:
    if known := _recent.until(document, end.epoch, end.seq):
        return known.value
    found = unpack(_body(connection, document, end))
    kept = found if found.columns.last <= end.seq else NOTHING
    return _Known(*kept, kept.traced)


def _body(connection: psycopg.Connection, document: UUID, end: Head) -> bytes | None:
    found = connection.execute(_KEPT, (document, end.epoch)).fetchone()
    return found[0] if found else None


def _store(
    connection: psycopg.Connection, document: UUID, epoch: int, found: Kept
) -> None:
    last = found.columns.last
    connection.execute(_STORE, (last, epoch, pack(found), document, epoch))
    _recent.remember(document, epoch, last, _Known(*found, found.traced))


def keep(conninfo: str, document: UUID) -> bool:
    """Bring what is kept nearer to the head, in one turn; tell whether it got there.

    For whoever has time, as when people have left a document. Raises psycopg.Error.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        end = head(connection, document)
        if end is None:
            return True
        try:
            found, read = _read(connection, document, end, TURN)
        except Behind:
            return False
        except (Rewritten, Beyond):  # or gone: nothing is left to do for it
            return True
        if read:
            _store(connection, document, end.epoch, Kept(found, found.last))
    return True

"""The columns of each log, kept beside it and brought up to its head: a cache.

They grow row by row, which takes seconds; what carries what is found after that, and in
a long log slice by slice. Works on the connection that it is given and knows no Django.
A log that is rewritten begins its columns anew; what is kept of another epoch is never
looked at.
"""

from time import monotonic
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.history import kept
from documents.history.columns import Columns, grown
from documents.history.entire import laid
from documents.history.kept import NOTHING, Kept, pack, unpack
from documents.history.recent import Recent
from documents.history.tracing import Slices, followed
from documents.storage.entries import Head, entries, head

STORED: Final = 500
"""After so many rows the columns are stored anew: it costs what these cost to read."""
STRIDE: Final = 20_000
"""Rows that are read between two looks at the clock: it takes about 400 ms."""
SECONDS: Final = 10.0
"""How long columns may grow while somebody waits; 260,000 rows take half of it."""
AT_ONCE: Final = 2000
"""What so many rows carry is found while somebody waits; in more, slice by slice."""
TURN: Final = 1.0
"""How long they may grow in a worker that has other work as well."""
AHEAD: Final = 50_000
"""So many rows are prepared to be looked at, in the log as it was after them."""
SLICE: Final = 3.0
"""How long rows are looked at until what they carry is kept; to begin takes as long."""


class _Known(NamedTuple):
    """Columns, how far they are traced, and how far the stored ones are."""

    columns: Columns
    traced: int
    stored: int


_recent: Final[Recent[_Known]] = Recent()
_slices: Final[Recent[Slices]] = Recent()


class Torn(ValueError):
    """Rows of the log are missing; `manage.py verify_log` names them."""


class Rewritten(Exception):
    """The log is not, or no longer, in the epoch that was asked for."""


class Beyond(Exception):
    """The log does not reach that far."""


class Behind(Exception):
    """What was asked for does not reach the head yet; how far it got is kept.

    Of `of` rows `done` are looked through.
    """

    def __init__(self, done: int, of: int) -> None:
        super().__init__(done, of)
        self.done = done
        self.of = of


_KEPT: LiteralString = (
    "SELECT body FROM documents_columns WHERE document_id = %s AND epoch = %s"
)
_WHOLE: LiteralString = f"{_KEPT} AND seq = %s"
_BEGINNING: LiteralString = (
    "SELECT substring(body FROM 1 FOR 24) FROM documents_columns"
    " WHERE document_id = %s AND epoch = %s"
)
_TAKE: LiteralString = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
_GIVE: LiteralString = "SELECT pg_advisory_unlock(%s, hashtext(%s))"
_LOCKS: Final = 0x7472616B
"""The class of the advisory locks of those who trace a log."""
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


def lives(connection: psycopg.Connection, document: UUID, end: Head) -> Columns:
    """Give the columns up to this head; they carry what is known already.

    Raises Behind, Rewritten, ValueError for a log that is broken, psycopg.Error.
    """
    return _grown(connection, document, end, SECONDS).columns


def at_hand(connection: psycopg.Connection, document: UUID, end: Head) -> Kept:
    """Give the columns up to this head, and what they carry unless it is of many rows.

    What few rows carry is found in turns, each kept, and raises Behind until the last.
    Raises what `lives` raises.
    """
    known = _grown(connection, document, end, SECONDS)
    if end.seq - known.traced <= AT_ONCE:
        known = _traced(connection, document, end, known)
    return Kept(known.columns, known.traced)


def written(connection: psycopg.Connection, document: UUID, end: Head) -> bytes | None:
    """Give the columns that `at_hand` gives as bytes, where they are kept as they are.

    Raises Rewritten, psycopg.Error.
    """
    found = connection.execute(_WHOLE, (document, end.epoch, end.seq)).fetchone()
    columns, traced = kept.split(found[0] if found else None)
    expect(connection, document, end.epoch)
    return columns if traced == end.seq or end.seq - traced > AT_ONCE else None


def current(connection: psycopg.Connection, document: UUID, end: Head) -> Columns:
    """Give the columns up to this head with all that they carry.

    What takes long is brought a turn nearer, and raises Behind. Raises what `lives`
    raises.
    """
    known = _grown(connection, document, end, SECONDS)
    known = _traced(connection, document, end, known)
    if known.traced < end.seq:
        raise Behind(known.traced, end.seq)
    return known.columns


def reached(
    connection: psycopg.Connection, document: UUID, epoch: int, last: int
) -> int:
    """Tell up to which row at least `at_hand` tells what carries what, of `last`."""
    known = _told(connection, document, epoch)
    return last if last - known <= AT_ONCE else known


def _grown(
    connection: psycopg.Connection, document: UUID, end: Head, seconds: float
) -> _Known:
    """Give the columns up to a head; nothing new is known of what they carry."""
    known = _known(connection, document, end)
    found = known.columns
    deadline = monotonic() + seconds
    while found.last < end.seq:
        last = min(found.last + STRIDE, end.seq)
        found = grown(found, entries(connection, document, found.last + 1, last))
        if found.last < last:
            raise Torn
        if last < end.seq and monotonic() > deadline:
            _store(connection, document, end.epoch, Kept(found, known.traced))
            raise Behind(last, end.seq)
    expect(connection, document, end.epoch)
    many = found.last - known.columns.last >= STORED
    if many and end.seq - known.traced > AT_ONCE:
        return _store(connection, document, end.epoch, Kept(found, known.traced))
    known = known._replace(columns=found)
    _recent.remember(document, end.epoch, end.seq, known)
    return known


def _traced(
    connection: psycopg.Connection, document: UUID, end: Head, known: _Known
) -> _Known:
    """Find what the next rows carry: a few at once, of many a slice, which is kept.

    Raises Behind where a few take longer than a slice; what is found is kept.
    """
    if end.seq - known.traced > AT_ONCE:
        return _traced_slice(connection, document, end, known)
    _slices.forget(document)
    if known.traced < end.seq:
        known = _followed(connection, document, end, known)
    expect(connection, document, end.epoch)
    if known.traced < end.seq:
        _store(connection, document, end.epoch, Kept(*known[:2]))
        raise Behind(known.traced, end.seq)
    if end.seq - known.stored >= STORED:
        return _store(connection, document, end.epoch, Kept(*known[:2]))
    _recent.remember(document, end.epoch, end.seq, known)
    return known


def _followed(
    connection: psycopg.Connection, document: UUID, end: Head, known: _Known
) -> _Known:
    text = laid(connection, document, end)
    deadline = monotonic() + SLICE
    before = Kept(known.columns, known.traced)
    found = followed(before, text, lambda: monotonic() > deadline)
    return _Known(*found, known.stored)


def _traced_slice(
    connection: psycopg.Connection, document: UUID, end: Head, known: _Known
) -> _Known:
    """Find what a slice carries, unless somebody else is just doing so."""
    lock = (_LOCKS, str(document))
    if connection.execute(_TAKE, lock).fetchone() != (True,):
        return known
    try:
        slices = _sliced(connection, document, end, known)
        deadline = monotonic() + SLICE
        found = slices.next(known.columns, lambda: monotonic() > deadline)
        expect(connection, document, end.epoch)
        return _store(connection, document, end.epoch, found)
    finally:
        connection.execute(_GIVE, lock)


def _sliced(
    connection: psycopg.Connection, document: UUID, end: Head, known: _Known
) -> Slices:
    """Give what was begun here, unless somebody else went on with it."""
    begun = _slices.until(document, end.epoch, end.seq)
    if begun and begun.value.done == known.traced < begun.value.last:
        return begun.value
    text = laid(connection, document, end)
    slices = Slices(Kept(known.columns, known.traced), text, AHEAD)
    _slices.remember(document, end.epoch, end.seq, slices)
    return slices


def users(connection: psycopg.Connection, document: UUID) -> set[int]:
    """Tell who ever wrote to a log. Raises Behind, Rewritten, psycopg.Error.

    Reads no text, unless some lies packed that no kept columns cover.
    """
    end = head(connection, document)
    if end is None:
        return set()
    last, wrote = kept.writers(_body(connection, document, end))
    packed = connection.execute(_PACKED, (document,)).fetchone()
    if packed is not None and packed[0] > last:
        stamps = lives(connection, document, end).stamps
        last, wrote = stamps.last, set(stamps.users)
    later = connection.execute(_LATER, (document, last)).fetchall()
    return {*wrote, *(row[0] for row in later if row[0] is not None)} - {0}


def _known(connection: psycopg.Connection, document: UUID, end: Head) -> _Known:
    """Give what was read last here, unless others found out more."""
    if known := _recent.until(document, end.epoch, end.seq):
        lag = end.seq - known.value.traced
        if (
            lag <= AT_ONCE
            or _told(connection, document, end.epoch) <= known.value.traced
        ):
            return known.value
    found = unpack(_body(connection, document, end))
    found = found if found.columns.last <= end.seq else NOTHING
    return _Known(*found, found.traced)


def _told(connection: psycopg.Connection, document: UUID, epoch: int) -> int:
    """Up to which row what is kept tells what carries what."""
    found = connection.execute(_BEGINNING, (document, epoch)).fetchone()
    return kept.traced(found[0] if found else None)


def _body(connection: psycopg.Connection, document: UUID, end: Head) -> bytes | None:
    found = connection.execute(_KEPT, (document, end.epoch)).fetchone()
    return found[0] if found else None


def _store(
    connection: psycopg.Connection, document: UUID, epoch: int, found: Kept
) -> _Known:
    last = found.columns.last
    connection.execute(_STORE, (last, epoch, pack(found), document, epoch))
    known = _Known(*found, found.traced)
    _recent.remember(document, epoch, last, known)
    return known


def keep(conninfo: str, document: UUID) -> bool:
    """Bring what is kept nearer to the head, in one turn; tell whether it got there.

    For whoever has time, as when people have left a document. Raises psycopg.Error.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        end = head(connection, document)
        if end is None:
            return True
        try:
            known = _grown(connection, document, end, TURN)
            found = _traced(connection, document, end, known)
        except Behind:
            return False
        except (Rewritten, Beyond):  # or gone: nothing is left to do for it
            return True
        if found.traced == end.seq and found.stored < end.seq:
            _store(connection, document, end.epoch, Kept(*found[:2]))
    return found.traced == end.seq

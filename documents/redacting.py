"""Redaction for a request that may not wait so long: it goes on, and can be asked for.

While it goes on, a transaction of its own holds a lock on the document: so every web
process can tell, and Postgres lets go of it whatever dies. That it was done is told by
the epoch that began; nothing else is kept.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from threading import BoundedSemaphore
from time import sleep
from typing import Final, LiteralString
from uuid import UUID

import psycopg
import structlog

from documents import aside
from documents.custody import redaction
from documents.custody.redaction import Redacted
from documents.history.chronicle import Behind
from documents.history.erasure import Ids
from documents.postgres import conninfo
from documents.storage.entries import head
from documents.workers import Workers

MOST: Final = 4
"""So many long redactions at once in one web process; each has two connections."""
PAUSE: Final = 0.5
"""Seconds between two turns of bringing the columns of a long log along."""
_LOCKS: Final = 0x7ED
"""The class of these locks, apart from all others that the application takes."""

_TAKE: LiteralString = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"
_HELD: LiteralString = (
    "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = %s::oid AND objid = hashtext(%s)::oid AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_turns = BoundedSemaphore(MOST)
_threads = ThreadPoolExecutor(MOST, "redaction")
_logger = structlog.get_logger(__name__)


class GoesOn(Exception):
    """The redaction takes longer than anybody waits for it; it can be asked for."""


class Busy(Exception):
    """Another redaction of the document goes on."""


class Failed(Exception):
    """The redaction has ended, and nothing has changed."""


def redact(rows: int, document: UUID, ids: Ids, by: int, now: datetime) -> Redacted:
    """Redact a log of so many rows, and wait for it within bounds.

    Raises what `documents.custody.redaction.redact` raises, GoesOn; Busy and
    aside.NotYet when nothing was begun.
    """
    if rows <= aside.ROWS:
        done = redaction.redact(aside.own(), document, ids, by, now)
        _logger.info("redacted", document=str(document), user=by, **done._asdict())
        return done
    future = _begun(partial(_redacted, document, ids, by, now), document)
    future.add_done_callback(partial(_ended, document, by))
    try:
        return future.result(aside.PATIENCE)
    except TimeoutError:
        raise GoesOn from None


def is_done(document: UUID, epoch: int) -> bool:
    """Tell whether what was begun in an epoch is done; False while it goes on.

    Raises Failed.
    """
    given = (_LOCKS, str(document))
    if aside.own().execute(_HELD, given).fetchone() is not None:
        return False
    end = head(aside.own(), document)
    if end is None or end.epoch <= epoch:
        raise Failed
    return True


def _begun(work: Callable[[Workers], Redacted], document: UUID) -> "Future[Redacted]":
    with ExitStack() as held:
        if not _turns.acquire(blocking=False):
            raise aside.NotYet
        held.callback(_turns.release)
        connection = held.enter_context(psycopg.connect(conninfo()))
        if connection.execute(_TAKE, (_LOCKS, str(document))).fetchone() != (True,):
            raise Busy
        return _threads.submit(_carried_out, work, held.pop_all())


def _carried_out(work: Callable[[Workers], Redacted], held: ExitStack) -> Redacted:
    """Work in a process of its own, so that it keeps nobody else's work waiting."""
    with held, closing(Workers()) as workers:
        return work(workers)


def _redacted(
    document: UUID, ids: Ids, by: int, now: datetime, workers: Workers
) -> Redacted:
    given = (conninfo(), document, ids, by, now)
    return workers.wait(None, _patiently, *given)


def _patiently(
    where: str, document: UUID, ids: Ids, by: int, now: datetime
) -> Redacted:
    """Redact also where the columns lag: each time they are behind by less."""
    with psycopg.connect(where, autocommit=True) as connection:
        while True:
            try:
                return redaction.redact(connection, document, ids, by, now)
            except Behind:
                sleep(PAUSE)  # somebody else may be at work on them


def _ended(document: UUID, by: int, future: "Future[Redacted]") -> None:
    given = {"document": str(document), "user": by}
    if error := future.exception():
        _logger.warning("redaction failed", error=type(error).__name__, **given)
    else:
        _logger.info("redacted", **given, **future.result()._asdict())

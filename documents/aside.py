"""Long work on a log, aside from whoever waits for it: in a process of its own.

Work takes a connection and a document first. Where there is little to do it is done
at once, on the connection that the caller has.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event, Lock
from typing import Final, TypeVar
from uuid import UUID

import psycopg
import structlog
from django.db import connection as django_connection

from documents.history.chronicle import keep
from documents.history.telling import weight
from documents.postgres import conninfo
from documents.workers import Workers

T = TypeVar("T")

ROWS: Final = 1000
BYTES: Final = 64 * 1024
"""So much is read at once: it takes some 30 ms."""
PATIENCE: Final = 20.0
"""Seconds that somebody waits before they are asked to come again."""

_workers = Workers()
_tracing: dict[UUID, Workers] = {}
_tracing_lock = Lock()
_tracers = ThreadPoolExecutor(1, "tracing")
_closing = Event()
_logger = structlog.get_logger(__name__)


class NotYet(Exception):
    """The work takes longer than anybody waits for it; it goes on."""


def ask(does: Callable[..., T], document: UUID, *given: object) -> T:
    """Ask something of a history, here or aside, by how much there is to read.

    Raises what the asking raises, and NotYet.
    """
    rows, size = weight(own(), document)
    return work(rows, size, does, document, *given)


def work(
    rows: int, size: int, does: Callable[..., T], document: UUID, *given: object
) -> T:
    """Do work that reads so many rows and bytes; wait for it, within bounds.

    Raises what it raises, and NotYet.
    """
    if rows <= ROWS and size <= BYTES:
        return does(own(), document, *given)
    try:
        found: T = _workers.wait(
            PATIENCE, _connected, conninfo(), does, document, *given
        )
    except TimeoutError:
        raise NotYet from None
    return found


def trace(document: UUID) -> None:
    """Let it be found what carries what in a long log, in a process of its own.

    Nobody waits: one log after the other, slice by slice, and each is kept.
    """
    with _tracing_lock:
        if document in _tracing or _closing.is_set():
            return
        _tracing[document] = Workers()
    _tracers.submit(_trace, document)


def _trace(document: UUID) -> None:
    try:
        with closing(_tracing[document]) as workers:
            while not workers.wait(None, keep, conninfo(), document):
                pass
    except (psycopg.Error, ValueError, OSError, RuntimeError):
        if not _closing.is_set():
            _logger.exception("not traced", document=str(document))
    finally:
        with _tracing_lock:
            del _tracing[document]


def own() -> psycopg.Connection:
    """Give Django's connection of this thread."""
    django_connection.ensure_connection()
    found = django_connection.connection
    assert isinstance(found, psycopg.Connection)
    return found


def _connected(where: str, does: Callable[..., T], document: UUID, *given: object) -> T:
    with psycopg.connect(where, autocommit=True) as connection:
        return does(connection, document, *given)


def close() -> None:
    """End the worker processes for good; what was traced until now is kept."""
    with _tracing_lock:
        _closing.set()
        workers = [_workers, *_tracing.values()]
    for one in workers:
        one.close()

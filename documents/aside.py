"""Long work on a log, aside from whoever waits for it: in a process of its own.

Work takes a connection and a document first. Where there is little to do it is done
at once, on the connection that the caller has.
"""

from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg.conninfo import make_conninfo

from documents.workers import Workers

T = TypeVar("T")

HERE: Final = 2000
"""Rows that are read at once: it takes about 50 ms."""
PATIENCE: Final = 20.0
"""Seconds that somebody waits before they are asked to come again."""

_workers = Workers()


class NotYet(Exception):
    """The work takes longer than anybody waits for it; it goes on."""


def conninfo() -> str:
    """Give the connection string of Django's database."""
    given = django_connection.settings_dict
    return make_conninfo(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
    )


def work(rows: int, does: Callable[..., T], document: UUID, *given: object) -> T:
    """Do work on a log that reads so many rows of it; wait for it, within bounds.

    Raises what it raises, and NotYet.
    """
    if rows <= HERE:
        return does(_own(), document, *given)
    try:
        found: T = _workers.wait(
            PATIENCE, _connected, conninfo(), does, document, *given
        )
    except TimeoutError:
        raise NotYet from None
    return found


def _own() -> psycopg.Connection:
    django_connection.ensure_connection()
    own = django_connection.connection
    assert isinstance(own, psycopg.Connection)
    return own


def _connected(where: str, does: Callable[..., T], document: UUID, *given: object) -> T:
    with psycopg.connect(where, autocommit=True) as connection:
        return does(connection, document, *given)


def close() -> None:
    """End the worker processes."""
    _workers.close()

"""Reading whole logs for those who look after them: verify, check, export.

Gives what the database says as it lies there, packed or not, right or wrong. Speaks
SQL to Postgres through Django's settings; judges nothing.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID

import psycopg
from django.db import connection as django_connection
from psycopg.rows import TupleRow, tuple_row

from documents.verification import Piece, Stretch

_PIECES: LiteralString = (
    "SELECT first, last, before, after FROM documents_chapter"
    " WHERE document_id = %(document)s"
    " UNION ALL SELECT seq, seq, NULL, chain FROM documents_update"
    " WHERE document_id = %(document)s ORDER BY 1, 2"
)
_REDACTIONS: LiteralString = (
    "SELECT first, last, before, after FROM documents_redaction"
    " WHERE document_id = %(document)s ORDER BY first"
)


@contextmanager
def one_moment() -> Iterator[psycopg.Connection]:
    """Open a connection that reads the database as it is at this moment.

    Its own, so that a long reading holds up no other. Raises psycopg.Error.
    """
    given = django_connection.settings_dict
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        row_factory=tuple_row,
    ) as found:
        found.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        found.read_only = True
        yield found


def documents(connection: psycopg.Connection) -> list[UUID]:
    """Give the ids of all documents, in order."""
    rows = connection.execute("SELECT id FROM documents_document ORDER BY id")
    return [row[0] for row in rows.fetchall()]


def rows(
    connection: psycopg.Connection, query: LiteralString, document: UUID
) -> Generator[TupleRow, None, None]:
    """Give what a query finds of %(document)s, in bounded memory.

    From a cursor on the server: other statements may come in between.
    """
    with connection.cursor(name="custody") as cursor:
        cursor.itersize = 2000
        cursor.execute(query, {"document": document}, binary=True)
        yield from cursor


def pieces(
    connection: psycopg.Connection, document: UUID
) -> Generator[Piece, None, None]:
    """Give the rows and chapters of a log in order, without what they hold."""
    for row in rows(connection, _PIECES, document):
        yield Piece(*row)


def redactions(connection: psycopg.Connection, document: UUID) -> list[Stretch]:
    """Give the rewritten stretches of a log in order."""
    return [Stretch(*row) for row in rows(connection, _REDACTIONS, document)]

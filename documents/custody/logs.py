"""Reading whole logs for those who look after them: verify, check, export.

Gives what the database says as it lies there, packed or not, right or wrong. Speaks
SQL to Postgres through Django's settings; judges nothing.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow, tuple_row

from documents.postgres import conninfo
from documents.storage.verification import Piece, Stretch

_EXISTS: LiteralString = "SELECT 1 FROM documents_document WHERE id = %s"
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
    with psycopg.connect(conninfo(), row_factory=tuple_row) as found:
        found.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        found.read_only = True
        yield found


def moments(
    document: UUID | None,
) -> Iterator[tuple[UUID, psycopg.Connection]]:
    """Give one document, or all in order, each with a connection of its moment.

    A long look at one holds up no tidying of the others; what is deleted meanwhile is
    left out. Raises psycopg.Error.
    """
    if document is None:
        with one_moment() as connection:
            found = connection.execute("SELECT id FROM documents_document ORDER BY id")
            which = [row[0] for row in found.fetchall()]
    else:
        which = [document]
    for one in which:
        with one_moment() as connection:
            if one == document or connection.execute(_EXISTS, (one,)).fetchone():
                yield one, connection


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

"""Who somebody is at a document, and as what, in one short question.

In SQL, for every socket waits for it: to ask the same by Django's models takes ten
times as long. What is found means what `documents.access` says.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, LiteralString, NamedTuple, cast
from uuid import UUID

import psycopg
from psycopg.pq import Format
from psycopg.rows import tuple_row

from documents.access import role_by
from documents.models import Document, Role, User

# In the order of the models' fields, as `from_db` wants them.
_USER: Final = ("id", "password", "is_active", "email", "name", "hue")
_DOCUMENT: Final = ("id", "owner_id", "trashed", "history_for")
_VISIT: LiteralString = (
    "SELECT u.id, u.password, u.is_active, u.email, u.name, u.hue,"
    " d.id, d.owner_id, d.trashed, d.history_for,"
    " ARRAY(SELECT ROW(m.role, l.expires) FROM documents_membership m"
    " LEFT JOIN documents_sharelink l ON l.id = m.link_id"
    " WHERE m.document_id = d.id AND m.user_id = u.id)"
    " FROM documents_user u LEFT JOIN documents_document d ON d.id = %s"
    " WHERE u.id = %s"
)


class Visit(NamedTuple):
    """Somebody, the document that they ask for, if there is one, and their role."""

    user: User
    document: Document | None
    role: Role | None


def visits(
    connection: psycopg.Connection, asked: Sequence[tuple[int, UUID]], now: datetime
) -> Iterator[Visit | None]:
    """Tell of each of these users at the document beside; None where there is none."""
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        cursor.format = Format.BINARY
        given = [(document, user) for user, document in asked]
        cursor.executemany(_VISIT, given, returning=True)
        for _ in given:
            row = cursor.fetchone()
            yield _visit(row, now) if row else None
            cursor.nextset()


def _visit(row: tuple[object, ...], now: datetime) -> Visit:
    user = User.from_db(None, _USER, row[: len(_USER)])
    of = row[len(_USER) : -1]
    if of[0] is None:
        return Visit(user, None, None)
    document = Document.from_db(None, _DOCUMENT, of)
    grants = cast("list[tuple[str, datetime | None]]", row[-1])
    return Visit(user, document, role_by(document, user, grants, now))

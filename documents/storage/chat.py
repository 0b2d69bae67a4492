"""A document's chat at rest: what people say beside the text, numbered without gaps.

Speaks SQL to Postgres, over connections of psycopg. Knows nobody's rights.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from documents.storage.moments import milliseconds, whole_milliseconds

MOST: Final = 200
"""Messages that are read at once."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said something, as others see them."""

    id: int
    name: str
    hue: int


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a chat; `by` is None when there is no such account any more.

    `at` is milliseconds since 1970. One that `removes` another has no text.
    """

    number: int
    at: int
    by: Speaker | None
    text: str
    key: str
    removes: int | None


@dataclass(frozen=True, slots=True)
class Saying:
    """What an author wants to say; the same key is the same message."""

    author: int
    key: str
    text: str
    removes: int | None = None


_SAID: Final[LiteralString] = (
    "SELECT m.number, m.at, u.id, u.name, u.hue, m.text, m.key,"
    " m.removes FROM documents_chatmessage m LEFT JOIN documents_user u"
    " ON u.id = m.author_id"
)
_APPENDED: Final[LiteralString] = (
    "INSERT INTO documents_chatmessage"
    " (document_id, number, author_id, key, at, text, removes)"
    " SELECT %(document)s, coalesce(max(number), 0) + 1, %(author)s, %(key)s, %(at)s,"
    " %(text)s, %(removes)s FROM documents_chatmessage WHERE document_id = %(document)s"
    " ON CONFLICT DO NOTHING"
)
_SILENCED: Final[LiteralString] = (
    "UPDATE documents_chatmessage SET text = '' WHERE (document_id, number) = (%s, %s)"
    " AND removes IS NULL AND text <> '' AND (author_id = %s OR %s)"
)


async def append(
    connection: AsyncConnection, document: UUID, saying: Saying, now: datetime
) -> tuple[Message, bool]:
    """Store a message, once; give it as it lies there, and whether it is new.

    Of two who speak at once one finds its number taken, and takes the next. Raises
    psycopg.errors.ForeignKeyViolation when the document or the account is gone.
    """
    given = {**asdict(saying), "document": document, "at": whole_milliseconds(now)}
    while True:
        added = await connection.execute(_APPENDED, given)
        cursor = await connection.execute(
            f"{_SAID} WHERE (m.document_id, m.author_id, m.key) = (%s, %s, %s)",
            (document, saying.author, saying.key),
        )
        if row := await cursor.fetchone():
            return _message(row), added.rowcount == 1


async def remove(
    connection: AsyncConnection,
    document: UUID,
    number: int,
    author: int,
    now: datetime,
    *,
    anyones: bool,
) -> Message | None:
    """Take a message back, for ever; give the entry that does so.

    One's own, or `anyones`. None where there is nothing that one may take back.
    """
    async with connection.transaction():
        cursor = await connection.execute(
            _SILENCED, (document, number, author, anyones)
        )
        if not cursor.rowcount:
            return None
        # No key of a browser has a space.
        saying = Saying(author, f"removes {number}", "", removes=number)
        removal, _ = await append(connection, document, saying, now)
        return removal


async def since(
    connection: AsyncConnection, document: UUID, number: int
) -> list[Message]:
    """Give the messages after this one, in order, MOST at most."""
    cursor = await connection.execute(
        f"{_SAID} WHERE m.document_id = %s AND m.number > %s"
        " ORDER BY m.number LIMIT %s",
        (document, number, MOST),
    )
    return [_message(row) for row in await cursor.fetchall()]


async def lasts(
    connection: AsyncConnection, documents: Iterable[UUID]
) -> dict[UUID, int]:
    """Give the number of the last message of each of these documents that has any."""
    cursor = await connection.execute(
        "SELECT document, number FROM unnest(%s::uuid[]) AS d(document), LATERAL"
        " (SELECT number FROM documents_chatmessage m WHERE m.document_id = d.document"
        " ORDER BY m.number DESC LIMIT 1) AS last",
        (list(documents),),
    )
    return dict(await cursor.fetchall())


def _message(row: tuple[Any, ...]) -> Message:
    number, at, user, name, hue, text, key, removes = row
    by = None if user is None else Speaker(user, name, hue)
    return Message(number, milliseconds(at), by, text, key, removes)

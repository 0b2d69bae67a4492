"""Writing a whole log from Postgres as records, in order, one at a time.

Rights, memberships and caches stay behind: they belong to a server, not to a log.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import LiteralString
from uuid import UUID

import psycopg

from documents.custody import logs
from documents.custody.records import (
    Binding,
    Bookmark,
    Header,
    Person,
    Record,
    Redacted,
)
from documents.storage.entries import Head, entries, head
from documents.storage.moments import milliseconds
from documents.storage.verification import End, Stretch, Walk

_DOCUMENT: LiteralString = (
    "SELECT title, created, owner_id, history_for FROM documents_document WHERE id = %s"
)
_WRITERS: LiteralString = (
    "SELECT client_id, user_id FROM documents_writer"
    " WHERE document_id = %(document)s ORDER BY client_id"
)
_REDACTIONS: LiteralString = (
    "SELECT first, last, before, after, by_id, at FROM documents_redaction"
    " WHERE document_id = %(document)s ORDER BY first"
)
_BOOKMARKS: LiteralString = (
    "SELECT seq, name, by_id, at, locked FROM documents_bookmark"
    " WHERE document_id = %(document)s ORDER BY id"
)
_PERSON: LiteralString = "SELECT email, name FROM documents_user WHERE id = %s"


class NoLog(Exception):
    """There is no such document."""


def records(connection: psycopg.Connection, document: UUID) -> Iterator[Record]:
    """Give all records of a log, on a connection that reads one moment.

    Follows the chain on the way. Raises NoLog, Broken, psycopg.Error.
    """
    end = head(connection, document)
    if end is None:
        raise NoLog(document)
    people = _People(connection)
    yield from _header(connection, document, end, people)
    with closing(logs.rows(connection, _WRITERS, document)) as writers:
        for client, user in writers:
            yield from people.introduced(user)
            yield Binding(client, user)
    rewritten = []
    for *ends, by, at in list(logs.rows(connection, _REDACTIONS, document)):
        rewritten.append(Stretch(*ends))
        yield from people.introduced(by)
        yield Redacted(rewritten[-1], by, milliseconds(at))
    walk = Walk(document, rewritten)
    for entry in entries(connection, document, 1):
        walk.step(entry)
        yield from people.introduced(entry.author)
        yield entry
    walk.end(End(end.seq, end.chain))
    for seq, name, by, at, locked in list(logs.rows(connection, _BOOKMARKS, document)):
        yield from people.introduced(by)
        yield Bookmark(seq, name, by, milliseconds(at), locked)


def _header(
    connection: psycopg.Connection, document: UUID, end: Head, people: "_People"
) -> Iterator[Record]:
    found = connection.execute(_DOCUMENT, (document,)).fetchone()
    assert found is not None  # a head goes with its document
    title, created, owner, audience = found
    yield from people.introduced(owner)
    yield Header(
        document=document,
        title=title,
        created=milliseconds(created),
        owner=owner,
        audience=audience,
        seq=end.seq,
        chain=end.chain,
    )


class _People:
    """Introduces each person before the first record that names them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._done: set[int] = set()

    def introduced(self, person: int | None) -> list[Person]:
        if person is None or person in self._done:
            return []
        self._done.add(person)
        found = self._connection.execute(_PERSON, (person,)).fetchone()
        email, name = found or ("", "")
        return [Person(person, email, name)]

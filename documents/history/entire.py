"""The whole of a log for whoever looks at it again: only what is new is read.

Works on the connection that it is given; knows no Django. What is remembered is of an
epoch, so that nothing of a log that was rewritten is told.
"""

from typing import Final
from uuid import UUID

import psycopg

from documents.history.laid import Laid
from documents.history.recent import Read, Recent
from documents.storage import wholes
from documents.storage.entries import Head, entries
from documents.yjs.updates import Update, parse

_recent: Final[Recent[Laid]] = Recent()


def laid(connection: psycopg.Connection, document: UUID, end: Head) -> Laid:
    """Give all that was ever written. Raises Malformed, psycopg.Error."""

    def further(known: Read[Laid] | None) -> Laid:
        if known is None or end.seq - known.seq > wholes.FEW:
            return Laid(wholes.whole(connection, document, end))
        return known.value.further(since(connection, document, known.seq, end))

    return _recent.grown(document, end.epoch, end.seq, further)


def whole(connection: psycopg.Connection, document: UUID, end: Head) -> Update:
    """Give the same as one squashed update. Raises Malformed, psycopg.Error."""
    return laid(connection, document, end).whole


def since(
    connection: psycopg.Connection, document: UUID, seq: int, end: Head
) -> list[Update]:
    """Give the rows after one. Raises Malformed, psycopg.Error."""
    rows = entries(connection, document, seq + 1, end.seq)
    return [parse(row.payload) for row in rows]

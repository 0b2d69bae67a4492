"""The whole of a log for whoever looks at it again: only what is new is read.

Works on the connection that it is given; knows no Django. What is remembered is of an
epoch, so that nothing of a log that was rewritten is told.
"""

from typing import Final
from uuid import UUID

import psycopg

from documents.history.recent import Recent
from documents.storage import wholes
from documents.storage.entries import Head, entries
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Update, parse

_recent: Final[Recent[Update]] = Recent()


def whole(connection: psycopg.Connection, document: UUID, end: Head) -> Update:
    """Give all that was ever written, squashed. Raises Malformed, psycopg.Error."""
    known = _recent.until(document, end.epoch, end.seq)
    if known is not None and known.seq == end.seq:
        return known.value
    if known is None or end.seq - known.seq > wholes.FEW:
        found = wholes.whole(connection, document, end)
    else:
        rows = entries(connection, document, known.seq + 1, end.seq)
        found = squash(merge([known.value, *(parse(row.payload) for row in rows)]))
    _recent.remember(document, end.epoch, end.seq, found)
    return found

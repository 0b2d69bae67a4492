"""The whole of a log, up to its head: everything that was ever written, squashed.

Works on the connection that it is given; knows no Django.
"""

from typing import Final, LiteralString
from uuid import UUID

import psycopg

from documents.storage.entries import Head, entries
from documents.storage.folding import Folding
from documents.yjs.merging import merge, squash
from documents.yjs.updates import EMPTY, Update, parse

FEW: Final = 1000
"""So many rows are merged at once; more are folded in memory bounded by the state."""

_SNAPSHOT: LiteralString = (
    "SELECT seq, state FROM documents_snapshot WHERE document_id = %s AND epoch = %s"
)


def stored(connection: psycopg.Connection, document: UUID, end: Head) -> bytes | None:
    """Give the squashed merge of all, written down, where a snapshot is just that.

    Raises psycopg.Error.
    """
    found = connection.execute(_SNAPSHOT, (document, end.epoch)).fetchone()
    return found[1] if found is not None and found[0] == end.seq else None


def whole(connection: psycopg.Connection, document: UUID, end: Head) -> Update:
    """Merge the snapshot and the rows after it. Raises Malformed, psycopg.Error."""
    found = connection.execute(_SNAPSHOT, (document, end.epoch)).fetchone()
    seq, state = found or (0, b"")
    base = parse(state) if state else EMPTY
    rows = entries(connection, document, seq + 1, end.seq)
    later = (parse(row.payload) for row in rows)
    if end.seq - seq <= FEW:
        return squash(merge([base, *later]))
    folding = Folding(base)
    for update in later:
        folding.add(update)
    return folding.folded()

"""Verifying a log in Postgres: whether its chain is intact, in words.

Reads everything in order and keeps nothing; `documents.storage.verification` judges.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple
from uuid import UUID

import psycopg

from documents.custody import logs
from documents.storage.entries import Head, entries, head
from documents.storage.verification import Broken, End, Stretch, Walk, verify


class Verdict(NamedTuple):
    """What there is to say of one log."""

    broken: bool
    said: str


def verdict(connection: psycopg.Connection, document: UUID) -> Verdict:
    """Follow the chain over a log, on a connection that reads one moment.

    Raises psycopg.Error.
    """
    found = head(connection, document)
    if found is None:
        return Verdict(broken=True, said="no log of this document")
    rewritten = logs.redactions(connection, document)
    walk = Walk(document, rewritten)
    try:
        with closing(logs.pieces(connection, document)) as pieces:
            verify(walk, pieces, entries(connection, document, 1))
        walk.end(End(found.seq, found.chain))
    except Broken as broken:
        return Verdict(broken=True, said=f"BROKEN, {broken}")
    return Verdict(broken=False, said=_intact(found, rewritten))


def _intact(end: Head, rewritten: Sequence[Stretch]) -> str:
    """Say so with the last link, for whoever keeps it elsewhere to compare."""
    redacted = ", ".join(f"{one.first} to {one.last}" for one in rewritten)
    void = f"; redacted, and so not checked: {redacted}" if redacted else ""
    return f"intact, {end.seq} entries, head {end.chain.hex()}{void}"

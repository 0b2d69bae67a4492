"""B4 in our own database: a log of a row an edit, as a server would have left it."""

from collections.abc import Sequence
from uuid import UUID

import psycopg

from bench.house import Owner
from documents.postgres import conninfo
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.snapshots import compact
from tests.paper import load, typed

TAIL = 250
"""Edits since the last snapshot: the mean, with one every 500."""


class Papers:
    """Makes documents of the first edits of B4; types them once."""

    def __init__(self, owner: Owner, edits: int | None = None) -> None:
        """Type so many edits, or all."""
        self._owner = owner
        with psycopg.connect(conninfo()) as connection:
            (first,) = entries(connection, UUID(owner.documents(1)[0]), 1)
        authors = (owner.person.pk, owner.person.pk)
        self._typed = list(typed(first, authors, edits))

    def document(self, edits: int | None = None) -> str:
        """Store a log of the first edits, with a snapshot a little before its end."""
        name = self._owner.documents(1)[0]
        paper, whole = UUID(name), self._typed[:edits]
        cut = max(len(whole) - TAIL, 0)
        self._append(paper, whole[:cut])
        compact(conninfo(), paper)
        self._append(paper, whole[cut:])
        return name

    def _append(self, paper: UUID, stretch: Sequence[Entry]) -> None:
        if stretch:
            with psycopg.connect(conninfo()) as connection:
                load(connection, paper, stretch)

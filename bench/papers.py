"""B4 in our own database: a log of a row an edit, as a server would have left it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import Any, Final
from uuid import UUID

import psycopg
from pycrdt import Doc, Text

from bench.house import Owner
from documents.postgres import conninfo
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.snapshots import compact
from tests.paper import edits, load, times, typed

TAIL: Final = 250
"""Edits since the last snapshot: the mean, with one every 500."""
CLIENT: Final = 12345
"""Who writes alone."""


class Papers:
    """Makes documents of the first edits of B4; types them once.

    Two people write them in the rich text, or one alone in a plain text, as the kit of
    rivals has it: that is less than half as many structs, and less work for a browser.
    """

    def __init__(
        self, owner: Owner, edits: int | None = None, *, plain: bool = False
    ) -> None:
        """Type so many edits, or all."""
        self._owner = owner
        with psycopg.connect(conninfo()) as connection:
            (first,) = entries(connection, UUID(owner.documents(1)[0]), 1)
        author = owner.person.pk
        made = _alone(first, author) if plain else typed(first, (author, author))
        self._typed = list(islice(made, edits))

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


def _alone(first: Entry, author: int) -> Iterator[Entry]:
    """Give the entries that one person writes in the text `t` of the root."""
    doc: Doc[Any] = Doc(client_id=CLIENT)
    text = doc.get("t", type=Text)
    sent: list[bytes] = []
    doc.observe(lambda event: sent.append(event.update))
    now = times(Random(4))
    for seq, (at, deleted, inserted) in enumerate(edits(), first.seq + 1):
        with doc.transaction():
            if deleted:
                del text[at : at + deleted]
            if inserted:
                text.insert(at, inserted)
        yield Entry(seq, author, next(now), recovered=False, payload=sent.pop())

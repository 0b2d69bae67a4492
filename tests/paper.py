"""Long logs put straight into Postgres: what two people type, edit by edit, and when.

The edits are B4's (tests/data/b4.json.gz), a row each, in the first paragraph of the
rich text. The people take turns, as people do, and pause; chance is seeded.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents.storage.chain import Entry, link
from documents.storage.moments import moment

TRACE: Final = Path(__file__).parent / "data" / "b4.json.gz"
BEGAN: Final = 1_700_000_000_123
"""When the first edit is made, in milliseconds since 1970."""

Edit = tuple[int, int, str]
"""Where, how many characters are deleted, and what is inserted."""


@lru_cache(maxsize=1)
def edits() -> Sequence[Edit]:
    """Give the edits of B4."""
    trace = json.loads(gzip.decompress(TRACE.read_bytes()))
    return cast("Sequence[Edit]", trace["edits"])


def times(random: Random) -> Iterator[int]:
    """Give moments at which a person presses keys: bursts, thoughts and nights."""
    at = BEGAN
    while True:
        chance = random.random()
        if chance > 0.03:
            at += int(random.lognormvariate(5.1, 0.5))
        elif chance > 0.001:
            at += int(random.lognormvariate(8, 1))
        else:
            at += int(random.expovariate(1 / 7_200_000))
        yield at


class Typist:
    """One person's copy of the document."""

    def __init__(self, start: bytes, client: int) -> None:
        self._doc: Doc[Any] = Doc(client_id=client)
        self._sent: list[bytes] = []
        root = self._doc.get("default", type=XmlFragment)
        self._doc.apply_update(start)
        self._paragraph = cast("XmlElement", root.children[0])
        self._doc.observe(lambda event: self._sent.append(event.update))

    def hear(self, update: bytes) -> None:
        """Take in what another wrote."""
        self._doc.apply_update(update)

    def write(self, edit: Edit) -> bytes:
        """Make an edit and give its update."""
        at, deleted, inserted = edit
        self._sent.clear()
        with self._doc.transaction():
            if not len(self._paragraph.children):
                self._paragraph.children.append(XmlText())
            text = cast("XmlText", self._paragraph.children[0])
            if deleted:
                del text[at : at + deleted]
            if inserted:
                text.insert(at, inserted)
        return self._sent[0]


def typed(
    start: Entry, authors: tuple[int, int], count: int | None = None, seed: int = 4
) -> Iterator[Entry]:
    """Give the entries that two people write after the first entry of a log."""
    random = Random(seed)
    clients = [random.getrandbits(32) for _ in authors]
    people = [Typist(start.payload, client) for client in clients]
    who, turn, now = 0, 3000, times(random)
    for seq, edit in enumerate(islice(edits(), count), start.seq + 1):
        if turn == 0:
            who, turn = 1 - who, int(random.expovariate(1 / 800)) + 1
        turn -= 1
        update = people[who].write(edit)
        people[1 - who].hear(update)
        yield Entry(seq, authors[who], next(now), recovered=False, payload=update)


_COPY: Final = (
    "COPY documents_update"
    " (document_id, seq, author_id, at, recovered, payload, chain) FROM STDIN"
)
_HEAD: Final = (
    "UPDATE documents_head SET seq = %s, author_id = %s, at = %s, chain = %s"
    " WHERE document_id = %s"
)


def load(
    connection: psycopg.Connection, document: UUID, entries: Iterable[Entry]
) -> None:
    """Append entries to a log, as rows, with their links."""
    query = "SELECT chain FROM documents_head WHERE document_id = %s"
    (chain,) = connection.execute(query, (document,)).fetchone() or (b"",)
    entry = None
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for entry in entries:
            chain = link(chain, document, entry)
            at = moment(entry.at)
            copy.write_row(
                (document, entry.seq, entry.author, at, False, entry.payload, chain)
            )
    if entry is not None:
        given = (entry.seq, entry.author, moment(entry.at), chain, document)
        connection.execute(_HEAD, given)

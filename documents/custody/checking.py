"""Checking a log and what is kept beside it: what is wrong, in plain words.

Looks, and changes nothing; `documents.custody.mending` mends. Whether entries were
changed afterwards is for `documents.custody.verifying`: here they need only make sense.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from documents.custody import logs
from documents.storage.chain import Entry
from documents.storage.entries import Head, entries, head
from documents.storage.folding import Folding
from documents.storage.verification import Piece
from documents.yjs.admission import Ledger, Refused
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import parse

MOST: Final = 20
"""Faults of one log that are told: whoever sees so many needs no more."""

SNAPSHOT, COLUMNS, READING, EXCERPT = "snapshot", "columns", "reading", "first line"

_CACHES: LiteralString = (
    "SELECT 'columns', seq, epoch FROM documents_columns"
    " WHERE document_id = %(document)s"
    " UNION ALL SELECT 'reading', seq, epoch FROM documents_reading"
    " WHERE document_id = %(document)s"
    " UNION ALL SELECT 'first line', d.excerpt_seq, h.epoch FROM documents_document d"
    " JOIN documents_head h ON h.document_id = d.id WHERE d.id = %(document)s"
)
_SNAPSHOT: LiteralString = (
    "SELECT seq, epoch, state, ledger FROM documents_snapshot WHERE document_id = %s"
)


class Stale(NamedTuple):
    """A cache that is not what the log gives, as it was seen."""

    cache: str
    seq: int
    epoch: int
    said: str


class Snapshot(NamedTuple):
    """A stored snapshot."""

    seq: int
    epoch: int
    state: bytes
    ledger: bytes


@dataclass
class Finding:
    """What is wrong with a log and with its caches; what a snapshot should hold now."""

    document: UUID
    head: Head | None
    faults: list[str] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    snapshot: Snapshot | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.faults or self.stale)


def check(connection: psycopg.Connection, document: UUID) -> Finding:
    """Look at one log, on a connection that reads one moment. Raises psycopg.Error."""
    end = head(connection, document)
    found = Finding(document, end)
    if end is None:
        found.faults.append("there is no log of this document")
        return found
    with closing(logs.pieces(connection, document)) as pieces:
        found.faults += islice(misplaced(pieces, end.seq), MOST)
    row = connection.execute(_SNAPSHOT, (document,), binary=True).fetchone()
    replay = Replay(end, Snapshot(*row) if row else None)
    found.faults += replay.run(entries(connection, document, 1, end.seq))
    found.stale += replay.stale
    if not found.faults:
        found.snapshot = replay.snapshot()
    for cache, seq, epoch in logs.rows(connection, _CACHES, document):
        if said := _ahead(cache, seq, epoch, end):
            found.stale.append(Stale(cache, seq, epoch, said))
    return found


def misplaced(pieces: Iterable[Piece], end: int) -> Iterator[str]:
    """Tell where the rows and chapters of a log do not hold each of 1..end once."""
    expected = 1
    for piece in pieces:
        if piece.last < piece.first:
            yield f"the chapter of {piece.first} ends at {piece.last}"
            continue
        if piece.first > expected:
            yield f"{_entries(expected, piece.first - 1)} missing"
        if piece.first < expected:
            last = min(piece.last, expected - 1)
            yield f"{_entries(piece.first, last)} there twice"
        expected = max(expected, piece.last + 1)
    if expected <= end:
        yield f"{_entries(expected, end)} missing"
    if expected > end + 1:
        yield f"{_entries(end + 1, expected - 1)} past the head"


def _entries(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


class Replay:
    """Takes a log in as a room would, and compares the snapshot on the way.

    States and ledgers are compared by their bytes: both are written in one way only,
    at whatever cuts they were folded.
    """

    def __init__(self, end: Head, kept: Snapshot | None) -> None:
        self.stale: list[Stale] = []
        self._end = end
        self._kept = kept
        self._ledger = Ledger()
        self._folding = Folding()
        self._seq = 0
        if kept and (said := _ahead(SNAPSHOT, kept.seq, kept.epoch, end)):
            self._mistrust(kept, said)

    def run(self, log: Iterator[Entry]) -> list[str]:
        """Take in the log up to its first gap or fault; give the faults."""
        try:
            for entry in log:
                if entry.seq != self._seq + 1:
                    break
                if fault := self._take(entry):
                    return [fault]
        except Malformed as malformed:
            return [f"the chapter after entry {self._seq} cannot be read: {malformed}"]
        return []

    def _take(self, entry: Entry) -> str | None:
        try:
            update = parse(entry.payload)
            self._ledger.absorb(update)
        except (ValueError, Refused) as error:
            return f"entry {entry.seq} is no update of this log: {error}"
        self._folding.add(update)
        self._seq = entry.seq
        if self._kept and self._kept.seq == self._seq and not self.stale:
            self._compare(self._kept)
        return None

    def _compare(self, kept: Snapshot) -> None:
        if kept.state != self._folding.state():
            self._mistrust(kept, "its state is not what the log gives")
        elif kept.ledger != self._ledger.encode():
            self._mistrust(kept, "its ledger is not what the log gives")

    def _mistrust(self, kept: Snapshot, said: str) -> None:
        self.stale.append(Stale(SNAPSHOT, kept.seq, kept.epoch, said))

    def snapshot(self) -> Snapshot:
        """Give what a snapshot of all that was taken in holds."""
        state, ledger = self._folding.state(), self._ledger.encode()
        return Snapshot(self._seq, self._end.epoch, state, ledger)


def _ahead(cache: str, seq: int, epoch: int, end: Head) -> str | None:
    """Tell why a cache as of this seq and epoch cannot be one of the log."""
    if epoch != end.epoch:
        return f"it is of epoch {epoch}, the log of epoch {end.epoch}"
    if seq > end.seq or (seq < 1 and cache == SNAPSHOT):
        return f"it is as of entry {seq}, the log ends at {end.seq}"
    return None

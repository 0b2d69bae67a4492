"""Snapshots: the squashed merge of the first n updates of a log, and its ledger.

A cache, made in a worker process and verified before it is stored; a failing or
missing one only costs time. Knows Postgres by a connection string, not Django.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import psycopg

from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.folding import Folding
from documents.yjs.admission import Ledger
from documents.yjs.extents import extent
from documents.yjs.merging import merge, squash
from documents.yjs.strokes import parse_rows
from documents.yjs.updates import EMPTY, encode, parse


class Unsound(Exception):
    """A snapshot is not what its log says."""


def fold(state: bytes, tail: Sequence[bytes]) -> bytes:
    """Merge a state with the rows after it and squash the whole."""
    if not tail and state:
        return state
    whole = [parse(state)] if state else []
    return encode(squash(merge([*whole, *map(parse, tail)])))


def ledger_after(ledger: bytes, tail: Sequence[bytes]) -> tuple[bytes, Ledger]:
    """Fold the rows after a stored ledger and bring it up to them; give both.

    What is folded first is absorbed in a tenth of the time. Raises ValueError.
    """
    found = _read(ledger)
    later = squash(merge(map(parse, tail)))
    found.absorb(later)
    return encode(later), found


def folded(ledger: bytes, tail: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Do as `ledger_after`, and write the ledger down."""
    later, found = ledger_after(ledger, tail)
    return later, found.encode()


def _read(ledger: bytes) -> Ledger:
    return Ledger.decode(ledger) if ledger else Ledger()


def verify(state: bytes, ledger: bytes) -> None:
    """Raise Unsound unless the state holds exactly what the ledger says."""
    if extent(parse(state)) != Ledger.decode(ledger).extent:
        raise Unsound("the extent of the state is not the ledger's")


def compact(conninfo: str, document: UUID) -> int:
    """Store a snapshot of the whole log as it is now and give its seq.

    In memory bounded by the state, however long the log. Raises Unsound, ValueError,
    psycopg.Error.
    """
    # No transaction: entries never change, and when they are rewritten under a new
    # epoch, what was made of them is not stored.
    with psycopg.connect(conninfo, autocommit=True) as connection:
        epoch, seq, state, ledger = _latest(connection, document)
        folding, found = Folding(parse(state) if state else EMPTY), _read(ledger)
        rows = _Rows(entries(connection, document, seq + 1), seq)
        for update in parse_rows(rows):
            found.absorb(update)
            folding.add(update)
        last = rows.last
        if last > seq:
            state, ledger = folding.state(), found.encode()
            verify(state, ledger)
            _store(connection, document, epoch, last, state, ledger)
    return last


class _Rows:
    """The payloads of entries that follow one another; `last` is how far they came."""

    def __init__(self, found: Iterable[Entry], seq: int) -> None:
        self._found, self.last = found, seq

    def __iter__(self) -> Iterator[bytes]:
        for entry in self._found:
            if entry.seq != self.last + 1:
                raise Unsound("an entry of the log is missing")
            self.last = entry.seq
            yield entry.payload


def _latest(
    connection: psycopg.Connection, document: UUID
) -> tuple[int, int, bytes, bytes]:
    found = connection.execute(
        "SELECT h.epoch, coalesce(s.seq, 0), coalesce(s.state, ''),"
        " coalesce(s.ledger, '')"
        " FROM documents_head h LEFT JOIN documents_snapshot s"
        " ON s.document_id = h.document_id AND s.epoch = h.epoch"
        " WHERE h.document_id = %s",
        (document,),
    ).fetchone()
    return found or (0, 0, b"", b"")


def _store(
    connection: psycopg.Connection,
    document: UUID,
    epoch: int,
    seq: int,
    state: bytes,
    ledger: bytes,
) -> None:
    connection.execute(
        "INSERT INTO documents_snapshot AS s (document_id, seq, epoch, state, ledger)"
        " SELECT document_id, %s, %s, %s, %s FROM documents_head"
        # Waits for who rewrites the log: its old text must not come back by this.
        " WHERE document_id = %s AND epoch = %s FOR SHARE"
        " ON CONFLICT (document_id) DO UPDATE SET seq = excluded.seq,"
        " epoch = excluded.epoch, state = excluded.state, ledger = excluded.ledger"
        " WHERE (s.epoch, s.seq) < (excluded.epoch, excluded.seq)",
        (seq, epoch, state, ledger, document, epoch),
    )

"""Columns: when, and so by whom, each id of a log was inserted and first deleted.

A value that grows with its log, is kept as a cache and goes to the browser as bytes.
Births and deaths are what was sent; what Yjs deletes by itself follows from them.
Which text carries which is found by `documents.history.carries`, and only kept here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from documents.history import carrying, run_bytes, stamps
from documents.history.carrying import Carry
from documents.history.runs import Column, Laying, Stamped
from documents.history.stamps import Stamping, Stamps
from documents.storage.chain import Entry
from documents.yjs.lib0 import Malformed, Reader, Writer
from documents.yjs.updates import ClientId, parse

__all__ = ["EMPTY", "Columns", "Malformed", "decode", "encode", "grown", "part"]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a stretch of a log did to ids: per client, and by clock.

    An id carries what another first said, which itself carries nothing.
    """

    stamps: Stamps = field(default_factory=Stamps)
    births: Mapping[ClientId, Column] = field(default_factory=dict)
    deaths: Mapping[ClientId, Column] = field(default_factory=dict)
    carries: Mapping[ClientId, tuple[Carry, ...]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The first seq of the stretch."""
        return self.stamps.first

    @property
    def last(self) -> int:
        """The last seq; before the first if the stretch is empty."""
        return self.stamps.last

    def born(self, client: ClientId, clock: int) -> int | None:
        """The seq that inserted an id, if it lies in the stretch."""
        births = self.births.get(client)
        return births.at(clock) if births else None

    def died(self, client: ClientId, clock: int) -> int | None:
        """The seq that first deleted an id, if any of the stretch did."""
        deaths = self.deaths.get(client)
        return deaths.at(clock) if deaths else None


EMPTY: Final = Columns()


def grown(columns: Columns, entries: Iterable[Entry]) -> Columns:
    """Columns of a log with its next entries; they carry nothing yet.

    Raises ValueError if they are not the next ones, Malformed for a broken payload.
    """
    growth = _Growth(columns)
    for entry in entries:
        growth.take(entry)
    return growth.finish()


class _Growth:
    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._stamping = Stamping(columns.stamps)
        self._births: dict[ClientId, Laying] = {}
        self._deaths: dict[ClientId, list[Stamped]] = {}

    def take(self, entry: Entry) -> None:
        seq = entry.seq
        self._stamping.add(seq, entry.author, entry.at, recovered=entry.recovered)
        update = parse(entry.payload)
        for client, section in update.structs.items():
            laying = self._births.get(client) or self._laying(client)
            for struct in section:
                laying.add(struct.clock, struct.clock + struct.length, seq)
        for client, ranges in update.deletes.items():
            deaths = self._deaths.setdefault(client, [])
            for start, end in ranges:
                deaths.append((start, end, seq))

    def _laying(self, client: ClientId) -> Laying:
        laying = self._births[client] = Laying()
        if before := self._columns.births.get(client):
            laying.copy(before, 0, len(before))
        return laying

    def finish(self) -> Columns:
        births, deaths = dict(self._columns.births), dict(self._columns.deaths)
        for client, laying in self._births.items():
            births[client] = laying.finish()
        for client, stamped in self._deaths.items():
            deaths[client] = deaths.get(client, Column()).with_firsts(stamped)
        stamps = self._stamping.finish()
        return Columns(stamps, births, deaths, self._columns.carries)


def part(columns: Columns, first: int, last: int) -> Columns:
    """The columns of a shorter stretch of seqs. Raises ValueError if it is none."""
    if not columns.first <= first <= last + 1 <= columns.last + 1:
        raise ValueError("not a stretch of these columns")
    births = _within(columns.births, first, last)
    carries = {
        client: tuple(carrying.clipped(carried, births[client]))
        for client, carried in columns.carries.items()
        if client in births
    }
    return Columns(
        columns.stamps.within(first, last),
        births,
        _within(columns.deaths, first, last),
        {client: carried for client, carried in carries.items() if carried},
    )


def _within(
    columns: Mapping[ClientId, Column], first: int, last: int
) -> dict[ClientId, Column]:
    parts = {client: column.within(first, last) for client, column in columns.items()}
    return {client: column for client, column in parts.items() if len(column)}


def encode(columns: Columns) -> bytes:
    """Write columns as `docs/protocol.md` has them."""
    writer = Writer()
    columns.stamps.write(writer)
    for kind in (columns.births, columns.deaths):
        before = columns.first
        writer.uint(len(kind))
        for client in sorted(kind):
            writer.uint(client)
            before = run_bytes.write(writer, kind[client], before)
    writer.uint(len(columns.carries))
    for client in sorted(columns.carries):
        writer.uint(client)
        carrying.write(writer, columns.carries[client])
    return writer.finish()


def decode(body: bytes) -> Columns:
    """Mirror of `encode`; raises Malformed for anything that it would not write."""
    reader = Reader(body)
    found = stamps.read(reader)
    births = _read_columns(reader, found.first, found.last)
    deaths = _read_columns(reader, found.first, found.last)
    carries: dict[ClientId, tuple[Carry, ...]] = {}
    start = reader.at
    for client in _read_clients(reader):
        carries[client] = carrying.read(reader)
    if not carrying.are_resolved(carries):
        raise Malformed("a carry of a carry", start)
    reader.finish()
    return Columns(found, births, deaths, carries)


def _read_columns(reader: Reader, first: int, last: int) -> dict[ClientId, Column]:
    columns = {}
    before = first
    for client in _read_clients(reader):
        columns[client], before = run_bytes.read(reader, before, (first, last))
    return columns


def _read_clients(reader: Reader) -> Iterator[ClientId]:
    """Clients in order; each is followed by what is read before the next."""
    before = -1
    for _ in range(reader.uint()):
        start = reader.at
        client = reader.uint()
        if client <= before:
            raise Malformed("clients out of order", start)
        yield ClientId(client)
        before = client

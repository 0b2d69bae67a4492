"""The short way to append: one prepared statement over a connection of its own.

What it costs is what a lone edit costs, so parameters go out in Postgres' binary form
and past psycopg's adapting, cursor and pool (documented in psycopg.pq and in libpq,
"Asynchronous Command Processing"). Knows no rooms and nobody's rights.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from struct import Struct
from typing import Final
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult
from psycopg_pool import AsyncConnectionPool

from documents.storage.appending import (
    CONTINUED,
    CONTINUED_ONE,
    Continuation,
    Linked,
    linked,
)
from documents.storage.moments import whole_milliseconds

_BINARY: Final = Format.BINARY
_ONE: Final = b"continued_one"
_MANY: Final = b"continued_many"
_UUID, _INT8, _INT4, _BOOL, _BYTES = 2950, 20, 23, 16, 17
"""Type ids of elements (pg_type.dat)."""
_ARRAY: Final = Struct(">iiIii")
_LONG: Final = Struct(">q")
_INT: Final = Struct(">i")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def _numbered(query: str) -> bytes:
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", query).encode()


_QUERIES: Final = {_ONE: _numbered(CONTINUED_ONE), _MANY: _numbered(CONTINUED)}


class Follower:
    """Appends where logs end as they are said to; one at a time."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._connection: AsyncConnection | None = None

    async def follow(
        self, stretches: Sequence[Continuation], now: datetime
    ) -> dict[UUID, bytes]:
        """Append in one statement and commit; give the chains' new ends by document.

        Logs that end elsewhere are left as they are. Raises psycopg.Error.
        """
        now = whole_milliseconds(now)
        chains = {stretch.rows[0].document: stretch.chain for stretch in stretches}
        name = _ONE if len(stretches) == 1 else _MANY
        parameters = (_one if name is _ONE else _many)(stretches, chains, now)
        try:
            pgconn = await self._ready()
            pgconn.send_query_prepared(
                name, parameters, [_BINARY] * len(parameters), _BINARY
            )
            result = await _answer(pgconn, ExecStatus.TUPLES_OK)
        except BaseException:  # cancelled, too: its answer would be taken for the next
            await self.release()
            raise
        found = [result.get_value(row, 0) or b"" for row in range(result.ntuples)]
        return {UUID(bytes=one): chains[UUID(bytes=one)] for one in found}

    async def release(self) -> None:
        """Close the connection; the pool makes itself another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
            await self._pool.putconn(connection)

    async def _ready(self) -> PGconn:
        if self._connection is None:
            connection = self._connection = await self._pool.getconn()
            for name, query in _QUERIES.items():
                connection.pgconn.send_prepare(name, query)
                await _answer(connection.pgconn, ExecStatus.COMMAND_OK)
        return self._connection.pgconn


async def _answer(pgconn: PGconn, expected: ExecStatus) -> PGresult:
    """Send what is to be sent and give what comes back. Raises psycopg.Error."""
    loop = asyncio.get_running_loop()
    while pgconn.flush():
        await _until(pgconn.socket, loop.add_writer, loop.remove_writer)
    results: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            await _until(pgconn.socket, loop.add_reader, loop.remove_reader)
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is None:
            break
        results.append(result)
    for result in results:
        if result.status != expected:
            raise psycopg.errors.error_from_result(result)
    return results[0]


async def _until(
    socket: int,
    watch: Callable[[int, Callable[[], None]], None],
    unwatch: Callable[[int], object],
) -> None:
    """Wait until the kernel says that a socket may be read, or written."""
    ready = asyncio.Event()
    watch(socket, ready.set)
    try:
        await ready.wait()
    finally:
        unwatch(socket)


def _many(
    stretches: Sequence[Continuation], chains: dict[UUID, bytes], now: datetime
) -> tuple[bytes, ...]:
    """Give the values of CONTINUED, in its order; moves `chains` to the new ends."""
    links = linked(chains, [row for one in stretches for row in one.rows], now)
    heads = [stretch.head for stretch in stretches]
    lasts = [stretch.rows[-1] for stretch in stretches]
    at = _moment(now)
    return (
        _array(_UUID, [row.document.bytes for row in lasts]),
        _array(_INT8, [_LONG.pack(head.seq) for head in heads]),
        _array(_INT4, [_INT.pack(head.epoch) for head in heads]),
        _array(_INT8, [_LONG.pack(row.seq) for row in lasts]),
        _array(_INT8, [_LONG.pack(row.author) for row in lasts]),
        _array(_BYTES, [chains[row.document] for row in lasts]),
        at,
        at,
        _array(_UUID, [row.document.bytes for row, _ in links]),
        *_columns(links),
    )


def _one(
    stretches: Sequence[Continuation], chains: dict[UUID, bytes], now: datetime
) -> tuple[bytes, ...]:
    """The same for CONTINUED_ONE."""
    (stretch,) = stretches
    links = linked(chains, stretch.rows, now)
    last, chain = links[-1]
    at = _moment(now)
    return (
        _LONG.pack(last.seq),
        _LONG.pack(last.author),
        chain,
        at,
        last.document.bytes,
        _LONG.pack(stretch.head.seq),
        _INT.pack(stretch.head.epoch),
        at,
        *_columns(links),
    )


def _columns(links: Linked) -> tuple[bytes, ...]:
    return (
        _array(_INT8, [_LONG.pack(row.seq) for row, _ in links]),
        _array(_INT8, [_LONG.pack(row.author) for row, _ in links]),
        _array(_BOOL, [b"\1" if row.recovered else b"\0" for row, _ in links]),
        _array(_BYTES, [row.payload for row, _ in links]),
        _array(_BYTES, [chain for _, chain in links]),
    )


def _moment(at: datetime) -> bytes:
    return _LONG.pack((at - _EPOCH) // _MICROSECOND)


def _array(element: int, values: Sequence[bytes]) -> bytes:
    """Write an array of one dimension without nulls (array_recv in Postgres)."""
    parts = [_ARRAY.pack(1, 0, element, len(values), 1)]
    for value in values:
        parts += _INT.pack(len(value)), value
    return b"".join(parts)

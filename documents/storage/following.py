"""The short way to append: one prepared statement over a connection of its own.

What it costs is what a lone edit costs, so parameters go out in Postgres' binary form
and past psycopg's adapting, cursor and pool (documented in psycopg.pq and in libpq,
"Asynchronous Command Processing"). Knows no rooms and nobody's rights.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
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
    CONTINUED_BY_ONE,
    CONTINUED_ONE,
    Continuation,
    Head,
    Linked,
    NewRow,
    linked,
)
from documents.storage.chain import link
from documents.storage.moments import milliseconds

_BINARY: Final = Format.BINARY
_BY_ONE: Final = b"continued_by_one"
_ONE: Final = b"continued_one"
_MANY: Final = b"continued_many"
_UUID, _INT8, _INT4, _BOOL, _BYTES = 2950, 20, 23, 16, 17
"""Type ids of elements (pg_type.dat)."""
_ARRAY: Final = Struct(">iiIii")
_LONG: Final = Struct(">q")
_INT: Final = Struct(">i")
_DONE: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_EPOCH: Final = milliseconds(datetime(2000, 1, 1, tzinfo=UTC))

Answer = PGresult | psycopg.Error


def _numbered(query: str) -> bytes:
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", query).encode()


_QUERIES: Final = {
    _BY_ONE: _numbered(CONTINUED_BY_ONE),
    _ONE: _numbered(CONTINUED_ONE),
    _MANY: _numbered(CONTINUED),
}


class Follower:
    """Appends where logs end as they are said to; one at a time."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._connection: AsyncConnection | None = None
        self._line: _Line | None = None

    async def follow(
        self, stretches: Sequence[Continuation], at: int
    ) -> dict[UUID, bytes]:
        """Append in one statement and commit; give the chains' new ends by document.

        `at` is milliseconds since 1970. Logs that end elsewhere are left as they are.
        Raises psycopg.Error.
        """
        chains = {stretch.rows[0].document: stretch.chain for stretch in stretches}
        name, parameters = _statement(stretches, chains, at)
        try:
            line = await self._ready()
            result = await line.asked(name, parameters)
        except BaseException:  # cancelled, too: its answer would be taken for the next
            await self.release()
            raise
        held = {result.get_value(row, 0) for row in range(result.ntuples)}
        return {one: chain for one, chain in chains.items() if one.bytes in held}

    def follow_at_once(
        self, stretch: Continuation, at: int, then: Callable[[bytes | None], None]
    ) -> bool:
        """Send what `follow` would of one row, if the line is free; tell whether.

        `then` is told the chain's new end; None, if it did not come about, or nobody
        knows whether it did.
        """
        line = self._line
        if line is None or not line.free:
            return False
        (row,) = stretch.rows
        chain = link(stretch.chain, row.document, row.entry(at))

        def answered(answer: Answer) -> None:
            stored = not isinstance(answer, psycopg.Error) and answer.ntuples
            then(chain if stored else None)

        line.ask(_BY_ONE, _by_one(stretch.head, row, chain, _moment(at)), answered)
        return True

    async def release(self) -> None:
        """Close the connection; the pool makes itself another."""
        line, self._line = self._line, None
        if line is not None:
            line.lose(psycopg.OperationalError("the line was released"))
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
            await self._pool.putconn(connection)

    async def _ready(self) -> "_Line":
        if self._line is not None and not self._line.sound:
            await self.release()
        if self._line is None:
            self._connection = await self._pool.getconn()
            self._line = _Line(self._connection.pgconn)
            for name, query in _QUERIES.items():
                await self._line.prepared(name, query)
        return self._line


class _Line:
    """One statement at a time, asked and answered without blocking the event loop.

    Whoever asks is told in the turn in which the answer comes: to wake a task for it
    takes a third as long as all else. The socket is watched as long as the line is
    open: to watch it anew for each answer takes the kernel ten calls.
    """

    def __init__(self, pgconn: PGconn) -> None:
        self._pgconn = pgconn
        self._loop = asyncio.get_running_loop()
        self._then: Callable[[Answer], None] | None = None
        self._answer: Answer | None = None
        self.sound = True
        """Whether nothing went wrong with it so far."""
        self._socket = pgconn.socket
        self._watched = True
        self._loop.add_reader(self._socket, self._hear)

    @property
    def free(self) -> bool:
        """Whether it can be asked now."""
        return self.sound and self._then is None

    async def prepared(self, name: bytes, query: bytes) -> None:
        """Prepare a statement. Raises psycopg.Error."""
        await self._told(self._pgconn.send_prepare, name, query)

    async def asked(self, name: bytes, parameters: Sequence[bytes]) -> PGresult:
        """Have a prepared statement done and give its rows. Raises psycopg.Error."""
        formats = [_BINARY] * len(parameters)
        send = self._pgconn.send_query_prepared
        return await self._told(send, name, parameters, formats, _BINARY)

    def ask(
        self,
        name: bytes,
        parameters: Sequence[bytes],
        then: Callable[[Answer], None],
    ) -> None:
        """Have a prepared statement done and tell `then` of it, perhaps at once."""
        formats = [_BINARY] * len(parameters)
        send = self._pgconn.send_query_prepared
        self._expect(then, send, name, parameters, formats, _BINARY)

    def lose(self, error: psycopg.OperationalError) -> None:
        """Watch no more and tell who waits: before the connection is closed.

        Never after it: the number of its socket may be another's by then. One that was
        cut off would be readable for ever.
        """
        self.sound = False
        if self._watched:
            self._watched = False
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        if self._then:
            self._answer = error
            self._tell()

    async def _told(self, send: Callable[..., None], *given: object) -> PGresult:
        future: asyncio.Future[Answer] = self._loop.create_future()

        def then(answer: Answer) -> None:
            if not future.done():
                future.set_result(answer)

        self._expect(then, send, *given)
        answer = await future
        if isinstance(answer, psycopg.Error):
            raise answer
        return answer

    def _expect(
        self,
        then: Callable[[Answer], None],
        send: Callable[..., None],
        *given: object,
    ) -> None:
        self._then = then
        try:
            send(*given)
            rest = self._pgconn.flush()
        except psycopg.OperationalError as error:
            self.lose(error)
            return
        if rest:
            self._loop.add_writer(self._socket, self._flush)

    def _flush(self) -> None:
        """Send on, as often as the kernel takes something."""
        try:
            rest = self._pgconn.flush()
        except psycopg.OperationalError as error:
            self.lose(error)
            return
        if not rest:
            self._loop.remove_writer(self._socket)

    def _hear(self) -> None:
        """Take in what came; what comes of itself, such as a goodbye, too."""
        try:
            self._pgconn.consume_input()
        except psycopg.OperationalError as error:
            self.lose(error)
            return
        while self._then and not self._pgconn.is_busy():
            result = self._pgconn.get_result()
            if result is None:
                self._tell()
            elif not isinstance(self._answer, psycopg.Error):
                self._answer = _read(result)  # the commit may fail after its rows

    def _tell(self) -> None:
        then, self._then = self._then, None
        answer, self._answer = self._answer, None
        assert then
        assert answer
        self.sound = self.sound and not isinstance(answer, psycopg.Error)
        then(answer)


def _read(result: PGresult) -> Answer:
    if result.status in _DONE:
        return result
    return psycopg.errors.error_from_result(result)


def _statement(
    stretches: Sequence[Continuation], chains: dict[UUID, bytes], at: int
) -> tuple[bytes, tuple[bytes, ...]]:
    """Give the name and values of the simplest statement; `chains` move to the ends."""
    if len(stretches) > 1:
        return _MANY, _many(stretches, chains, at)
    (stretch,) = stretches
    links = linked(chains, stretch.rows, at)
    moment = _moment(at)
    if len(links) == 1:
        return _BY_ONE, _by_one(stretch.head, *links[0], moment)
    moved = _moved(stretch.head, *links[-1], moment)
    return _ONE, (*moved, moment, *_columns(links))


def _by_one(head: Head, row: NewRow, chain: bytes, moment: bytes) -> tuple[bytes, ...]:
    recovered = b"\1" if row.recovered else b"\0"
    return (*_moved(head, row, chain, moment), recovered, row.payload)


def _moved(head: Head, row: NewRow, chain: bytes, moment: bytes) -> tuple[bytes, ...]:
    """Give the values that move a head to the last of its new rows."""
    return (
        _LONG.pack(row.seq),
        _LONG.pack(row.author),
        chain,
        moment,
        row.document.bytes,
        _LONG.pack(head.seq),
        _INT.pack(head.epoch),
    )


def _many(
    stretches: Sequence[Continuation], chains: dict[UUID, bytes], at: int
) -> tuple[bytes, ...]:
    """Give the values of CONTINUED, in its order; moves `chains` to the new ends."""
    links = linked(chains, [row for one in stretches for row in one.rows], at)
    heads = [stretch.head for stretch in stretches]
    lasts = [stretch.rows[-1] for stretch in stretches]
    moment = _moment(at)
    return (
        _array(_UUID, [row.document.bytes for row in lasts]),
        _array(_INT8, [_LONG.pack(head.seq) for head in heads]),
        _array(_INT4, [_INT.pack(head.epoch) for head in heads]),
        _array(_INT8, [_LONG.pack(row.seq) for row in lasts]),
        _array(_INT8, [_LONG.pack(row.author) for row in lasts]),
        _array(_BYTES, [chains[row.document] for row in lasts]),
        moment,
        moment,
        _array(_UUID, [row.document.bytes for row, _ in links]),
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


def _moment(at: int) -> bytes:
    """Write a time as Postgres does: microseconds since 2000."""
    return _LONG.pack((at - _EPOCH) * 1000)


def _array(element: int, values: Sequence[bytes]) -> bytes:
    """Write an array of one dimension without nulls (array_recv in Postgres)."""
    parts = [_ARRAY.pack(1, 0, element, len(values), 1)]
    for value in values:
        parts += _INT.pack(len(value)), value
    return b"".join(parts)

"""Group commit: one writer per process appends what waits in all rooms at once.

While one transaction is on its way, more updates wait for the next; so the batch
grows with the load and the cost of an edit falls. After the commit, and only then,
rooms hand updates on and tell receipts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Final, NoReturn

import psycopg
import structlog
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from collab.intake import Entry
from collab.room import Room
from collab.tally import tally
from documents.appending import Appending, Head, NewRow
from documents.log import Log
from documents.updates import ClientId, encode

RETRY_SECONDS: Final = (0.1, 0.2, 0.5, 1.0)
"""Between tries while Postgres is away; the last one for ever."""

_log = structlog.get_logger(__name__)
Owners = dict[ClientId, int | None]
LOST: Final = (psycopg.OperationalError, PoolTimeout, OperationalError)
"""What any use of the log, or of Django's database, raises while Postgres is away."""


@dataclass(slots=True)
class Batch:
    """What one transaction does: per room its last row and the client ids bound."""

    rows: list[NewRow] = field(default_factory=list)
    lasts: dict[Room, int] = field(default_factory=dict)
    bound: dict[Room, Owners] = field(default_factory=dict)
    void: list[Room] = field(default_factory=list)


class Journal:
    """The one writer of a process.

    `committed` is told each room with the first and last row and the rows merged;
    `void` each room whose log was rewritten or refuses what waits.
    """

    def __init__(
        self,
        log: Log,
        committed: Callable[[Room, int, int, bytes], None],
        void: Callable[[Room], Awaitable[None]],
    ) -> None:
        self._log = log
        self._committed = committed
        self._void = void
        self._rooms: dict[Room, None] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.waiting_bytes = 0
        self._began: float | None = None

    def submit(self, room: Room, size: int) -> None:
        """Commit soon what waits in the room, now `size` bytes more."""
        self.waiting_bytes += size
        self._rooms[room] = None
        self._idle.clear()
        self._wake.set()

    @property
    def waiting_updates(self) -> int:
        """How many updates are not durable yet."""
        return sum(len(room.intake.pending) for room in self._rooms)

    def under_way(self, now: float) -> float:
        """For how many seconds, by the monotonic clock, the batch has been tried."""
        return 0.0 if self._began is None else now - self._began

    async def drained(self) -> None:
        """Wait until nothing waits."""
        await self._idle.wait()

    async def run(self) -> NoReturn:
        """Commit for ever; the owner cancels it."""
        if self._rooms:
            self._wake.set()
        while True:
            await self._wake.wait()
            self._wake.clear()
            rooms = list(self._rooms)
            for room in rooms:
                room.intake.board()
            self._began = time.monotonic()
            await self._write(rooms)
            self._began = None
            self._rooms = {room: None for room in self._rooms if room.intake.pending}
            self.waiting_bytes = sum(
                entry.size for room in self._rooms for entry in room.intake.pending
            )
            if self._rooms:
                self._wake.set()
            else:
                self._idle.set()

    async def _write(self, rooms: Sequence[Room]) -> None:
        """Commit all rooms in one transaction, or, where that fails, one by one."""
        if await self._try(rooms):
            return
        for room in rooms:
            if not await self._try([room]):
                _log.error("log refuses updates", document=str(room.document))
                await self._void(room)

    async def _try(self, rooms: Sequence[Room]) -> bool:
        """Commit until Postgres has answered; tell whether it took the batch.

        An answer that was lost needs nothing special: the next try finds the rows
        past the cursor, and what waits adds nothing to them.
        """
        for pause in chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1])):
            try:
                await self._append(rooms)
            except LOST as error:
                tally.commits_lost += 1
                if pause == RETRY_SECONDS[0]:
                    _log.warning("postgres away", error=type(error).__name__)
                await asyncio.sleep(pause)
            except (psycopg.Error, ValueError):
                tally.batches_refused += 1
                _log.exception("batch failed", rooms=len(rooms))
                return False
            else:
                return True
        return False

    async def _append(self, rooms: Sequence[Room]) -> None:
        async with AsyncExitStack() as turns:
            for room in sorted(rooms, key=lambda room: room.document):
                await turns.enter_async_context(room.turn)
            began = time.perf_counter()
            batch = await self._transact(rooms)
            tally.committed(len(batch.rows), time.perf_counter() - began)
            for room, last in batch.lasts.items():
                room.intake.owners.update(batch.bound[room])
                first = room.cursor + 1
                payload = await room.commit(last)
                if last >= first:
                    self._committed(room, first, last, payload)
        for room in batch.void:
            await self._void(room)

    async def _transact(self, rooms: Sequence[Room]) -> Batch:
        batch = Batch()
        documents = [room.document for room in rooms]
        async with self._log.appending(documents, datetime.now(UTC)) as appending:
            for room in rooms:
                head = appending.heads.get(room.document)
                if head is None or head.epoch != room.intake.epoch:
                    batch.void.append(room)
                else:
                    await _plan(batch, room, head, appending)
            await appending.append(batch.rows)
        return batch


async def _plan(batch: Batch, room: Room, head: Head, appending: Appending) -> None:
    """Add what is in flight, on top of what others appended meanwhile."""
    if head.seq > room.cursor:
        await room.take(await appending.since(room.document, room.cursor))
    batch.bound[room] = await _bind(room, appending)
    stored = [entry for entry in room.intake.flight if not entry.update.empty]
    batch.lasts[room] = head.seq + len(stored)
    batch.rows += [
        NewRow(
            document=room.document,
            seq=seq,
            author=entry.participant.person.id,
            payload=encode(entry.update),
            recovered=entry.recovered,
        )
        for seq, entry in enumerate(stored, head.seq + 1)
    ]


async def _bind(room: Room, appending: Appending) -> Owners:
    """Bind the flight's new client ids; refuse entries that use somebody else's."""
    wishes: dict[ClientId, int] = {}
    for entry in room.intake.flight:
        for client in _used(entry):
            if client not in room.intake.owners:
                wishes.setdefault(client, entry.participant.person.id)
    bound = await appending.bind(room.document, wishes) if wishes else {}
    known = room.intake.owners | bound
    for entry in room.intake.flight:
        user = entry.participant.person.id
        taken = [c for c in _used(entry) if known.get(c, user) != user]
        if taken:
            await room.disown(entry, taken[0])
    return bound


def _used(entry: Entry) -> frozenset[ClientId]:
    if entry.recovered or entry.taken is not None:
        return frozenset()
    return entry.claims | entry.update.structs.keys()

"""Group commit: one writer per process appends what waits in all rooms at once.

A lone update where nothing is under way sets out at once, in the turn of whoever sent
it, and is handed on in the turn in which Postgres answers: no task is woken for it.

While one transaction is on its way, more updates wait for the next, and after a batch
of several the next waits a few milliseconds more: so the batch grows with the load and
the cost of an edit falls. After the commit, and only then,
rooms hand updates on and tell receipts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Final, NoReturn

import psycopg
import structlog

from collab.batch import Batch, continuation, is_plain, lone, plan
from collab.intake import Entry
from collab.room import Room
from collab.tally import tally
from collab.telling import Telling
from documents.postgres import LOST
from documents.storage.appending import NewRow
from documents.storage.log import Log
from documents.storage.moments import now_ms

RETRY_SECONDS: Final = (0.1, 0.2, 0.5, 1.0)
"""Between tries while Postgres is away; the last one for ever."""

COMPANY: Final = 3
"""From so many updates in a batch on, the next batch waits for company."""
APART_SECONDS: Final = 0.008
"""How far apart such batches begin: a share of what Postgres takes is a commit's, not
an update's. Who writes alone, or with a few, never waits."""

_log = structlog.get_logger(__name__)


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
        self._round = asyncio.Event()
        self.waiting_bytes = 0
        self._began: float | None = None
        self._next = 0.0

    def submit(self, room: Room, size: int) -> None:
        """Commit soon what waits in the room, now `size` bytes more."""
        self.waiting_bytes += size
        self._rooms[room] = None
        resting = self._began is None and not self._wake.is_set()
        if resting and not self._set_out(room):
            self._wake.set()

    @property
    def waiting_updates(self) -> int:
        """How many updates are not durable yet."""
        return sum(len(room.intake.pending) for room in self._rooms)

    def under_way(self, now: float) -> float:
        """For how many seconds, by the monotonic clock, the batch has been tried."""
        return 0.0 if self._began is None else now - self._began

    async def caught_up(self) -> None:
        """Wait until all that waits at this moment is durable, whatever follows it."""
        waiting = set(self._waiting())
        while waiting:
            await self._round.wait()
            waiting.intersection_update(self._waiting())

    def _waiting(self) -> Iterator[Entry]:
        return chain.from_iterable(room.intake.pending for room in self._rooms)

    async def run(self) -> NoReturn:
        """Commit for ever; the owner cancels it."""
        while True:
            await self._wake.wait()
            if (pause := self._next - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            self._wake.clear()
            rooms = list(self._rooms)
            for room in rooms:
                room.intake.board()
            self._began = time.monotonic()
            if sum(len(room.intake.flight) for room in rooms) >= COMPANY:
                self._next = self._began + APART_SECONDS
            try:
                await self._write(rooms)
            finally:
                self._rest()

    def _rest(self) -> None:
        """End what was under way; whatever waits meanwhile is next."""
        self._began = None
        self._rooms = {room: None for room in self._rooms if room.intake.pending}
        self.waiting_bytes = sum(entry.size for entry in self._waiting())
        self._round.set()
        self._round.clear()
        if self._rooms:
            self._wake.set()

    def _set_out(self, room: Room) -> bool:
        """Append the one update that waits, if nothing need be read or waited for.

        Tells whether that is under way now. What does not come about is tried again
        the long way.
        """
        began = time.monotonic()
        stretch = lone(room) if began >= self._next else None
        if stretch is None or not room.take_turn():
            return False
        room.intake.board()
        (row,) = stretch.rows
        telling = Telling(row.seq, row.seq, row.payload)

        def then(chain: bytes | None) -> None:
            try:
                if chain is not None:
                    self._land(room, telling, chain)
                    tally.committed(1, time.monotonic() - began)
            finally:
                room.turn.release()
                self._rest()

        self._began = began
        if self._log.follow_at_once(stretch, now_ms(), then):
            telling.prepare(palimpsest=room.intake.flight[0].participant.palimpsest)
            return True
        self._began = None
        room.turn.release()
        return False

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
        held = []
        try:
            for room in sorted(rooms, key=lambda room: room.document.int):
                await room.turn.acquire()
                held.append(room.turn)
            batch = await self._commit(rooms)
        finally:
            for turn in held:
                turn.release()
        for room in batch.void:
            await self._void(room)

    async def _commit(self, rooms: Sequence[Room]) -> Batch:
        """Store what is in flight, and let rooms hand it on; the caller holds turns."""
        began = time.monotonic()
        batch = Batch()
        await self._follow(batch, [room for room in rooms if is_plain(room)])
        if rest := [room for room in rooms if room not in batch.lasts]:
            await self._transact(batch, rest)
        tally.committed(batch.size, time.monotonic() - began)
        for room, last in batch.lasts.items():
            room.intake.owners.update(batch.bound.get(room, {}))
            telling = Telling(room.cursor + 1, last, await room.in_flight())
            self._land(room, telling, batch.chains.get(room))
        return batch

    def _land(self, room: Room, telling: Telling, chain: bytes | None) -> None:
        room.commit(telling, chain)
        if not telling.empty:
            self._committed(room, telling.first, telling.last, telling.payload)

    async def _follow(self, batch: Batch, rooms: Sequence[Room]) -> None:
        """Append where the logs end as the rooms believe, in one statement."""
        stretches = {room: continuation(room) for room in rooms}
        if not stretches:
            return
        chains = await self._log.follow([*stretches.values()], now_ms())
        for room, stretch in stretches.items():
            if room.document in chains:
                batch.lasts[room] = stretch.rows[-1].seq
                batch.chains[room] = chains[room.document]
                batch.size += len(stretch.rows)

    async def _transact(self, batch: Batch, rooms: Sequence[Room]) -> None:
        """Lock the heads, look what others appended, and append on top of it."""
        documents = [room.document for room in rooms]
        rows: list[NewRow] = []
        async with self._log.appending(documents, datetime.now(UTC)) as appending:
            for room in rooms:
                head = appending.heads.get(room.document)
                if head is None or not head.continues(room.intake.epoch, room.cursor):
                    batch.void.append(room)
                else:
                    rows += await plan(batch, room, head, appending)
            await appending.append(rows)
        batch.size += len(rows)
        batch.chains |= {
            room: appending.chains[room.document]
            for room in rooms
            if room.document in appending.chains
        }

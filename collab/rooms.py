"""The rooms of this process: opened with the first socket, freed with the last.

Keeps their snapshots young and audits, for whatever message was lost, whose log has
grown past its room's cursor.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

import psycopg
import structlog

from collab.exchange import Exchange, document_group
from collab.intake import Intake
from collab.joining import Joining
from collab.opening import TAIL_ROWS, opened, read
from collab.participant import Participant
from collab.protocol import Close
from collab.room import Room
from collab.tally import tally
from documents.history.chronicle import keep
from documents.storage.log import Log, Opening
from documents.storage.snapshots import Unsound, compact
from documents.workers import Workers

_log = structlog.get_logger(__name__)

REREAD: Final = 64
"""Updates after which leaving a document is worth a snapshot."""
COLUMNS_REST: Final = 20
"""How many times as long as bringing columns along took they are left alone then."""


class Rooms:
    """All rooms by document."""

    def __init__(
        self,
        log: Log,
        workers: Workers,
        exchange: Exchange,
        *,
        conninfo: str,
        attempts: int,
        snapshot_updates: int,
    ) -> None:
        self._log = log
        self._workers = workers
        self._exchange = exchange
        self._conninfo = conninfo
        self._attempts = attempts
        self._snapshot_updates = snapshot_updates
        self._open: dict[UUID, Room] = {}
        self._opening: dict[UUID, asyncio.Task[None]] = {}
        self._compacting: set[UUID] = set()
        self._large = asyncio.Lock()

    def find(self, document: UUID) -> Room | None:
        """Give the open room of a document."""
        return self._open.get(document)

    def all(self) -> list[Room]:
        """Give all open rooms."""
        return list(self._open.values())

    async def open(self, document: UUID) -> Room:
        """Give the room of a document; all who come at once share one reading.

        Raises NoDocument, psycopg.OperationalError.
        """
        while (room := self._open.get(document)) is None:
            task = self._opening.get(document)
            if task is None:
                task = asyncio.create_task(self._read(document))
                self._opening[document] = task
                task.add_done_callback(lambda _: self._opening.pop(document, None))
            await asyncio.shield(task)
        return room

    async def _read(self, document: UUID) -> None:
        self._exchange.join(document_group(document))
        try:
            opening = await self._opening_of(document)
            ledger, whole = await opened(self._workers, opening)
        except BaseException:
            self._exchange.leave(document_group(document))
            raise
        room = Room(
            document,
            opening.head.seq,
            Intake(ledger, opening.head.epoch),
            self._log,
            Joining(self._workers, self._attempts),
            unsaved=len(opening.tail),
            large=self._large,
        )
        room.joining.wholes.keep(whole)
        self._open[document] = room
        tail = len(opening.tail)
        _log.info("opened", document=str(document), head=room.cursor, tail=tail)

    async def _opening_of(self, document: UUID) -> Opening:
        """Read what a document is opened from; a long tail is first made a snapshot."""
        found = await self._log.glimpse(document, TAIL_ROWS)
        if found.complete:
            return found
        await self._compact(document)
        return await read(self._log, document)

    def free(self, room: Room) -> bool:
        """Forget a room in which nobody is and nothing waits; tell whether it was."""
        if not room.idle or self._open.get(room.document) is not room:
            return False
        del self._open[room.document]
        self._exchange.leave(document_group(room.document))
        return True

    async def void(self, room: Room) -> None:
        """Send everybody away from a room whose view of its log is void."""
        _log.warning("room void", document=str(room.document))
        tally.rooms_void += 1
        room.intake.flight.clear()
        room.intake.waiting.clear()
        participants = list(room.participants.values())
        for participant in participants:
            participant.closed = True  # or more would follow what is dropped
        room.participants.clear()
        self.free(room)
        await self._renew(room)
        for participant in participants:
            participant.release()
            await participant.close(Close.TRY_LATER)

    async def _renew(self, room: Room) -> None:
        """Begin a new epoch of a log that has lost its end, as after a failover.

        In the old one browsers would be told that their seqs hold something else, and
        what they bring back of others would be taken for theft.
        """
        try:
            if await self._log.renew(room.document, room.intake.epoch, room.cursor):
                _log.error("log has lost its end", document=str(room.document))
        except psycopg.Error:
            _log.exception("epoch not renewed", document=str(room.document))

    def wants_snapshot(self, room: Room) -> bool:
        """Tell whether the log grew enough since the room's last snapshot."""
        least = REREAD if room.idle else self._snapshot_updates
        grew = room.unsaved >= least or (room.idle and room.columns_behind)
        return grew and room.document not in self._compacting

    async def snapshot(self, room: Room) -> None:
        """Make a snapshot in a worker process; a failure only costs time later."""
        self._compacting.add(room.document)
        room.unsaved = 0
        try:
            if await self._compact(room.document):
                await self._keep_columns(room)
        finally:
            self._compacting.discard(room.document)

    async def _compact(self, document: UUID) -> bool:
        try:
            await self._workers.run(compact, self._conninfo, document)
        except (psycopg.Error, Unsound, ValueError, OSError, RuntimeError):
            tally.snapshots_failed += 1
            _log.exception("no snapshot", document=str(document))
            return False
        tally.snapshots += 1
        return True

    async def _keep_columns(self, room: Room) -> None:
        """Bring the columns of a log's history along, turn by turn.

        Nobody waits for them: where much is written, that takes a small share of the
        time, and the last one who leaves sees to the rest.
        """
        began = time.monotonic()
        room.columns_behind = began < room.columns_rest and not room.idle
        if room.columns_behind:
            return
        try:
            while not await self._workers.run(keep, self._conninfo, room.document):
                pass
        except (psycopg.Error, ValueError, OSError, RuntimeError):
            _log.exception("no columns", document=str(room.document))
        ended = time.monotonic()
        room.columns_rest = ended + COLUMNS_REST * (ended - began)

    async def audit(self) -> None:
        """Read what rooms missed; raises psycopg.OperationalError."""
        rooms = {room.document: (room, room.cursor) for room in self.all()}
        if not rooms:
            return
        heads = await self._log.heads(rooms)
        tally.audits += 1
        for document, (room, cursor) in rooms.items():
            head = heads.get(document)
            if head is None or not head.continues(room.intake.epoch, cursor):
                await self.void(room)
            elif head.seq > room.cursor:
                tally.audits_repaired += 1
                await room.repair()


def everyone(rooms: Rooms, choose: Callable[[Participant], bool]) -> list[Participant]:
    """Give the participants of all rooms that are chosen."""
    return [
        participant
        for room in rooms.all()
        for participant in list(room.participants.values())
        if choose(participant)
    ]

"""The running process: makes its parts, hears the exchange, keeps the rounds.

One per event loop, made with its first socket and ended when the server drains.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from os import getpid
from socket import gethostname
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from psycopg_pool import AsyncConnectionPool

from collab import heap
from collab.chat import Chat
from collab.commenting import Commenting
from collab.connections import Connections
from collab.crowd import Crowd
from collab.exchange import (
    PROCESSES,
    Exchange,
    Message,
    document_group,
    process_group,
    user_group,
)
from collab.journal import Journal
from collab.neighbours import HELLO_SECONDS
from collab.participant import Participant
from collab.protocol import Close, Notice
from collab.quiet import Quiet
from collab.rereading import ROUND_SECONDS, Rereading
from collab.review import Review
from collab.room import Room
from collab.rooms import Rooms, everyone
from collab.roster import Roster, RosterAway
from collab.stalls import Stalls
from collab.tasks import Tasks
from documents import aside
from documents.postgres import LOST, conninfo
from documents.storage.log import Log
from documents.storage.moments import now_ms
from documents.workers import Workers

_log = structlog.get_logger(__name__)

POOL: Final = 4
"""Connections for the log: one commits, the others read."""
POOL_SECONDS: Final = 3.0
"""How long a reader waits for Postgres before the socket is told to come back."""
HELD_MS: Final = 5_000
"""After how long Postgres ends a transaction of a process that hangs, or is gone
without a word, in the middle of one: it holds the documents of all others up."""
LAYER_BYTES: Final = 256 * 1024
"""What goes through Redis; others read a larger stretch from the log."""
CAUGHT_UP_SECONDS: Final = 4.0
"""How long a leaving process waits for Postgres before it says goodbye."""
DRAIN_SECONDS: Final = 6.0
"""Within which all have been told goodbye; then the process ends all the same."""
CLOSING_SECONDS: Final = 1.0
"""How long Redis and Postgres may take to let go of a process."""
LEAVE_MS: Final = 1500
"""After how long, about, a browser comes back to a server that goes away."""


class Process:
    """See the module."""

    def __init__(self) -> None:
        where = conninfo()
        self._pool = AsyncConnectionPool(
            where,
            open=False,
            min_size=1,
            max_size=POOL,
            timeout=POOL_SECONDS,
            kwargs={
                "autocommit": True,
                "options": f"-c idle_in_transaction_session_timeout={HELD_MS}",
            },
            # A short patience: each new wish for a connection tries again at once.
            reconnect_timeout=1.0,
        )
        self._workers = Workers()
        self.log = Log(self._pool)
        self.exchange = Exchange(self._hear)
        self.rooms = Rooms(
            self.log,
            self._workers,
            self.exchange,
            conninfo=where,
            attempts=settings.SYNC_ATTEMPTS,
            snapshot_updates=settings.SNAPSHOT_UPDATES,
        )
        self.journal = Journal(self.log, self._committed, self.rooms.void)
        self.store = Roster(settings.REDIS_URL, settings.PRESENCE_SECONDS * 2 // 3)
        self.crowd = Crowd(self.store, self.exchange, settings.AWARENESS_BYTES)
        self.chat = Chat(self._pool, self.exchange, settings.SAYING_CHARACTERS)
        self.commenting = Commenting(self._pool)
        self.review = Review(self.rooms, self.exchange)
        self.rereading = Rereading()
        self.sockets: Counter[int] = Counter()
        self.connections = Connections(self.rooms, self.exchange)
        self.stalls = Stalls()
        self._heap = heap.Heap(heap.own())
        self.leaving = False
        self._quiet = Quiet(
            self._workers,
            where,
            lambda: self.leaving or self.journal.waiting_bytes > 0,
            age=timedelta(seconds=settings.CHAPTER_AGE_SECONDS),
            updates=settings.CHAPTER_UPDATES,
        )
        self._empty = asyncio.Event()
        self._empty.set()
        self.tasks = Tasks()

    async def start(self) -> None:
        """Open the pool and begin the rounds."""
        await self._pool.open()
        for group in (PROCESSES, process_group(self.exchange.process)):
            self.exchange.join(group)
        self.tasks.spawn(self._attend())
        self.tasks.spawn(self.exchange.greet())
        for part in (
            self.journal.run,
            *self.exchange.parts,
            self.crowd.run,
            self.review.run,
            self.rereading.run,
            self.stalls.run,
        ):
            self.tasks.keep(part)
        for seconds, round_ in (
            (HELLO_SECONDS, self.exchange.greet),
            (settings.AUDIT_SECONDS, self.rooms.audit),
            (settings.AUDIT_SECONDS, self._audit_chats),
            (settings.AUDIT_SECONDS, self._audit_comments),
            (settings.HEARTBEAT_SECONDS, self._heartbeat),
            (settings.PRESENCE_SECONDS / 4, self._keep),
            (settings.RECHECK_SECONDS, self.review.round),
            (ROUND_SECONDS, self.rereading.round),
            (heap.ROUND_SECONDS, self._heap.round),
            (settings.PACK_SECONDS, self._quiet.round),
        ):
            self.tasks.repeat(seconds, round_)

    # Coming and going

    async def enter(self, room: Room, participant: Participant) -> None:
        """Count a participant in.

        The text does not wait for who else is here: Redis may be slow, or away.
        """
        self.sockets[participant.person.id] += 1
        self._empty.clear()
        self.exchange.join(user_group(participant.person.id))
        room.participants.setdefault(participant.socket, participant)
        self.tasks.spawn(self.crowd.enter(room, participant))

    async def leave(self, room: Room, participant: Participant) -> None:
        """Count a participant out; free the room after the last one."""
        self.sockets[participant.person.id] -= 1
        self.exchange.leave(user_group(participant.person.id))
        room.participants.pop(participant.socket, None)
        await self.crowd.leave(room, participant)
        self._tidy(room)
        if not self.sockets.total():
            self._empty.set()

    def _tidy(self, room: Room) -> None:
        snapshot = self.rooms.wants_snapshot(room)
        left = self.rooms.free(room)
        if snapshot:
            self.tasks.spawn(self._snapshot(room))
        elif left:
            self.rereading.want(room.document)

    async def _snapshot(self, room: Room) -> None:
        await self.rooms.snapshot(room)
        self.rereading.want(room.document)

    def _committed(self, room: Room, first: int, last: int, payload: bytes) -> None:
        self.exchange.share(
            document_group(room.document),
            "stretch",
            document=str(room.document),
            epoch=room.intake.epoch,
            first=first,
            last=last,
            payload=payload if len(payload) <= LAYER_BYTES else b"",
            chain=room.chain or b"",
        )
        self._tidy(room)

    # What other processes say

    def _hear(self, message: Message) -> None:
        match message:
            case {"type": "rights", "user": int(user)}:
                self.tasks.spawn(self.review.of(user))
            case {"type": "tell", "group": str(group), "words": str(words)}:
                self.connections.tell(group, words)
            case {"type": "end", "socket": str(socket)}:
                self.tasks.spawn(self.connections.end(socket))
            case {"document": str(document)}:
                room = self.rooms.find(UUID(document))
                if room is not None:
                    self.tasks.spawn(self._hear_of(room, message))

    async def _hear_of(self, room: Room, message: Message) -> None:
        match message:
            case {"type": "roster"}:
                self.crowd.look(room)
            case {"type": "awareness", "payload": bytes(payload)}:
                await self.crowd.hear(room, payload)
            case {"type": "said", "message": str(written)}:
                with _left_to_audit():
                    await self.chat.hear(room, written)
            case {"type": "commented", "revision": int(revision)}:
                self.commenting.hear(room, revision)
            case {
                "type": "stretch",
                "epoch": room.intake.epoch,
                "first": int(first),
                "last": int(last),
                "payload": bytes(payload),
                "chain": bytes(chain),
            }:
                with _left_to_audit():
                    await room.hear(first, last, payload, chain or None)

    # Rounds

    async def _audit_chats(self) -> None:
        await self.chat.audit(self.rooms.all())

    async def _audit_comments(self) -> None:
        await self.commenting.audit(self.rooms.all())

    async def _heartbeat(self) -> None:
        for room in self.rooms.all():
            for participant in list(room.participants.values()):
                room.receipt(participant)
        await self.review.dismiss(now_ms(), settings.IDLE_SECONDS * 1000)

    async def _attend(self) -> None:
        with suppress(RosterAway):
            await self.store.attend(
                self.exchange.process, f"{gethostname()}:{getpid()}"
            )

    async def _keep(self) -> None:
        await self._attend()
        await self.crowd.keep(self.rooms.all())

    # The end

    async def drain(self) -> None:
        """Commit what waits, tell everybody to come back, and end.

        Not what comes meanwhile: who writes on would keep us for ever. Nor for long:
        what has no receipt is sent again elsewhere, and who is told goodbye comes back
        with jitter, where a lost connection is dialled again at once.
        """
        self.leaving = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self.journal.caught_up(), CAUGHT_UP_SECONDS)
        for participant in everyone(self.rooms, lambda _: True):
            if participant.palimpsest:
                participant.tell(Notice("leaving", {"after": LEAVE_MS}))
            await participant.close(Close.TRY_LATER)
        await self._empty.wait()

    async def close(self) -> None:
        """End the tasks, then what they work with; whoever comes now is sent away."""
        self.leaving = True
        await self.tasks.end()
        self._workers.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._part()

    async def _part(self) -> None:
        """Say farewell to Redis and Postgres, wherever they answer."""
        await self._pool.close(CLOSING_SECONDS)
        await self.log.close()
        with suppress(RosterAway):
            await self.store.depart(self.exchange.process)
        await self.exchange.close()
        await self.store.close()


@contextmanager
def _left_to_audit() -> Iterator[None]:
    try:
        yield
    except LOST as error:
        _log.warning("gap left to audit", error=type(error).__name__)


_processes: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Process]] = (
    WeakKeyDictionary()
)


async def current() -> Process:
    """Give the process of this event loop, made at the first call."""
    loop = asyncio.get_running_loop()
    task = _processes.get(loop)
    if task is None:
        task = _processes[loop] = loop.create_task(_made())
    return await asyncio.shield(task)


async def _made() -> Process:
    process = Process()
    await process.start()
    return process


async def ended() -> None:
    """Drain and close the process of this event loop, if there is one, within 9 s.

    It stays the one of its loop: who comes meanwhile is sent away by it, and begins
    no second one that nobody would end. Nobody waits for what is worked at aside.
    """
    task = _processes.get(asyncio.get_running_loop())
    if task is not None:
        process = await task
        try:
            await asyncio.wait_for(process.drain(), DRAIN_SECONDS)
        except TimeoutError:
            _log.warning("left without draining")
        await process.close()
    aside.close()

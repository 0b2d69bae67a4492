"""This process' one channel on the channel layer: its groups, what it hears and says.

The layer is at-most-once and may be away: nothing here is ever the only way for
anything to arrive. One channel for all rooms, so that a message for a document comes
once a process, however many of its sockets are here, and no socket's channel leaks.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Final
from uuid import UUID, uuid4

import structlog
from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers

from collab.neighbours import Neighbours
from collab.roster import REDIS_ERRORS
from collab.tally import tally

WAITING: Final = 10_000
"""Messages that wait to be sent; past it new ones are lost, as any may be."""
RETRY_SECONDS: Final = 1

PROCESSES: Final = "processes"
"""The group of all processes."""

Message = Mapping[str, object]

_log = structlog.get_logger(__name__)


def document_group(document: UUID) -> str:
    """Name the group of a document."""
    return f"document.{document}"


def process_group(process: str) -> str:
    """Name the group of one process alone."""
    return f"process.{process}"


def user_group(user: int) -> str:
    """Name the group of all sockets of a user."""
    return f"user.{user}"


async def announce(messages: Mapping[str, Message]) -> None:
    """Send each group its message, at most once; this process hears it as well.

    For what Django's threads have to tell, which know of no Exchange.
    """
    layer = channel_layers[DEFAULT_CHANNEL_LAYER]
    try:
        for group, message in messages.items():
            await layer.group_send(group, dict(message))
    except REDIS_ERRORS as error:
        _log.warning("not announced", error=type(error).__name__)


class Exchange:
    """Sends to groups, and gives what is heard from other processes to `hear`."""

    def __init__(self, hear: Callable[[Message], None]) -> None:
        self.process = uuid4().hex
        self._hear = hear
        self._layer = channel_layers[DEFAULT_CHANNEL_LAYER]
        self._outbox: asyncio.Queue[tuple[str, Message]] = asyncio.Queue(WAITING)
        self._members: Counter[str] = Counter()
        self._joined: set[str] = set()
        self._channel = ""
        self._opened = asyncio.Event()
        self._changed = asyncio.Event()
        self._moved = asyncio.Condition()
        self._neighbours = Neighbours(self.process)

    def join(self, group: str) -> None:
        """Belong to a group once more."""
        self._members[group] += 1
        self._changed.set()

    def leave(self, group: str) -> None:
        """Belong to a group once less."""
        self._members[group] -= 1
        if not self._members[group]:
            del self._members[group]
        self._changed.set()

    async def joined(self, group: str) -> None:
        """Wait until what is sent to a group is heard, or nobody wants it any more."""
        async with self._moved:
            await self._moved.wait_for(
                lambda: group in self._joined or group not in self._members
            )

    def post(self, group: str, kind: str, **content: object) -> None:
        """Send a message to the other processes of a group, soon and at most once."""
        message = {"type": kind, "process": self.process, **content}
        try:
            self._outbox.put_nowait((group, message))
        except asyncio.QueueFull:
            tally.messages_lost += 1
            _log.warning("message lost", group=group, kind=kind)

    def share(self, group: str, kind: str, **content: object) -> None:
        """Post what only other processes need to hear, where there may be any."""
        if not self._neighbours.alone(time.monotonic()):
            self.post(group, kind, **content)

    async def greet(self) -> None:
        """Let other processes know that this one lives, where they would not else."""
        if self._neighbours.owes(time.monotonic()):
            self.post(PROCESSES, "hello")

    @property
    def parts(self) -> tuple[Callable[[], Coroutine[object, object, None]], ...]:
        """Belonging, sending and listening: each runs for ever; the owner ends it."""
        return self._belong, self._send, self._listen

    async def _belong(self) -> None:
        if not self._opened.is_set():
            await self._until_done(self._open)
        while True:
            await self._until_done(self._move)

    async def _send(self) -> None:
        await self._opened.wait()
        while True:
            await self._until_done(self._send_one)

    async def _listen(self) -> None:
        await self._opened.wait()
        while True:
            await self._until_done(self._hear_one)

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do one piece of work, however often Redis is away meanwhile."""
        while True:
            try:
                return await work()
            except REDIS_ERRORS as error:
                tally.layer_failures += 1
                _log.warning("channel layer away", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> None:
        self._channel = await self._layer.new_channel()
        self._opened.set()

    async def _send_one(self) -> None:
        group, message = await self._outbox.get()
        await self._layer.group_send(group, dict(message))

    async def _move(self) -> None:
        await self._changed.wait()
        for group in self._joined - self._members.keys():
            await self._layer.group_discard(group, self._channel)
            self._joined.discard(group)
        for group in self._members.keys() - self._joined:
            await self._layer.group_add(group, self._channel)
            self._joined.add(group)
        if self._joined == self._members.keys():
            self._changed.clear()
        async with self._moved:
            self._moved.notify_all()

    async def _hear_one(self) -> None:
        message = await self._layer.receive(self._channel)
        match message:
            case {"type": "hello", "process": str(process)}:
                self._neighbours.hear(process, time.monotonic())
            case {"process": self.process}:
                pass
            case _:
                self._hear(message)

    async def close(self) -> None:
        """Close the connections of the layer, when the parts have ended."""
        with suppress(*REDIS_ERRORS):
            await self._layer.flush()

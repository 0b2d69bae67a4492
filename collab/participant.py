"""A participant: one socket of one user in a room.

Counts its update frames and what of them is durable; knows neither the network nor
the document.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from collab.presence import Participant as Present
from collab.protocol import Frame, as_message
from documents.models import Role
from documents.yjs.strokes import Hand


@dataclass(frozen=True, slots=True)
class Person:
    """Who the server says the user is."""

    id: int
    name: str
    hue: int


@dataclass(eq=False, slots=True)
class Participant:
    """One socket; `palimpsest` says whether it speaks more than y-websocket.

    `post` sends a WebSocket message, `sent` and `unsent` tell the bytes that went out
    and those that wait; `sees` says whether it may be sent what is deleted.
    """

    socket: str
    person: Person
    role: Role
    palimpsest: bool
    since: int
    active: int
    session: str
    post: Callable[[bytes], None]
    close: Callable[[int], Awaitable[None]]
    sent: Callable[[], int] = lambda: 0
    unsent: Callable[[], int] = lambda: 0
    cursor: int = 0
    live: bool = False
    held: list[tuple[int, int, bytes]] | None = None
    trashed: bool = False
    sees: bool = False
    closed: bool = False
    clients: set[int] = field(default_factory=set)
    spoke: bool = False
    told: object = None
    received: int = 0
    durable: int = 0
    lacking: int | None = None
    asked: int = 0
    waiting: int = 0
    hand: Hand | None = None
    """What this socket types with; `Intake` knows whether it still does."""
    bytes_in: int = 0
    _eased: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, frame: Frame) -> None:
        """Send one frame."""
        self.post(as_message(frame))

    def count(self) -> int:
        """Give the number, from 1, of the update frame that came just now."""
        self.received += 1
        return self.received

    async def eased(self, most: int) -> None:
        """Wait while more than so many of this socket's frames wait to be durable."""
        while self.waiting > most:
            self._eased.clear()
            await self._eased.wait()

    def release(self) -> None:
        """Let nothing wait any more: what was sent will be sent again."""
        self.waiting = 0
        self._eased.set()

    def lack(self, number: int) -> None:
        """Take note that update frame `number` depends on what the log lacks."""
        if self.lacking is None:
            self.lacking = number

    def settle(self, number: int, *, completes: bool) -> None:
        """Take note that update frame `number` is durable, or will never be.

        Frames after one that lacks something stay open until an answer to Step1
        `completes` them.
        """
        self.waiting -= 1
        self._eased.set()
        if completes:
            self.lacking, self.asked = None, 0
        if self.lacking is None or number < self.lacking:
            self.durable = max(self.durable, number)

    def present(self) -> Present:
        """What presence tells of this participant."""
        return Present(
            socket=self.socket,
            user=self.person.id,
            name=self.person.name,
            hue=self.person.hue,
            since=self.since,
            active=self.active,
        )

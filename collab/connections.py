"""Live connections of all processes, for the administration: told and ended on request.

Nobody keeps a list: each process, asked through the exchange, tells who is there at
that moment. Answers may be lost, so those processes that are known to live and did not
answer are named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers

from collab.exchange import PROCESSES, process_group
from collab.protocol import PALIMPSEST, Close
from collab.rooms import everyone
from collab.roster import attending

if TYPE_CHECKING:
    from collab.exchange import Exchange
    from collab.participant import Participant
    from collab.room import Room
    from collab.rooms import Rooms

MOST: Final = 200
"""Connections that one process tells of at once: a page that somebody can read."""
PATIENCE: Final = 1.5
"""Seconds after which a process that is silent is said to be."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One socket: times in milliseconds, `unsent` what waits for a slow reader."""

    socket: str
    user: int
    name: str
    document: str
    since: int
    active: int
    bytes_in: int
    bytes_out: int
    unsent: int
    protocol: str


@dataclass
class Told:
    """What the processes answered, and the places of those that did not."""

    silent: dict[str, str]
    connections: list[tuple[str, Connection]] = field(default_factory=list)
    count: int = 0

    def take(
        self, process: str, count: int, lines: Iterable[Mapping[str, object]]
    ) -> None:
        """Take a process' answer."""
        self.silent.pop(process, None)
        self.count += count
        for line in lines:
            with suppress(TypeError):  # from another release during a deployment
                self.connections.append((process, Connection(**line)))  # type: ignore[arg-type]


class Connections:
    """Those of this process."""

    def __init__(self, rooms: Rooms, exchange: Exchange) -> None:
        self._rooms = rooms
        self._exchange = exchange

    def tell(self, group: str, words: str) -> None:
        """Answer a group by whom the words fit; the busiest and slowest first."""
        found = [
            connection
            for room in self._rooms.all()
            for participant in room.participants.values()
            if _fits(connection := _connection(room, participant), words)
        ]
        found.sort(key=lambda one: (one.unsent, one.bytes_in + one.bytes_out))
        busiest = [asdict(one) for one in found[: -MOST - 1 : -1]]
        self._exchange.post(group, "told", count=len(found), connections=busiest)

    async def end(self, socket: str) -> None:
        """End one socket; it does not come back by itself."""
        for participant in everyone(self._rooms, lambda one: one.socket == socket):
            await participant.close(Close.ENDED)


def _connection(room: Room, participant: Participant) -> Connection:
    return Connection(
        socket=participant.socket,
        user=participant.person.id,
        name=participant.person.name,
        document=str(room.document),
        since=participant.since,
        active=participant.active,
        bytes_in=participant.bytes_in,
        bytes_out=participant.sent(),
        unsent=participant.unsent(),
        protocol=PALIMPSEST if participant.palimpsest else "y-websocket",
    )


def _fits(connection: Connection, words: str) -> bool:
    said = f"{connection.name} {connection.document}".casefold()
    return words.casefold() in said


async def asked(words: str) -> Told:
    """Ask all processes, from any event loop.

    Raises RosterAway, and REDIS_ERRORS of `collab.roster`.
    """
    layer = channel_layers[DEFAULT_CHANNEL_LAYER]
    group = f"answers.{uuid4().hex}"
    told = Told(await attending())
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    await layer.group_send(PROCESSES, {"type": "tell", "group": group, "words": words})
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE) as limit:
            # A receiving that is cut short is what gives a channel back to the layer.
            while True:
                if not told.silent:
                    limit.reschedule(0)
                message = await layer.receive(channel)
                told.take(message["process"], message["count"], message["connections"])
    await layer.group_discard(group, channel)
    return told


async def end(process: str, socket: str) -> None:
    """Ask a process to end one of its sockets. Raises REDIS_ERRORS."""
    layer = channel_layers[DEFAULT_CHANNEL_LAYER]
    message = {"type": "end", "socket": socket}
    await layer.group_send(process_group(process), message)

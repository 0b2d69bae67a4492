"""A browser without a screen: keeps one page in step, as `frontend/src/wire` does.

Connects to any of several doors, resumes, resends what has no receipt, notices
silence, comes back with jitter.
"""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from collab.protocol import PALIMPSEST
from documents.yjs.lib0 import Reader
from documents.yjs.updates import ClientId, parse_state_vector
from tests.actors import frame
from tests.faults.nerves import Backoff
from tests.faults.page import Change, Page
from tests.faults.talk import Talk

UNREAD: Final = 64 * 1024
"""What the kernel keeps for who does not read; by itself it would keep megabytes."""


@dataclass(frozen=True)
class Door:
    """Where a server can be reached, and the origin that it believes."""

    port: int
    origin: str

    async def dial(self, document: UUID, session: str) -> ClientConnection:
        """Connect. Raises OSError, InvalidHandshake, ConnectionClosed."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD)
        line.setblocking(False)
        try:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(line, ("127.0.0.1", self.port))
        except BaseException:
            line.close()
            raise
        return await connect(
            f"ws://127.0.0.1:{self.port}/ws/documents/{document}",
            sock=line,
            additional_headers={"Cookie": f"sessionid={session}"},
            origin=Origin(self.origin),
            subprotocols=[Subprotocol(PALIMPSEST)],
            compression=None,
            max_size=None,
            ping_interval=None,
        )


class Stopped(Exception):
    """The server said not to come back."""


@dataclass(eq=False)
class Browser:
    """One tab of one person."""

    doors: list[Door]
    session: str
    page: Page
    backoff: Backoff
    codes: Counter[str] = field(default_factory=Counter)
    notices: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    frames: Counter[int] = field(default_factory=Counter)
    people: list[Mapping[str, Any]] = field(default_factory=list)
    head: int = 0
    talk: Talk = field(default_factory=Talk)
    deaf: frozenset[int] = frozenset()
    """Frames that this release does not know, and passes over."""

    def __post_init__(self) -> None:
        self.socket: ClientConnection | None = None
        self._asked = self._asleep = False
        self._gap: asyncio.TimerHandle | None = None
        self._sending = asyncio.Lock()

    async def edit(self, change: Change) -> int:
        """Change the page, send it where that is possible, give the edit's number."""
        number = self.page.edit(change).number
        await self._flush()
        return number

    async def say(self, text: str) -> None:
        """Say something in the chat, now or when that is possible."""
        key = self.talk.say(text)
        await self._send(24, key.encode(), text.encode())

    # The connection

    def cut(self) -> None:
        """Lose the connection without a goodbye, as where a network ends."""
        if self.socket is not None:
            self.socket.transport.abort()

    def sleep(self) -> None:
        """Read nothing and notice nothing, as a tab that was put to sleep."""
        if self.socket is not None:
            self.socket.transport.pause_reading()
            self._asleep = True

    def wake(self) -> None:
        """Go on with what there is."""
        self._asleep = False
        if self.socket is not None:
            self.socket.transport.resume_reading()

    async def live(self) -> None:
        """Keep a socket open for ever; the owner cancels it. Raises Stopped."""
        while True:
            code = await self._visit()
            self.codes[code] += 1
            if code.startswith("44"):
                raise Stopped(code)
            await asyncio.sleep(self.backoff.pause(code))

    async def _visit(self) -> str:
        """Go through the first door that opens, talk, and tell how it ended."""
        for door in list(self.doors):
            try:
                async with asyncio.timeout(self.backoff.nerves.silence):
                    socket = await door.dial(self.page.document, self.session)
            except (OSError, InvalidHandshake, ConnectionClosed):
                self.doors.append(self.doors.pop(0))
                continue
            try:
                return await self._talk(socket)
            finally:
                self._part(socket)
        return "refused"

    async def _talk(self, socket: ClientConnection) -> str:
        self.socket = socket
        self.page.outbox.connected()
        await self._resume()
        try:
            while self.backoff.leaving is None:
                await self._hear(await self._next(socket))
        except ConnectionClosed:
            return str(socket.close_code or 1006)
        except TimeoutError:
            return "silence"
        return "leaving"

    async def _next(self, socket: ClientConnection) -> bytes:
        """Give the next frame. Raises ConnectionClosed, and TimeoutError in silence."""
        while True:
            try:
                async with asyncio.timeout(self.backoff.nerves.silence):
                    payload = await socket.recv()
            except TimeoutError:
                if not self._asleep:
                    raise
            else:
                assert isinstance(payload, bytes)
                return payload

    def _part(self, socket: ClientConnection) -> None:
        socket.transport.abort()
        self.socket, self._asked = None, False
        self._rest()

    async def _send(self, *parts: int | bytes) -> bool:
        if self.socket is None:
            return False
        try:
            await self.socket.send(frame(*parts))
        except ConnectionClosed:
            return False
        return True

    # The conversation

    async def _hear(self, payload: bytes) -> None:
        reader = Reader(payload)
        kind = reader.uint()
        self.frames[kind] += 1
        match kind:
            case _ if kind in self.deaf:
                return
            case 0 if reader.uint() == 0:
                await self._answer(reader.blob())
            case 18:
                first, last = reader.uint(), reader.uint()
                if self.page.take(first, last, reader.blob()):
                    await self._resume()
                self._reaches(last)
            case 19:
                self.backoff.settled()
                durable, head = reader.uint(), reader.uint()
                self.page.receipt(durable, head)
                self._reaches(head)
                if self.talk.later:
                    await self._say_again()
            case 20:
                seq = reader.uint()
                self.page.complete(reader.blob())
                self._reaches(seq)
            case _:
                await self._told(kind, reader)

    async def _told(self, kind: int, reader: Reader) -> None:
        match kind:
            case 17:
                told = json.loads(reader.text())
                self.head = told["head"]
                self.page.welcomed(told["epoch"], told["head"])
                await self._say_again()
            case 21:
                self.people = json.loads(reader.text())
            case 22:
                self._noticed(reader.text(), json.loads(reader.text()))
            case 26:
                self.talk.hear(self.page.epoch, json.loads(reader.text()))

    async def _say_again(self) -> None:
        self.talk.later = False
        for key, text in list(self.talk.unheard.items()):
            await self._send(24, key.encode(), text.encode())

    async def _resume(self) -> None:
        await self._send(16, self.page.epoch, self.page.cursor)

    def _reaches(self, head: int) -> None:
        """The log goes so far; ask for rows that do not come."""
        self.head = max(self.head, head)
        if self.page.cursor >= self.head:
            self._rest()
        elif self._gap is None:
            patience = self.backoff.nerves.patience
            loop = asyncio.get_running_loop()
            self._gap = loop.call_later(patience, self._ask)

    def _rest(self) -> None:
        if self._gap is not None:
            self._gap.cancel()
            self._gap = None

    def _ask(self) -> None:
        self._gap = None
        self._asking = asyncio.ensure_future(self._resume())
        self._reaches(self.head)

    async def _answer(self, state_vector: bytes) -> None:
        """Send what has no receipt, and what else the server lacks."""
        self._asked = True
        # What was sent before and is still asked for was not taken: it goes again.
        sending = self.page.outbox.waiting
        await self._flush()
        known: dict[ClientId, int] = dict(parse_state_vector(state_vector))
        for edit in sending:
            for client, end in edit.ends.items():
                known[client] = max(known.get(client, 0), end)
        doc = self.page.doc
        clocks = parse_state_vector(doc.get_state())
        ahead = any(clock > known.get(client, 0) for client, clock in clocks.items())
        if ahead or self.page.brought:
            self.page.outbox.sent(None)
            await self._send(0, 1, doc.get_update(state_vector))

    async def _flush(self) -> None:
        """Send what this connection was not told."""
        async with self._sending:
            socket = self.socket
            for edit in self.page.outbox.waiting:
                if not self._asked or self.socket is not socket:
                    return
                self.page.outbox.sent(edit)
                await self._send(0, 2, edit.update)

    def _noticed(self, kind: str, told: Mapping[str, Any]) -> None:
        self.notices.append((kind, told))
        if kind == "leaving":
            self.backoff.leaving = told["after"] / 1000
        elif kind == "unsaid":
            assert told["reason"] == "later", told
            self.talk.later = True

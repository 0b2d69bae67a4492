"""Actors: clients of the real wire that write, listen and compare, for tests.

An actor holds a Yjs document (pycrdt) and speaks `palimpsest.1` as docs/protocol.md
writes it. Waiting is always for a condition, never for time.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, cast
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from collab.boot.web import Web
from collab.protocol import PALIMPSEST
from documents import access
from documents.models import Document, Role, User
from documents.storage import log
from documents.yjs.lib0 import Reader, Writer
from tests.waiting import PATIENCE


def sign_in(user: User) -> str:
    """Make a session of the user and give its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@database_sync_to_async
def person(name: str) -> tuple[User, str]:
    """Make a user and a session."""
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name)
    return user, sign_in(user)


@database_sync_to_async
def document(owner: User, **roles: User) -> UUID:
    """Make a document, and give roles in it: `document(ana, editor=bo)`."""
    made: Document = log.create(owner, "Notes", timezone.now())
    for role, user in roles.items():
        access.grant(made, user, Role(role))
    return made.pk


def frame(*parts: int | bytes) -> bytes:
    """Write numbers and byte strings one after the other."""
    writer = Writer()
    for part in parts:
        if isinstance(part, int):
            writer.uint(part)
        else:
            writer.blob(part)
    return writer.finish()


@dataclass
class Actor:
    """One person's tab."""

    web: Web
    document: UUID
    session: str
    subprotocol: str | None = PALIMPSEST
    origin: str | None = None
    doc: "Doc[Any]" = field(default_factory=Doc)
    epoch: int = 0
    cursor: int = 0
    head: int = 0
    sent: int = 0
    durable: int = 0
    outbox: list[bytes] = field(default_factory=list)
    frames: list[tuple[object, ...]] = field(default_factory=list)
    welcome: Mapping[str, object] = field(default_factory=dict)
    roster: list[Mapping[str, object]] = field(default_factory=list)
    notices: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    awareness: list[bytes] = field(default_factory=list)
    code: int | None = None
    drop: Callable[[int], bool] = lambda _: False

    def __post_init__(self) -> None:
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._applying = False
        self.doc["default"] = XmlFragment()
        self.doc.observe(lambda event: self._written(event.update))
        self._unsent: list[bytes] = []
        self._replies: set[bytes] = set()

    @property
    def fragment(self) -> XmlFragment:
        """The rich text."""
        return cast("XmlFragment", self.doc["default"])

    def text(self) -> str:
        """All words, a line a paragraph."""
        return "\n".join(
            "".join(str(part) for part in block.children)
            for block in self.fragment.children
            if isinstance(block, XmlElement)
        )

    # The wire

    async def __aenter__(self) -> Self:
        await self.join()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def join(self) -> Self:
        """Connect; return when the handshake is done."""
        self.code = None
        self.sent = self.durable = 0
        protocols = [Subprotocol(self.subprotocol)] if self.subprotocol else None
        self._socket = await connect(
            f"{self.web.ws}/ws/documents/{self.document}",
            additional_headers={"Cookie": f"sessionid={self.session}"},
            origin=cast("None", self.origin or self.web.origin),
            subprotocols=protocols,
            open_timeout=PATIENCE,
            max_size=None,
        )
        self._reading = asyncio.create_task(self._read(self._socket))
        if self.subprotocol:
            await self.send(frame(16, self.epoch, self.cursor))
        return self

    async def leave(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            await self._socket.close()
            await self.gone()

    async def cut(self) -> None:
        """Lose the connection without a goodbye."""
        if self._socket is not None:
            self._socket.transport.abort()
            await self.gone()

    async def gone(self) -> int | None:
        """Wait for the end and give the close code."""
        if self._reading is not None:
            await asyncio.wait_for(self._reading, PATIENCE)
        return self.code

    async def send(self, payload: bytes) -> None:
        """Send a frame; a connection that is gone loses it."""
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(payload)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for payload in socket:
                assert isinstance(payload, bytes)
                await self._take(payload)
                async with self._changed:
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        self.code = socket.close_code
        async with self._changed:
            self._changed.notify_all()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        async with self._changed:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._changed.wait_for(lambda: bool(condition()))
            except TimeoutError:
                raise AssertionError(f"never so; now: {self!r}") from None

    async def _take(self, payload: bytes) -> None:
        reader = Reader(payload)
        kind = reader.uint()
        match kind:
            case 0:
                await self._sync(reader)
            case 1:
                self.awareness.append(reader.blob())
            case 17:
                self.welcome = json.loads(reader.text())
                if self.welcome["epoch"] != self.epoch:
                    self.epoch, self.cursor = cast("int", self.welcome["epoch"]), 0
            case 18:
                await self._stretch(reader.uint(), reader.uint(), reader.blob())
            case 19:
                self._receipt(reader.uint(), reader.uint())
            case 20:
                self.frames.append(("head", reader.uint(), reader.blob()))
            case 21:
                self.roster = json.loads(reader.text())
            case 22:
                self.notices.append((reader.text(), json.loads(reader.text())))

    async def _sync(self, reader: Reader) -> None:
        step, content = reader.uint(), reader.blob()
        self.frames.append(("sync", step, content))
        if step == 0:
            await self._answer(content)
        else:
            self._apply(content)

    async def _answer(self, state_vector: bytes) -> None:
        """Send the outbox anew, and what else the server lacks."""
        for update in self.outbox:
            if update in self._replies:
                await self.send(frame(0, 1, update))
                self.sent += 1
            else:
                await self._change(update)
        rest = self.doc.get_update(state_vector)
        await self.send(frame(0, 1, rest))
        self.sent += 1
        self.outbox.append(rest)
        # It may hold others' text, so it stays a Step2 when it is sent again.
        self._replies.add(rest)

    async def _stretch(self, first: int, last: int, update: bytes) -> None:
        if self.drop(first):
            return
        if first > self.cursor + 1 and first != 1:
            await self.send(frame(16, self.epoch, self.cursor))
        elif last > self.cursor:
            self._apply(update)
            self.cursor = last

    def _receipt(self, durable: int, head: int) -> None:
        if durable > self.durable:
            keep = self.sent - durable
            self.outbox = self.outbox[-keep:] if keep else []
            self.durable = durable
        self.head = head

    def _apply(self, update: bytes) -> None:
        self._applying = True
        try:
            self.doc.apply_update(update)
        finally:
            self._applying = False

    # Writing

    def _written(self, update: bytes) -> None:
        if not self._applying:
            self._unsent.append(update)

    async def _change(self, update: bytes) -> None:
        self.sent += 1
        await self.send(frame(0, 2, update))

    async def flush(self) -> None:
        """Send what was written."""
        unsent, self._unsent = self._unsent, []
        for update in unsent:
            self.outbox.append(update)
            await self._change(update)

    def paragraph(self, at: int = 0) -> XmlText:
        """The text of a paragraph; the first one makes it."""
        block = cast("XmlElement", self.fragment.children[at])
        if not len(block.children):
            block.children.append(XmlText())
        return cast("XmlText", block.children[0])

    async def write(self, text: str, at: int = 0) -> None:
        """Write at the end of a paragraph."""
        self.paragraph(at).insert(len(str(self.paragraph(at))), text)
        await self.flush()

    async def saved(self) -> None:
        """Wait until everything that was sent is durable."""
        await self.until(lambda: self.durable == self.sent and not self._unsent)

    async def ready(self) -> Self:
        """Wait until the document is here and the server has all of ours.

        It asks writers for that after the Head, and they answer, be it nothing.
        """
        await self.until(lambda: any(f[0] == "head" for f in self.frames))
        asked = access.may_write(Role(str(self.welcome["role"])))
        await self.until(lambda: self.durable == self.sent >= asked)
        return self


async def greet(a: Actor, b: Actor) -> None:
    """Let two write one sentence in turn; both see it, and all of it is durable."""
    await a.ready()
    await b.ready()
    await a.write("Good morning")
    await b.until(lambda: b.text() == "Good morning")
    await b.write(", Ana")
    await a.until(lambda: a.text() == "Good morning, Ana")
    await a.saved()
    await b.saved()


__all__ = ["Actor", "Text", "document", "frame", "greet", "person", "sign_in"]

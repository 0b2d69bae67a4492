"""One socket on one document: who it is, and what it sends.

Accepts first and closes then, so that the reason reaches the browser.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID, uuid4

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.conf import settings

from collab import process as processes
from collab import protocol
from collab.dialogue import Dialogue
from collab.endings import Ended, answered
from collab.identity import headers, origin_is_ours, session_key, standing
from collab.pace import Pace
from collab.participant import Participant
from collab.protocol import PALIMPSEST, Close
from collab.tally import tally
from documents.storage.log import NoDocument
from documents.storage.moments import now_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope
    from channels.consumer import _ChannelScope

    from collab.participant import Person
    from collab.room import Room

_log = structlog.get_logger(__name__)


class Writable(Protocol):
    """What the server puts into the scope as `socket`."""

    sent: int
    """Bytes that were given to `write`."""

    def write(self, message: bytes, /) -> None:
        """Send a WebSocket message without waiting; never raises."""

    def unsent(self) -> int:
        """Bytes that wait because the peer does not read."""

    at_once: Callable[[bytes], bool] | None
    """Asked to take a message in its turn before it would wait for the application."""


class DocumentConsumer(AsyncConsumer):
    """See the module.

    It has no channel of its own: the process has one for all (`collab.exchange`).
    Frames go out through the server's own `write`, past ASGI's `send`: a room tells
    hundreds at once, in order, without waiting for any of them.
    """

    channel_layer_alias = "none"

    def __init__(self) -> None:
        self._socket = uuid4().hex
        self._document: UUID | None = None
        self._room: Room | None = None
        self._participant: Participant | None = None
        self._closed = False
        self._listening = False
        self._pace = Pace(settings.FRAMES_PER_SECOND, settings.BYTES_PER_SECOND)

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Serve the socket; leave the room however that ends.

        Channels would wait for a channel layer beside the socket, with a new task for
        each frame; this consumer has none.
        """
        self.scope, self.base_send = cast("_ChannelScope", scope), send
        server = cast("Writable", scope["socket"])  # type: ignore[typeddict-item]
        self._server = server
        server.at_once = self._take_at_once
        tally.sockets += 1
        try:
            while True:
                await self.dispatch(await self._next(receive))
        except StopConsumer:
            pass
        finally:
            server.at_once = None
            tally.sockets -= 1
            if self._participant is not None:
                # Not awaited here: Daphne cancels whom it takes for stuck.
                self._process.tasks.spawn(self._leave())

    async def _next(self, receive: ASGIReceiveCallable) -> dict[str, object]:
        """Wait for what the socket says next.

        Nothing remembers the last it said: that may be large, and the next far off.
        """
        self._listening = True
        message = await receive()
        self._listening = False
        return cast("dict[str, object]", message)

    async def dispatch(self, message: dict[str, object]) -> None:
        """Call the method of the event.

        Channels would look for stale database connections first, in a thread, for
        each event; this consumer holds none.
        """
        try:
            if message["type"] == "websocket.receive":
                await self.websocket_receive(message)
            else:
                await getattr(self, get_handler_name(message))(message)
        except Ended as ended:
            if ended.refusal:
                tally.refused[ended.refusal] += 1
            await self._end(ended.code, ended.reason)

    async def websocket_connect(self, _: object) -> None:
        """Accept, then find out who this is and let them in."""
        palimpsest = PALIMPSEST in self.scope["subprotocols"]
        subprotocol = PALIMPSEST if palimpsest else None
        await self.send(
            {"type": "websocket.accept", "subprotocol": subprotocol, "headers": []}
        )
        if not origin_is_ours(self.scope):
            origin = headers(self.scope).get("origin")
            _log.warning("origin refused: add it to ORIGINS", origin=origin)
            raise Ended(Close.NO_RIGHT, "origin")
        self._process = await processes.current()
        self._stay()
        with answered():
            await self._join(palimpsest=palimpsest)

    async def _join(self, *, palimpsest: bool) -> None:
        document = self._document = self._named()
        session = session_key(self.scope)
        found = await standing(session, document)
        if found.person is None:
            raise Ended(Close.NOT_SIGNED_IN, "not signed in")
        if found.role is None:
            # As of a document that is not there: nobody finds out by trying ids.
            raise Ended(Close.NO_DOCUMENT, "no such document")
        self._admit_one_more(found.person)
        room = await self._process.rooms.open(document)
        try:
            self._stay()
            self._admit_one_more(found.person)
            self._admit_into(room)
        except Ended:
            self._process.rooms.free(room)
            raise
        now, server = now_ms(), self._server
        self._participant = Participant(
            socket=self._socket,
            person=found.person,
            role=found.role,
            palimpsest=palimpsest,
            since=now,
            active=now,
            session=session,
            trashed=found.trashed,
            sees=found.sees,
            post=server.write,
            close=self._close,
            sent=lambda: server.sent,
            unsent=server.unsent,
        )
        self._room = room
        self._dialogue = Dialogue(self._process, room, self._participant)
        await self._process.enter(room, self._participant)
        self._process.review.newcomer(room, self._participant)
        self._say("joined", role=found.role.value)
        if not palimpsest:
            await room.joining.enter(room, self._participant)

    def _stay(self) -> None:
        if self._process.leaving:
            raise Ended(Close.TRY_LATER, "server leaving")

    def _named(self) -> UUID:
        named = self.scope["url_route"]["kwargs"].get("document", "")
        try:
            return UUID(named)
        except ValueError:
            raise NoDocument(named) from None

    def _admit_one_more(self, person: Person) -> None:
        if self._process.sockets[person.id] >= settings.SOCKETS_PER_USER:
            raise Ended(Close.TOO_MANY, "too many sockets of one user")

    def _admit_into(self, room: Room) -> None:
        if len(room.participants) >= settings.SOCKETS_PER_DOCUMENT:
            raise Ended(Close.TOO_MANY, "too many sockets on one document")

    async def websocket_receive(self, message: dict[str, object]) -> None:
        """Take one frame."""
        payload = message.get("bytes")
        if self._closed or self._participant is None:
            return
        if not isinstance(payload, bytes):
            raise Ended(Close.MALFORMED, "text frame", "malformed")
        participant = self._participant
        self._heard(participant, payload)
        delay = self._pace.delay(len(payload), time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)
        with answered():
            await self._dialogue.take(protocol.decode(payload))

    async def websocket_disconnect(self, message: dict[str, object]) -> None:
        """Leave."""
        if not self._closed:
            tally.closed_by_peer[cast("int", message.get("code") or 1005)] += 1
        await self._leave()
        raise StopConsumer

    def _take_at_once(self, payload: bytes) -> bool:
        """Take a letter of who types, if nothing before it is still being taken.

        A queue and a task between the server and us cost more than the letter.
        """
        participant = self._participant
        if participant is None or self._closed or not self._listening:
            return False
        update = protocol.short_change(payload)
        now = time.monotonic()
        if update is None or not self._pace.allows(now):
            return False
        if not self._dialogue.type_on(update):
            return False
        self._pace.delay(len(payload), now)
        self._heard(participant, payload)
        return True

    def _heard(self, participant: Participant, payload: bytes) -> None:
        tally.heard(len(payload))
        participant.bytes_in += len(payload)

    async def _leave(self) -> None:
        if self._room is not None and self._participant is not None:
            room, participant = self._room, self._participant
            self._say("left", seconds=(now_ms() - participant.since) // 1000)
            self._room = self._participant = None
            await self._process.leave(room, participant)

    async def _close(self, code: int) -> None:
        if not self._closed:
            self._closed = True
            if self._participant is not None:
                self._participant.closed = True
            tally.closed_by_us[int(code)] += 1
            with suppress(OSError):  # gone already: uvicorn says so by raising
                await self.base_send(
                    {"type": "websocket.close", "code": int(code), "reason": ""}
                )

    def _say(self, event: str, **more: object) -> None:
        who = self._participant.person.id if self._participant else None
        document = str(self._document or "")
        _log.info(event, document=document, user=who, socket=self._socket, **more)

    async def _end(self, code: Close, reason: str) -> None:
        self._say("closed", code=int(code), reason=reason)
        await self._close(code)
        await self._leave()

"""Daphne with bounds on what may wait, unsent or unread, for one socket.

    python -m collab.server --port 8000

Daphne itself buffers without end in both directions. A reader too slow for its
document is dropped and resumes later; a sender too fast is not read for a while.
SIGTERM commits what waits and tells everybody to come back.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from twisted.internet import asyncioreactor

asyncioreactor.install()  # type: ignore[no-untyped-call]

from daphne.server import Server  # noqa: E402
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol  # noqa: E402
from django.conf import settings  # noqa: E402
from twisted.internet import defer  # noqa: E402

from collab.asgi import application  # noqa: E402
from collab.framing import short_messages  # noqa: E402
from collab.outlet import Outlet  # noqa: E402
from collab.process import ended  # noqa: E402
from collab.protocol import Close  # noqa: E402
from collab.tally import tally  # noqa: E402

UNREAD_FRAMES: Final = 256
"""Frames of one socket that may wait to be taken; past it reading stops."""
UNREAD_BYTES: Final = 1024 * 1024
"""The same in bytes."""
LARGEST: Final = settings.REPLY_BYTES + 1024
"""The greatest message that is read: a reply and the frame around it."""
BACKLOG: Final = 1024
"""Connections that may wait to be taken when everybody comes back at once."""
GOODBYE_SECONDS: Final = 5.0
"""How long a peer that was told goodbye may take to say it, too."""
KILLING_SECONDS: Final = 0.5
"""How long what still serves somebody may take to end when it is cancelled."""

# Two of the borders where types end: ASGI's messages and Twisted's objects.
Message = Any
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Socket(Outlet, WebSocketProtocol):  # type: ignore[misc]
    """Daphne's WebSocket with a bound in each direction."""

    unread_frames = 0
    unread_bytes = 0
    paused = False
    at_once: Callable[[bytes], bool] | None = None
    """What the application takes without waiting; it says whether it did."""
    failedByMe = False  # noqa: N815  (autobahn's)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Read letters at once; autobahn's complete reader takes ten times as long."""
        messages = short_messages(data) if self._between_messages() else None
        if messages is None:
            super().dataReceived(data)
            return
        if self.autoPingTimeoutCall and self.autoPingRestartOnAnyTraffic:
            self._cancelAutoPingTimeoutCall()
        for message in messages:
            if self.at_once and not self.unread_frames and self.at_once(message):
                continue
            self.onMessage(message, isBinary=True)

    def _between_messages(self) -> bool:
        return (
            self.state == self.STATE_OPEN
            and self.current_frame is None
            and not self.inside_message
            and not self.data
        )

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        """Bound what is read; Daphne's own bound would be on what is sent, too."""
        super().onMessageFrameBegin(length)
        if self.message_data_total_length > LARGEST and not self.failedByMe:
            self.failedByMe = True
            self.sendCloseFrame(code=int(Close.TOO_LARGE), isReply=False)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        """Count what waits to be taken, and stop reading when it is much."""
        if self.state != self.STATE_OPEN:
            return  # nobody takes it any more
        self.unread_frames += 1
        self.unread_bytes += len(payload)
        super().onMessage(payload, isBinary)
        if not self.paused and self._is_full():
            self.paused = True
            self.transport.pauseProducing()

    def _is_full(self) -> bool:
        return self.unread_frames > UNREAD_FRAMES or self.unread_bytes > UNREAD_BYTES

    def taken(self, message: Message) -> None:
        """Count what the application took, and read on."""
        if message["type"] != "websocket.receive":
            return
        self.unread_frames -= 1
        self.unread_bytes -= len(message.get("bytes") or message.get("text") or "")
        if self.unread_frames < UNREAD_FRAMES // 2:
            self._read_on()

    def _read_on(self) -> None:
        if self.paused:
            self.paused = False
            self.transport.resumeProducing()

    def sendCloseFrame(self, *given: Any, **named: Any) -> None:  # noqa: N802
        """Say goodbye and read on, so that the peer's goodbye is heard.

        What lies unread at the end makes the kernel reset the connection, and then
        the peer may never learn why it was closed.
        """
        super().sendCloseFrame(*given, **named)
        self._read_on()

    def write(self, message: bytes) -> None:
        """Send a WebSocket message: what the kernel takes now waits for no event loop.

        Called for each of many sockets in turn, so it calls little itself. What goes
        wrong Twisted finds out.
        """
        if self.state != self.STATE_OPEN:
            return  # on its way out: whoever sends to many must not fail by one
        size = len(message)
        self.sent += size
        tally.frames_out += 1
        tally.bytes_out += size
        written = 0
        if not self.unsent():
            try:
                written = self.transport.socket.send(message)
            except OSError:
                written = 0
        if written < size:
            self.keep(message[written:], size)

    def drop(self) -> None:
        """See Outlet."""
        self.transport.abortConnection()

    def unsent(self) -> int:
        """Bytes that wait in the transport (Twisted keeps them in two places)."""
        transport = self.transport
        whole = len(transport.dataBuffer) - transport.offset
        return int(whole + transport._tempDataLen)  # noqa: SLF001


class BoundedServer(Server):  # type: ignore[misc]
    """Daphne's server with such sockets, which drains before it stops."""

    @property
    def ws_factory(self) -> WebSocketFactory:
        """The maker of sockets, which Daphne sets."""
        return self._ws_factory

    @ws_factory.setter
    def ws_factory(self, factory: WebSocketFactory) -> None:
        factory.protocol = Socket
        factory.setProtocolOptions(closeHandshakeTimeout=GOODBYE_SECONDS)
        self._ws_factory = factory

    def create_application(
        self, protocol: object, scope: Message
    ) -> "asyncio.Queue[Message] | None":
        """Let a socket know what of it the application takes."""
        if isinstance(protocol, Socket):
            scope["socket"] = protocol
        queue: asyncio.Queue[Message] | None = super().create_application(
            protocol, scope
        )
        return queue

    def kill_all_applications(self) -> defer.Deferred[None]:
        """Commit what waits and say goodbye, then end what is left."""
        for listener in self.listeners:
            listener.addCallback(lambda port: port.stopListening())
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._leave()))

    async def _leave(self) -> None:
        await ended()
        ending = super().kill_all_applications()
        with suppress(TimeoutError):
            loop = asyncio.get_running_loop()
            await asyncio.wait_for(ending.asFuture(loop), KILLING_SECONDS)


async def counted(scope: Message, receive: Receive, send: Send) -> None:
    """Run the application and count what it takes of its socket."""
    socket = scope.get("socket")
    if socket is None:
        await application(scope, receive, send)
        return

    async def take() -> Message:
        message = await receive()
        socket.taken(message)
        return message

    await application(scope, take, send)


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    proxied = settings.BEHIND_PROXY
    server = BoundedServer(
        counted,
        endpoints=[f"tcp:port={port}:interface={host}:backlog={BACKLOG}"],
        signal_handlers=True,
        ping_interval=settings.PING_SECONDS,
        ping_timeout=settings.PONG_SECONDS,
        websocket_timeout=-1,
        websocket_max_message_size=0,
        websocket_max_frame_size=0,
        proxy_forwarded_address_header="X-Forwarded-For" if proxied else None,
        proxy_forwarded_port_header="X-Forwarded-Port" if proxied else None,
        proxy_forwarded_proto_header="X-Forwarded-Proto" if proxied else None,
        server_name="palimpsest",
        verbosity=0,
    )
    server.run()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Serve Palimpsest.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    serve(given.host, given.port)


if __name__ == "__main__":
    main()

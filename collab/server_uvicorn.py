"""The same application on uvicorn and uvloop: `SERVER=uvicorn make run`.

    python -m collab.server_uvicorn --port 8000

Keeps the promises of `collab.server`: a reader too slow for its document is dropped
and resumes later, and SIGTERM commits what waits and tells everybody to come back.
uvicorn itself reads no more from a socket while a long message of it waits to be taken.
"""

import argparse
import os
import socket as sockets
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from django.conf import settings
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import (
    WebSocketsSansIOProtocol,
)
from websockets.frames import Frame
from websockets.http11 import Request

from collab.asgi import application
from collab.framing import Boundaries, short_messages
from collab.outlet import Outlet
from collab.process import ended
from collab.tally import tally

LARGEST: Final = settings.REPLY_BYTES + 1024
"""The greatest message that is read; a greater one ends its socket with 1009."""
UNREAD_FRAMES: Final = 256
"""Short frames of one socket that may wait to be taken; past it reading stops."""
END_OF_HANDSHAKE: Final = b"\r\n\r\n"
BACKLOG: Final = 1024
"""Connections that may wait to be taken when everybody comes back at once."""


class Socket(Outlet, WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which an application may also write to without waiting."""

    at_once: Callable[[bytes], bool] | None = None
    """What the application takes without waiting; it says whether it did."""
    boundaries: Boundaries | None = None
    """Set with the handshake, if nothing came behind it."""

    def data_received(self, data: bytes) -> None:
        """Read letters at once; the complete reader takes ten times as long."""
        messages = short_messages(data) if self._between_messages() else None
        if messages is None:
            self._watch(data)
            super().data_received(data)
            return
        for message in messages:
            if self.at_once and self.queue.empty() and self.at_once(message):
                continue
            self.queue.put_nowait({"type": "websocket.receive", "bytes": message})
        if not self.read_paused and self.queue.qsize() > UNREAD_FRAMES:
            self.read_paused = True
            self.transport.pause_reading()

    def _between_messages(self) -> bool:
        return (
            self.boundaries is not None
            and self.boundaries.between
            and self.handshake_complete
            and not self.close_sent
            and not self.transport.is_closing()
        )

    def _watch(self, data: bytes) -> None:
        if self.boundaries is not None:
            self.boundaries.watch(data)
        elif data.endswith(END_OF_HANDSHAKE):
            self.boundaries = Boundaries()

    def handle_connect(self, event: Request) -> None:
        """Let the application find the socket in its scope."""
        super().handle_connect(event)
        self._number: int = self.transport.get_extra_info("socket").fileno()
        scope: dict[str, Any] | None = getattr(self, "scope", None)
        if scope is not None:
            scope["socket"] = self

    def handle_bytes(self, event: Frame) -> None:
        """Hand a message on, or its beginning."""
        super().handle_bytes(event)
        _forget(event)

    def handle_cont(self, event: Frame) -> None:
        """Hand on what a message goes on with."""
        super().handle_cont(event)
        _forget(event)

    async def send(self, message: ASGISendEvent) -> None:
        """Say goodbye even while the peer does not read, as other messages must not.

        Who lost a right would be sent on what others write for as long as they like,
        and whoever ends their socket would wait for them.
        """
        if message["type"] == "websocket.close":
            self.writable.set()
        await super().send(message)
        if self.close_timer is not None:
            self.close_timer.cancel()
            self.close_timer = self.loop.call_later(
                self.close_timeout, self.transport.abort
            )

    def write(self, message: bytes) -> None:
        """Send a WebSocket message at once, past uvloop, which takes twice as long.

        Called for each of many sockets in turn, so it calls little itself. What goes
        wrong uvloop finds out.
        """
        transport = self.transport
        if self.close_sent or not self.handshake_complete or transport.is_closing():
            return  # on its way out, and its number may be another's soon
        size = len(message)
        self.sent += size
        tally.frames_out += 1
        tally.bytes_out += size
        written = 0
        if not transport.get_write_buffer_size():
            try:
                written = os.write(self._number, message)
            except OSError:
                written = 0
        if written < size:
            self.keep(message[written:], size)

    def drop(self) -> None:
        """See Outlet."""
        self.transport.abort()

    def unsent(self) -> int:
        """Bytes that wait because the peer does not read."""
        return int(self.transport.get_write_buffer_size())


def _forget(frame: Frame) -> None:
    """Empty a frame that was handed on; its reader holds it until the next comes."""
    frame.data = b""


class DrainingServer(uvicorn.Server):
    """uvicorn's server, which drains before it stops."""

    async def shutdown(self, sockets: list[sockets.socket] | None = None) -> None:
        """Take nobody more, commit what waits, say goodbye, then end what is left."""
        for server in self.servers:
            server.close()
        await ended()
        await super().shutdown(sockets)


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws=Socket,
        ws_max_size=LARGEST,
        ws_ping_interval=settings.PING_SECONDS,
        ws_ping_timeout=settings.PONG_SECONDS,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.BEHIND_PROXY,
        forwarded_allow_ips="*" if settings.BEHIND_PROXY else None,
        backlog=BACKLOG,
        timeout_graceful_shutdown=1,
    )
    DrainingServer(config).run()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Serve Palimpsest on uvicorn.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    serve(given.host, given.port)


if __name__ == "__main__":
    main()

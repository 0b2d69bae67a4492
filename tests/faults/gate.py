"""A gate before a server, which can fall silent: a cable that is pulled, a lost host.

Both sides keep their connections and hear nothing any more, not even of an end.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.browser import Door


@dataclass
class Gate:
    """Hands everything on until it falls silent."""

    behind: Door
    port: int = 0
    _silent: bool = False
    _mute: bool = False
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def door(self) -> Door:
        """Where browsers come in."""
        return Door(self.port, self.behind.origin)

    def hush(self) -> None:
        """Fall silent for ever; who comes now is not let in."""
        self._silent = self._mute = True

    def mute(self) -> None:
        """Hand on what browsers say and nothing that they are told; let nobody in."""
        self._mute = True

    async def line(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Hand on what comes on one connection, both ways."""
        if self._mute:
            writer.transport.abort()
            return
        far = await asyncio.open_connection("127.0.0.1", self.behind.port)
        there = self._pump(reader, far[1], lambda: self._silent)
        back = self._pump(far[0], writer, lambda: self._mute)
        self._lines |= {asyncio.ensure_future(pump) for pump in (there, back)}

    async def _pump(
        self, reader: StreamReader, writer: StreamWriter, silent: Callable[[], bool]
    ) -> None:
        """Hand on one way; in silence nobody hears even of the end."""
        try:
            with suppress(ConnectionError):
                while not silent() and (data := await reader.read(65536)):
                    if not silent():
                        writer.write(data)
                        await writer.drain()
            if silent():
                await asyncio.Event().wait()
        finally:
            writer.close()
            writer.transport.abort()

    async def end(self) -> None:
        """Cut all lines."""
        for task in self._lines:
            task.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)


@asynccontextmanager
async def gate(behind: Door) -> AsyncIterator[Gate]:
    """Put a gate before a door."""
    made = Gate(behind)
    server = await asyncio.start_server(made.line, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()
        await server.wait_closed()


@asynccontextmanager
async def half_asked(doors: Sequence[Door], count: int) -> AsyncIterator[None]:
    """Hold so many connections, each with the beginning of a request."""
    lines = []
    try:
        for number in range(count):
            port = doors[number % len(doors)].port
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /ws/documents/x HTTP/1.1\r\nHost: x\r\nUpgr")
            lines.append(writer)
        yield
    finally:
        for line in lines:
            line.transport.abort()

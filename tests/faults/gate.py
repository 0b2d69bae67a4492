"""A gate before a server, which can fall silent: a cable that is pulled, a lost host.

Both sides keep their connections and hear nothing any more, not even of an end.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.browser import Door


@dataclass
class Gate:
    """Hands everything on until it falls silent."""

    behind: Door
    port: int = 0
    _silent: bool = False
    _lines: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def door(self) -> Door:
        """Where browsers come in."""
        return Door(self.port, self.behind.origin)

    def hush(self) -> None:
        """Fall silent for ever; who comes now is not let in."""
        self._silent = True

    async def line(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Hand on what comes on one connection, both ways."""
        if self._silent:
            writer.transport.abort()
            return
        far = await asyncio.open_connection("127.0.0.1", self.behind.port)
        for pump in (self._pump(reader, far[1]), self._pump(far[0], writer)):
            task = asyncio.ensure_future(pump)
            self._lines.add(task)

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Hand on one way; in silence nobody hears even of the end."""
        try:
            with suppress(ConnectionError):
                while not self._silent and (data := await reader.read(65536)):
                    if not self._silent:
                        writer.write(data)
                        await writer.drain()
            if self._silent:
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

"""uvicorn's reader between two frames of its socket."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.frames import Frame, Opcode

from collab.server_uvicorn import Socket

SIZE = 123_458
"""Of no other message that a test of this process may have left somewhere."""


@asynccontextmanager
async def served(application: Any) -> AsyncIterator[int]:
    """Serve on a port that is free."""
    config = uvicorn.Config(application, ws=Socket, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        try:
            yield listening.getsockname()[1]
        finally:
            await server.shutdown(sockets=[listening])


@pytest.mark.parametrize("pieces", [1, 2])
async def test_it_keeps_nothing_of_what_it_handed_on(pieces: int) -> None:
    taken: asyncio.Queue[int] = asyncio.Queue()

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        taken.put_nowait(len((await receive())["bytes"]))
        await receive()

    async with (
        served(application) as port,
        connect(f"ws://127.0.0.1:{port}", compression=None) as client,
    ):
        for number in range(pieces):
            piece = Frame(
                Opcode.CONT if number else Opcode.BINARY,
                bytes(SIZE // pieces),
                fin=number == pieces - 1,
            )
            client.transport.write(piece.serialize(mask=True))
        del piece
        assert await taken.get() == SIZE
        frames = [one for one in gc.get_objects() if type(one) is Frame]
        assert frames
        assert SIZE // pieces not in {len(one.data) for one in frames}

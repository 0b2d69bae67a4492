"""Sockets without a document behind them: bytes out, frames in, for tests.

Where an actor is a well-behaved client, a socket says what it is told to say.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, cast
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from collab.awareness import State
from collab.awareness import encode as encode_states
from collab.awareness import parse as parse_states
from collab.boot.web import Web
from collab.protocol import PALIMPSEST, Awareness, Frame, Resume, encode
from documents.yjs.lib0 import Reader
from tests.waiting import PATIENCE

OURS: Final = "ours"
"""The origin that the server calls its own."""


@dataclass
class Socket:
    """One open connection and all that came over it."""

    wire: ClientConnection
    frames: list[bytes] = field(default_factory=list)
    counts: Counter[bytes] = field(default_factory=Counter)
    code: int | None = None

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for payload in self.wire:
                assert isinstance(payload, bytes)
                self.frames.append(payload)
                self.counts[payload[:2]] += 1
                async with self._changed:
                    self._changed.notify_all()
        self.code = self.wire.close_code
        async with self._changed:
            self._changed.notify_all()

    async def send(self, *frames: bytes | Frame) -> None:
        """Send frames; a connection that is gone loses them."""
        with suppress(ConnectionClosed):
            for frame in frames:
                payload = frame if isinstance(frame, bytes) else encode(frame)
                await self.wire.send(payload)

    async def point(self, client: int, clock: int = 1, **state: object) -> None:
        """Say where a Yjs client's caret is."""
        text = json.dumps(state)
        await self.send(
            Awareness(encode_states([State(client, clock, json.loads(text))]))
        )

    async def until(
        self, condition: Callable[[], object], patience: float = PATIENCE
    ) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(lambda: bool(condition()))

    async def heard(self, kind: int, times: int = 1) -> None:
        """Wait for so many frames of a kind."""
        await self.until(lambda: len(self.of(kind)) >= times)

    async def gone(self) -> int | None:
        """Wait for the end and give the close code."""
        await asyncio.wait_for(asyncio.shield(self._reading), PATIENCE)
        return self.code

    async def cut(self) -> None:
        """Lose the connection without a goodbye."""
        self.wire.transport.abort()
        await self.gone()

    async def close(self) -> None:
        """Say goodbye."""
        await self.wire.close()
        await self.gone()

    def of(self, kind: int) -> list[Reader]:
        """All frames of a kind, ready to be read after it."""
        readers = [Reader(payload) for payload in self.frames]
        return [reader for reader in readers if reader.uint() == kind]

    def steps(self, step: int) -> list[bytes]:
        """The contents of all frames Step1 (0), Step2 (1) or Change (2)."""
        return [reader.blob() for reader in self.of(0) if reader.uint() == step]

    def notices(self) -> list[tuple[str, Mapping[str, object]]]:
        """All notices."""
        return [(one.text(), json.loads(one.text())) for one in self.of(22)]

    def receipts(self) -> list[tuple[int, int]]:
        """All receipts: durable and head."""
        return [(one.uint(), one.uint()) for one in self.of(19)]

    def roster(self) -> list[Mapping[str, object]]:
        """The latest roster."""
        told = self.of(21)
        return cast(
            "list[Mapping[str, object]]", json.loads(told[-1].text()) if told else []
        )

    def carets(self) -> dict[int, State]:
        """What the socket knows of each Yjs client; None where it is gone."""
        latest: dict[int, State] = {}
        for told in self.of(1):
            for state in parse_states(told.blob(), 2**20):
                held = latest.get(state.client)
                if held is None or held.clock < state.clock or state.state is None:
                    latest[state.client] = state
        return latest

    def shows(self, client: int) -> bool:
        """Whether a Yjs client's caret is to be seen."""
        known = self.carets().get(client)
        return known is not None and known.state is not None


async def connected(
    web: Web,
    document: UUID | str,
    session: str = "",
    *,
    origin: str | None = OURS,
    bearer: str = "",
    palimpsest: bool = False,
) -> Socket:
    """Connect and say nothing yet."""
    headers = {"Cookie": f"other={{x; sessionid={session}"} if session else {}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    wire = await connect(
        f"{web.ws}/ws/documents/{document}",
        additional_headers=headers,
        origin=cast("None", web.origin if origin == OURS else origin),
        subprotocols=[Subprotocol(PALIMPSEST)] if palimpsest else None,
        open_timeout=PATIENCE,
        max_size=None,
        ping_interval=None,
    )
    return Socket(wire)


@asynccontextmanager
async def opened(
    web: Web, document: UUID, session: str, *, palimpsest: bool = True
) -> AsyncIterator[Socket]:
    """Connect, resume from nothing where that is spoken, and close in the end."""
    socket = await connected(web, document, session, palimpsest=palimpsest)
    if palimpsest:
        await socket.send(Resume(0, 0))
        await socket.until(lambda: socket.of(20) or socket.code)
    try:
        yield socket
    finally:
        await socket.close()

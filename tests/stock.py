"""Stock Yjs clients in Node (yjs and y-websocket as npm has them), for tests.

What a client can do and what can be waited for stands in `tests/yjs/clients/stock.mjs`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from collab.boot.web import Web

SCRIPT: Final = Path(__file__).parent / "yjs" / "clients" / "stock.mjs"
PATIENCE: Final = 60.0


@dataclass
class Stocks:
    """One Node process with any number of clients."""

    _process: asyncio.subprocess.Process

    def __post_init__(self) -> None:
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._ids = count()
        self._reading = asyncio.create_task(self._read())

    async def open(
        self, web: Web, document: UUID, session: str, client: int = 0
    ) -> "Stock":
        """Make a client that connects and stays connected."""
        given = {
            "url": f"{web.ws}/ws/documents",
            "document": str(document),
            "headers": {"Cookie": f"sessionid={session}", "Origin": web.origin},
            "clientID": client,
        }
        stock = Stock(self, f"stock-{next(self._ids)}")
        await stock.do("open", given)
        return stock

    async def ask(self, client: str, what: str, given: tuple[object, ...]) -> Any:
        """Let a client do something and give its answer."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        question = {"id": number, "client": client, "do": what, "given": given}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        await self._process.stdin.drain()
        return await answer

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            answer = self._answers.pop(told["id"])
            if answer.done():
                continue
            if "threw" in told:
                answer.set_exception(AssertionError(told["threw"]))
            else:
                answer.set_result(told.get("answer"))

    async def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading


@dataclass(frozen=True)
class Stock:
    """One client."""

    stocks: Stocks
    name: str

    async def do(self, what: str, *given: object) -> Any:
        """Let it do something; give what came of it."""
        return await self.stocks.ask(self.name, what, given)

    async def until(self, **holds: object) -> None:
        """Wait until all this is so at once."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.do("until", holds)
        except TimeoutError:
            now = await self.do("look", [*holds, "opened", "synced", "code"])
            raise AssertionError(f"never so: {holds}; now: {now}") from None

    async def reach(
        self, clocks: Mapping[str, int], patience: float = PATIENCE
    ) -> None:
        """Wait until its clocks have come so far."""
        try:
            async with asyncio.timeout(patience):
                await self.do("reach", clocks)
        except TimeoutError:
            now = await self.see("clocks")
            raise AssertionError(f"never reached {clocks}; now: {now}") from None

    async def see(self, what: str) -> Any:
        """Tell one thing of it."""
        return (await self.do("look", [what]))[what]


async def met(clients: Sequence[Stock]) -> None:
    """Wait until all have what all have said; who signs last has said everything."""
    all_clocks = [await client.see("clocks") for client in clients]
    farthest = {
        key: max(clocks.get(key, 0) for clocks in all_clocks)
        for key in set().union(*all_clocks)
    }
    for client in clients:
        await client.reach(farthest)


async def agreed(clients: Sequence[Stock]) -> object:
    """Wait until all have met; give what they see, which is one."""
    await met(clients)
    seen = [await client.see("visible") for client in clients]
    assert all(one == seen[0] for one in seen)
    for client in clients:
        assert not await client.see("waiting")
    return seen[0]


@asynccontextmanager
async def stocks(*, still: bool = False) -> AsyncIterator[Stocks]:
    """Start Node; `still` clients' time passes only while they bide."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        *(["still"] if still else []),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=64 * 1024 * 1024,
    )
    clients = Stocks(process)
    try:
        yield clients
    finally:
        await clients.close()

"""Laws of the live path, over random histories in which much goes wrong."""

import asyncio
from random import Random
from typing import Any

import pytest
from pycrdt import Doc, XmlFragment

from documents.yjs.admission import Ledger
from documents.yjs.extents import Extent
from documents.yjs.updates import parse
from tests.live.world import MemoryLog, MemoryProcess, Tab, type_letters, type_somewhere

STEPS = 120


class World:
    """Two processes on one log, and five people."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.log = MemoryLog(self.random, trouble=0.1)
        self.processes = [MemoryProcess(self.log, self.random, 0.2) for _ in "ab"]
        first, second = self.processes
        first.others, second.others = [second], [first]
        self.tabs = [Tab(name, user) for user, name in enumerate("ABCDE", 1)]
        self.sockets = 0

    async def connect(self, tab: Tab) -> None:
        self.sockets += 1
        process = self.random.choice(self.processes)
        await tab.connect(process, f"socket {self.sockets}")

    async def step(self) -> None:
        tab = self.random.choice(self.tabs)
        drawn = self.random.random()
        if tab.process is None:
            await (self.connect(tab) if drawn < 0.5 else self._write(tab))
        elif drawn < 0.05:
            tab.disconnect()
        elif drawn < 0.6:
            await self._write(tab)
        elif drawn < 0.9:
            await tab.read()
        else:
            await asyncio.sleep(0)

    async def _write(self, tab: Tab) -> None:
        word = f"{tab.name}{self.sockets}"
        if tab.cursor and self.random.random() < 0.3:
            for change in type_letters(self.random, word * 2):
                await tab.write(change)
        elif tab.cursor:
            await tab.write(type_somewhere(self.random, word))

    async def settle(self) -> None:
        """Connect everybody, then read and audit until nothing moves any more."""
        self.log.trouble = 0.0
        for tab in self.tabs:
            if tab.process is None:
                await self.connect(tab)
        moved = True
        while moved:
            moved = False
            for process in self.processes:
                await process.journal.caught_up()
            for process in self.processes:
                await asyncio.gather(*process.tasks)
                await process.audit()
            for tab in self.tabs:
                moved |= await tab.read()


async def lived(seed: int) -> World:
    world = World(seed)
    journals = [asyncio.ensure_future(p.journal.run()) for p in world.processes]
    try:
        for _ in range(STEPS):
            await world.step()
        await world.settle()
    finally:
        for journal in journals:
            journal.cancel()
    return world


@pytest.fixture
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collab.journal.RETRY_SECONDS", (0.0,))


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("seed", range(12))
async def test_all_replicas_become_the_log(seed: int) -> None:
    world = await lived(seed)
    replay: Doc[Any] = Doc()
    replay["default"] = XmlFragment()
    for row in world.log.rows:
        replay.apply_update(row.payload)
    assert len(world.log.rows) > STEPS // 4
    for tab in world.tabs:
        assert tab.text() == str(replay["default"]), tab.name
        assert tab.cursor == len(world.log.rows)
        assert tab.outbox == []


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("seed", range(100, 106))
async def test_rows_are_disjoint_and_each_a_prefix_is_whole(seed: int) -> None:
    world = await lived(seed)
    ledger, held = Ledger(), Extent()
    for row in world.log.rows:
        update = parse(row.payload)
        for client, structs in update.structs.items():
            assert structs[0].clock == held.clocks.get(client, 0)
        assert held.undeleted(update.deletes) == dict(update.deletes)
        held.take(update)
        ledger.absorb(update)
    for process in world.processes:
        assert process.room.intake.ledger.encode() == ledger.encode()


@pytest.mark.usefixtures("_no_pauses")
@pytest.mark.parametrize("seed", range(200, 206))
async def test_what_was_receipted_is_in_the_log(seed: int) -> None:
    world = await lived(seed)
    held = Extent()
    for row in world.log.rows:
        held.take(parse(row.payload))
    for tab in world.tabs:
        assert tab.receipted
        for update in tab.receipted:
            assert held.covers(parse(update))

"""Large updates: few at a time in memory, as bytes while they wait, none half taken."""

import asyncio
import threading
import tracemalloc
from collections.abc import Awaitable
from random import Random
from typing import cast
from uuid import UUID

import pytest

from collab.intake import Entry, Intake
from collab.joining import Joining
from collab.opening import OFF_THE_LOOP, Part, Whole
from collab.participant import Person
from collab.room import Room
from documents.storage.log import Log
from documents.workers import Workers
from documents.yjs.admission import Admission, Ledger
from documents.yjs.contents import STRING
from documents.yjs.merging import merge
from documents.yjs.updates import (
    HAS_ORIGIN,
    ClientId,
    Item,
    Update,
    encode,
    encode_state_vector,
    parse,
)
from tests.live.world import MemoryLog, MemoryProcess, somebody
from tests.waiting import until

LETTERS = 14_000
ROOMS = 12


def typed(client: int, letters: int = LETTERS) -> bytes:
    """Letters, each typed before the last: nothing to join."""
    name, items = ClientId(client), [Item(0, 1, STRING, None, None, "t", None, b"x")]
    for clock in range(1, letters):
        origin = (name, clock // 2)
        items.append(
            Item(clock, 1, STRING | HAS_ORIGIN, origin, None, None, None, b"x")
        )
    return encode(Update({name: tuple(items)}))


async def measured(work: Awaitable[object]) -> tuple[int, int]:
    """Give the bytes that stay, and the most that there were meanwhile."""
    tracemalloc.start()
    try:
        await work
        return tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()


@pytest.fixture
def rooms() -> list[Room]:
    """Rooms of one process."""
    large, log = asyncio.Lock(), cast("Log", MemoryLog(Random(1)))
    return [
        Room(
            UUID(int=number),
            0,
            Intake(Ledger(), 1),
            log,
            Joining(Workers(), attempts=3),
            large=large,
        )
        for number in range(ROOMS)
    ]


async def test_many_at_once_take_the_room_of_few_and_wait_as_bytes(
    rooms: list[Room],
) -> None:
    payload = typed(7)
    assert len(payload) > OFF_THE_LOOP
    _, parsed = await measured(asyncio.to_thread(parse, payload))
    stayed, most = await measured(
        asyncio.gather(
            *[room.receive(somebody(), payload, reply=False) for room in rooms]
        )
    )
    assert [room.intake.waiting[0].written() for room in rooms] == [payload] * ROOMS
    assert stayed < 2 * ROOMS * len(payload) + parsed  # a thread lets go a bit later
    assert most < stayed + 3 * parsed


async def test_what_many_lack_of_large_documents_takes_the_room_of_few(
    rooms: list[Room],
) -> None:
    payload, known = typed(7), encode_state_vector({ClientId(7): LETTERS - 1})
    _, parsed = await measured(asyncio.to_thread(parse, payload))
    told: list[bytes] = []
    for room in rooms:
        room.joining.wholes.keep(Whole((Part(1, 1, payload),)))
    _, most = await measured(
        asyncio.gather(
            *[
                room.joining.answer(room, somebody(post=told.append), known)
                for room in rooms
            ]
        )
    )
    assert len(told) == ROOMS
    assert max(map(len, told)) < 100
    assert most < 3 * parsed


async def test_what_waits_as_bytes_gives_way_to_others_rows_and_is_merged() -> None:
    log = MemoryLog(Random(1))
    one, other = (MemoryProcess(log, Random(1), loss=0) for _ in range(2))
    one.others = [other]
    running = [asyncio.create_task(process.journal.run()) for process in (one, other)]
    for process, client in ((other, 8), (other, 9), (one, 7)):
        sender = somebody(Person(client, "Ana", 1))
        await process.room.receive(sender, typed(client), reply=client == 9)
    one.journal.submit(one.room, 1)
    await one.journal.caught_up()
    other.journal.submit(other.room, 1)
    await other.journal.caught_up()
    for task in running:
        task.cancel()
    rows = {row.payload for row in log.rows[1:]}
    assert rows == {typed(client) for client in (7, 8, 9)}
    whole = Ledger()
    whole.absorb(merge(parse(row.payload) for row in log.rows))
    assert whole == other.room.intake.ledger


class Halting(Ledger):
    """A ledger that, the first time, admits only when it is told to."""

    begun = False
    may = threading.Event()

    def admit(self, update: Update, *, partial: bool = False) -> Admission:
        if not Halting.begun:
            Halting.begun = True
            assert Halting.may.wait(60)
        return super().admit(update, partial=partial)


async def test_who_is_cancelled_while_a_thread_admits_leaves_nothing() -> None:
    ledger = Halting()
    intake, payload = Intake(ledger, 1), typed(7)
    entry = Entry(somebody(), 1, parse(payload), len(payload))
    admitting = asyncio.create_task(intake.admit(entry, reply=False))

    async def begun() -> bool:
        return Halting.begun

    await until(begun)
    for _ in range(2):
        admitting.cancel()
        await asyncio.sleep(0)
    Halting.may.set()
    with pytest.raises(asyncio.CancelledError):
        await admitting
    assert not ledger.state_vector()
    assert not intake.pending

    again = Entry(somebody(), 1, parse(payload), len(payload))
    assert not await intake.admit(again, reply=False)
    assert [entry.written() for entry in intake.pending] == [payload]

"""One reading for all who come within a while; nobody misses what came meanwhile."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import cast
from uuid import UUID

import pytest

from collab import wholes
from collab.intake import Intake
from collab.joining import Joining
from collab.opening import Whole
from collab.room import Room
from documents.storage.log import Log, Opening
from documents.storage.rows import Row
from documents.workers import Workers
from documents.yjs.admission import Ledger
from documents.yjs.contents import STRING
from documents.yjs.merging import merge
from documents.yjs.updates import ClientId, Item, Update, encode, parse
from tests.live.world import DOCUMENT, MemoryLog


@dataclass
class CountedLog(MemoryLog):
    """A log that counts how often all of it is read, and how often its end."""

    read: int = 0
    extended: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def glimpse(self, document: UUID, most: int) -> Opening:
        self.read += 1
        found = await super().glimpse(document, most)
        self.asked.set()
        await asyncio.sleep(0)  # the answer is on its way
        return found

    async def since(self, document: UUID, seq: int) -> list[Row]:
        self.extended += 1
        return await super().since(document, seq)

    def grow(self, letters: int = 1) -> None:
        """Append letters by one client."""
        for _ in range(letters):
            item = Item(len(self.rows) - 1, 1, STRING, None, None, "notes", None, b"x")
            row = encode(Update({ClientId(77): (item,)}))
            self.rows.append(Row(len(self.rows) + 1, None, row))

    @property
    def whole(self) -> Update:
        """All rows in one."""
        return merge(parse(row.payload) for row in self.rows)


@pytest.fixture
def log() -> CountedLog:
    return CountedLog(Random(1))


@pytest.fixture
def room(log: CountedLog, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room whose readings are kept for longer than any test takes."""
    monkeypatch.setattr(wholes, "KEPT_SECONDS", 3600)
    joining = Joining(Workers(), attempts=3)
    return Room(DOCUMENT, 1, Intake(Ledger(), 1), cast("Log", log), joining)


def said(whole: Whole) -> Update:
    """What all parts hold together."""
    return merge(map(parse, whole.updates))


async def test_those_who_come_at_once_or_soon_after_share_a_reading(
    log: CountedLog, room: Room
) -> None:
    reach = room.joining.wholes.reach
    found = await asyncio.gather(*[reach(room, deleted=True) for _ in range(5)])
    found.append(await reach(room, deleted=True))
    assert {id(whole) for whole in found} == {id(found[0])}
    assert (log.read, log.extended) == (1, 0)


async def test_of_a_log_that_grew_only_the_end_is_read(
    log: CountedLog, room: Room
) -> None:
    for number in range(4):
        whole = await room.joining.wholes.reach(room, deleted=True)
        assert (log.read, log.extended) == (1, number)
        assert said(whole) == log.whole
        assert len(whole.parts) <= 2
        log.grow(3)
        room.cursor = len(log.rows)


async def test_who_enters_while_another_reads_misses_nothing(
    log: CountedLog, room: Room
) -> None:
    reach = room.joining.wholes.reach
    first = asyncio.create_task(reach(room, deleted=True))
    await log.asked.wait()
    log.grow()
    room.cursor = 2  # those who are here were told of it
    second = await reach(room, deleted=True)
    assert second.seq == 2
    assert said(second) == log.whole
    assert (await first).seq in (1, 2)


async def test_who_may_not_see_deleted_text_gets_one_part_without_it(
    log: CountedLog, room: Room
) -> None:
    log.grow(2)
    room.cursor = 3
    seen = await room.joining.wholes.reach(room, deleted=True)
    assert b"x" in seen.updates[0]
    deleted = encode(Update({}, {ClientId(77): ((0, 2),)}))
    log.rows.append(Row(4, None, deleted))
    room.cursor = 4
    (part,) = (await room.joining.wholes.reach(room, deleted=False)).parts
    assert (part.first, part.last) == (1, 4)
    assert b"x" not in part.update
    assert parse(part.update).deletes == {ClientId(77): ((0, 2),)}


async def test_what_nobody_wants_any_more_is_forgotten(
    log: CountedLog, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wholes, "KEPT_SECONDS", 0)
    for times in (1, 2):
        await room.joining.wholes.reach(room, deleted=True)
        assert log.read == times
        forgotten = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0, forgotten.set_result, None)
        await forgotten


async def test_a_reading_that_fails_is_not_kept(log: CountedLog, room: Room) -> None:
    log.rows[0] = Row(1, None, b"\xff")
    with pytest.raises(ValueError, match="end"):
        await room.joining.wholes.reach(room, deleted=True)
    log.rows[0] = Row(1, None, encode(Update()))
    assert (await room.joining.wholes.reach(room, deleted=True)).seq == 1

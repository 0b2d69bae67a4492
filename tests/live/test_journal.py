"""The journal: one bad document blocks no other; a known end needs one statement."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random
from typing import cast
from uuid import UUID

import psycopg
import pytest
from pycrdt import Doc, Text

from collab.intake import Intake
from collab.joining import Joining
from collab.journal import COMPANY, Journal
from collab.protocol import Receipt, as_message
from collab.room import Room
from collab.telling import Telling
from documents.storage.appending import Head, NewRow
from documents.storage.chain import START
from documents.storage.log import Log
from documents.storage.rows import Row
from documents.workers import Workers
from documents.yjs.admission import Ledger
from documents.yjs.contents import STRING
from documents.yjs.updates import ClientId, Item, Update
from documents.yjs.updates import encode as encode_update
from tests.live.world import MemoryLog, MemoryProcess, somebody
from tests.waiting import PATIENCE

GOOD, BAD = UUID(int=1), UUID(int=2)
TYPIST = ClientId(77)


class PickyLog:
    """Takes every batch in which the bad document is not."""

    def __init__(self) -> None:
        self.rows: list[NewRow] = []

    @asynccontextmanager
    async def appending(
        self, documents: Iterable[UUID], _now: datetime
    ) -> AsyncIterator["PickyLog"]:
        self.heads = {document: Head(0, 1) for document in documents}
        self.chains = dict.fromkeys(self.heads, START)
        yield self

    async def bind(self, _document: UUID, wishes: dict[int, int]) -> dict[int, int]:
        return wishes

    async def append(self, rows: Sequence[NewRow]) -> None:
        if BAD in self.heads:
            raise psycopg.DataError("a row that cannot be stored")
        self.rows += rows


async def test_one_document_that_cannot_be_stored_blocks_no_other() -> None:
    log, heard, voided = PickyLog(), dict[UUID, list[bytes]](), list[UUID]()

    async def void(room: Room) -> None:
        room.intake.flight.clear()
        voided.append(room.document)

    journal = Journal(cast("Log", log), lambda *_: None, void)
    for document in (BAD, GOOD):
        frames: list[bytes] = []
        heard[document] = frames

        def post(frame: bytes, frames: list[bytes] = frames) -> None:
            frames.append(frame)

        room = Room(
            document,
            0,
            Intake(Ledger(), 1),
            cast("Log", log),
            Joining(Workers(), attempts=3),
        )
        participant = somebody(post=post)
        room.participants["socket"] = participant
        await room.receive(participant, _word(), reply=False)
        journal.submit(room, 1)
    running = asyncio.create_task(journal.run())
    await journal.caught_up()
    running.cancel()

    assert voided == [BAD]
    assert heard[BAD] == []
    assert heard[GOOD][-1] == as_message(Receipt(1, 1))
    assert [(row.document, row.seq) for row in log.rows] == [(GOOD, 1)]


async def test_whoever_knows_the_logs_end_needs_one_statement() -> None:
    log = MemoryLog(Random(1))
    process = MemoryProcess(log, Random(1), loss=0)
    running = asyncio.create_task(process.journal.run())
    participant = somebody()
    for number in range(4):
        await process.room.receive(participant, _letter(number), reply=False)
        process.journal.submit(process.room, 1)
        await process.journal.caught_up()
    running.cancel()
    assert len(log.rows) == process.room.cursor == 5
    assert log.followed == 3  # the first bound the client id


async def test_a_lone_update_sets_out_though_no_task_is_woken() -> None:
    process = await _begun()
    await _write(process, 1)
    async with asyncio.timeout(PATIENCE):
        await process.journal.caught_up()
    assert (process.log.followed, process.room.cursor) == (1, 3)
    assert not process.room.turn.locked()


async def test_a_lone_update_whose_log_has_grown_is_appended_behind() -> None:
    process = await _begun()
    log, running = process.log, asyncio.create_task(process.journal.run())
    log.rows.append(Row(3, None, _letter(0, ClientId(88))))
    await _write(process, 1)
    await process.journal.caught_up()
    running.cancel()
    assert (log.followed, process.room.cursor) == (0, 4)
    assert log.rows[3].payload == _letter(1)


async def test_who_begins_anew_lets_what_set_out_arrive_alone() -> None:
    process = await _begun()
    await _write(process, 1)
    async with process.log.lock:  # so long it is under way
        await _write(process, 2)
        running = asyncio.create_task(process.journal.run())
        for _ in range(20):
            await asyncio.sleep(0)
    await process.journal.caught_up()
    running.cancel()
    assert len(process.log.rows) == process.room.cursor == 4


async def test_whoever_cannot_be_told_leaves_the_chain_at_the_cursor() -> None:
    room = MemoryProcess(MemoryLog(Random(1)), Random(1), loss=0).room

    def post(_message: bytes) -> None:
        raise OSError

    await room.receive(somebody(), _letter(0), reply=False)
    room.intake.board()
    room.participants["reader"] = somebody(post=post)
    with pytest.raises(OSError):  # noqa: PT011
        room.commit(Telling(2, 2, _letter(0)), b"end")
    assert (room.cursor, room.chain) == (2, b"end")


async def test_who_writes_alone_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collab.journal.APART_SECONDS", 3600.0)
    process = MemoryProcess(MemoryLog(Random(1)), Random(1), loss=0)
    running = asyncio.create_task(process.journal.run())
    for number in range(3):
        await _write(process, number)
        await process.journal.caught_up()
    running.cancel()
    assert process.room.cursor == 4


async def test_after_a_batch_of_several_the_next_waits_for_company(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company, sleep = asyncio.Event(), asyncio.sleep

    async def pause(seconds: float) -> None:
        await (company.wait() if seconds else sleep(0))

    monkeypatch.setattr("collab.journal.APART_SECONDS", 3600.0)
    monkeypatch.setattr("asyncio.sleep", pause)
    log = MemoryLog(Random(1))
    process = MemoryProcess(log, Random(1), loss=0)
    for number in range(COMPANY):
        await _write(process, number)
    running = asyncio.create_task(process.journal.run())
    await process.journal.caught_up()
    for number in range(COMPANY, COMPANY + 2):
        await _write(process, number)
        for _ in range(20):
            await asyncio.sleep(0)
    company.set()
    await process.journal.caught_up()
    running.cancel()
    assert len(log.rows) == 1 + COMPANY + 2
    assert log.followed == 1  # both in one; the first batch bound the client id


async def _begun() -> MemoryProcess:
    """A process that wrote and knows its log's end; its journal's task is over."""
    process = MemoryProcess(MemoryLog(Random(1)), Random(1), loss=0)
    running = asyncio.create_task(process.journal.run())
    await _write(process, 0)
    await process.journal.caught_up()
    running.cancel()
    return process


async def _write(process: MemoryProcess, number: int) -> None:
    participant = somebody()
    await process.room.receive(participant, _letter(number), reply=False)
    process.journal.submit(process.room, 1)


def _letter(number: int, client: ClientId = TYPIST) -> bytes:
    item = Item(number, 1, STRING, None, None, "notes", None, b"x")
    return encode_update(Update({client: (item,)}))


def _word() -> bytes:
    doc: Doc[Text] = Doc()
    doc["words"] = Text("word")
    return doc.get_update()

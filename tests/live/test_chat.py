"""A chat's audit beside what is heard meanwhile."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict
from random import Random
from typing import cast
from uuid import UUID

import pytest
from psycopg_pool import AsyncConnectionPool

from collab.chat import Chat
from collab.exchange import Exchange
from documents.storage.chat import Message
from tests.live.world import MemoryLog, MemoryProcess, somebody


class Pool:
    """Gives connections over which nothing is asked."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        yield


def message(number: int) -> Message:
    return Message(number, 0, None, "word", f"key{number}", None)


async def test_what_is_heard_while_the_audit_reads_is_not_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = MemoryProcess(MemoryLog(Random(1)), Random(1), loss=0).room
    told: list[bytes] = []
    room.participants["socket"] = somebody(post=told.append)
    pool, exchange = cast("AsyncConnectionPool", Pool()), cast("Exchange", None)
    chat = Chat(pool, exchange, most=100)

    async def hear(number: int) -> None:
        await chat.hear(room, json.dumps(asdict(message(number))))

    async def lasts(_: object, documents: Iterable[UUID]) -> dict[UUID, int]:
        await hear(2)  # stored since
        return dict.fromkeys(documents, 1)

    async def since(_: object, _document: UUID, number: int) -> list[Message]:
        return [message(later) for later in range(number + 1, 3)]

    monkeypatch.setattr("documents.storage.chat.lasts", lasts)
    monkeypatch.setattr("documents.storage.chat.since", since)
    await hear(1)
    await chat.audit([room])
    assert len(told) == 2

"""Rooms: what a document that is much written in has made of its log, and when."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

import pytest

from collab.exchange import Exchange
from collab.intake import Intake
from collab.joining import Joining
from collab.participant import Participant
from collab.room import Room
from collab.rooms import COLUMNS_REST, REREAD, Rooms
from documents.storage.log import Log
from documents.workers import Workers
from documents.yjs.admission import Ledger

SNAPSHOT, COLUMNS = "compact", "keep"


class Noting:
    """Workers that take note of their work, each a second long by `clock`."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.clock = 1000.0

    async def run(self, work: Callable[..., object], *_: object) -> bool:
        self.done.append(work.__name__)
        self.clock += 1.0
        return True


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Noting:
    noting = Noting()
    monkeypatch.setattr("collab.rooms.time.monotonic", lambda: noting.clock)
    return noting


def made(workers: Noting) -> tuple[Rooms, Room]:
    """Rooms, and one with somebody in it."""
    log, given = cast("Log", None), cast("Workers", workers)
    rooms = Rooms(
        log,
        given,
        cast("Exchange", None),
        conninfo="",
        attempts=3,
        snapshot_updates=REREAD,
    )
    room = Room(UUID(int=1), 0, Intake(Ledger(), 1), log, Joining(given, 3))
    room.participants["socket"] = cast("Participant", None)
    return rooms, room


async def test_columns_rest_while_much_is_written(workers: Noting) -> None:
    rooms, room = made(workers)
    for _ in range(3):
        room.unsaved = REREAD
        assert rooms.wants_snapshot(room)
        await rooms.snapshot(room)
    assert workers.done == [SNAPSHOT, COLUMNS, SNAPSHOT, SNAPSHOT]
    workers.clock += COLUMNS_REST
    await rooms.snapshot(room)
    assert workers.done[4:] == [SNAPSHOT, COLUMNS]


async def test_who_leaves_last_has_the_columns_brought_along(workers: Noting) -> None:
    rooms, room = made(workers)
    for _ in range(2):
        await rooms.snapshot(room)
    assert workers.done == [SNAPSHOT, COLUMNS, SNAPSHOT]
    assert not rooms.wants_snapshot(room)
    room.participants.clear()
    assert rooms.wants_snapshot(room)
    await rooms.snapshot(room)
    assert workers.done[3:] == [SNAPSHOT, COLUMNS]
    assert not rooms.wants_snapshot(room)

"""What newcomers to one room get: read once for all who come within a while.

Two readings of one document are kept for some seconds, with deleted text and without;
when the log has grown meanwhile, only what it grew by is read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from collab.opening import extended, opened, read, shown

if TYPE_CHECKING:
    from collab.opening import Whole
    from collab.room import Room
    from documents.workers import Workers

KEPT_SECONDS: Final = 5.0
"""After a restart everybody comes within these; later the memory is worth more."""


@dataclass(eq=False)
class Wholes:
    """See the module. The keys tell whether deleted text is in it."""

    workers: Workers
    _kept: dict[bool, Whole] = field(default_factory=dict)
    _readings: dict[bool, asyncio.Task[Whole]] = field(default_factory=dict)

    def keep(self, whole: Whole, *, deleted: bool = True) -> None:
        """Give this to whoever comes within the next seconds."""
        self._kept[deleted] = whole
        loop = asyncio.get_running_loop()
        loop.call_later(KEPT_SECONDS, self._forget, deleted, whole)

    def _forget(self, deleted: bool, whole: Whole) -> None:  # noqa: FBT001
        if self._kept.get(deleted) is whole:
            del self._kept[deleted]

    async def reach(self, room: Room, *, deleted: bool) -> Whole:
        """Give all that the room has heard of, or more, with the deleted text or not.

        Who hears of changes from now on misses nothing then. Raises NoDocument,
        psycopg.OperationalError.
        """
        seq = room.cursor
        whole = self._kept.get(deleted)
        for _ in range(2):  # a reading under way may have begun too early
            if whole is None or whole.seq < seq:
                whole = await self._reading(room, deleted=deleted)
        assert whole is not None
        return whole

    async def _reading(self, room: Room, *, deleted: bool) -> Whole:
        task = self._readings.get(deleted)
        if task is None:
            task = asyncio.create_task(self._read(room, deleted=deleted))
            self._readings[deleted] = task
        return await asyncio.shield(task)

    async def _read(self, room: Room, *, deleted: bool) -> Whole:
        try:
            return await (self._with_deleted if deleted else self._without)(room)
        finally:  # at once: who comes later must not be given what is past
            del self._readings[deleted]

    async def _with_deleted(self, room: Room) -> Whole:
        kept = self._kept.get(True)
        if kept is None:
            opening = await read(room.log, room.document)
            _, whole = await opened(self.workers, opening)
        else:
            rows = await room.log.since(room.document, kept.seq)
            whole = await extended(self.workers, kept, rows)
        self.keep(whole)
        return whole

    async def _without(self, room: Room) -> Whole:
        whole = await self.reach(room, deleted=True)
        whole = await shown(self.workers, whole)
        self.keep(whole, deleted=False)
        return whole

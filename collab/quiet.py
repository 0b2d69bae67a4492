"""Work for quiet times: packs old updates while nobody writes.

A worker process does it, a chapter at a time; of several server processes one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from documents.storage.packing import Unpackable, pack_next, rules
from documents.workers import Workers

CHAPTERS: Final = 16
"""How many are packed a round, each in about 0.2 s."""

_log = structlog.get_logger(__name__)


class Quiet:
    """Packs by rounds; `busy` tells whether somebody's writing waits."""

    def __init__(
        self,
        workers: Workers,
        conninfo: str,
        busy: Callable[[], bool],
        *,
        age: timedelta,
        updates: int,
    ) -> None:
        self._workers = workers
        self._conninfo = conninfo
        self._busy = busy
        self._age = age
        self._updates = updates
        self._unsound: set[UUID] = set()

    async def round(self) -> None:
        """Pack some chapters; stop where somebody writes. Raises psycopg.Error."""
        for _ in range(CHAPTERS):
            if self._busy() or not await self._next():
                return

    async def _next(self) -> bool:
        """Pack one chapter; tell whether there may be more.

        A log that is not what it should be is told of, and left to
        `manage.py verify_log`, until this process ends.
        """
        old = rules(datetime.now(UTC), self._age, self._updates)
        skip = tuple(self._unsound)
        try:
            found = await self._workers.run(pack_next, self._conninfo, old, skip)
        except Unpackable as error:
            self._unsound.add(error.document)
            _log.error("not packed", document=str(error.document), why=error.reason)
            return True
        if found is None:
            return False
        if found.entries:
            _log.info("packed", document=str(found.document), updates=found.entries)
        return True

"""Reads documents anew for lists and search: after a snapshot, when they are left.

One at a time, in a thread that waits for a reading worker. Whatever was missed (a
crash, a killed server) a round finds later.
"""

import asyncio
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone

from documents.engine import readings
from documents.engine.reading import Unreadable

SETTLE_SECONDS: Final = 2.0
"""Who loads a page anew leaves and comes back: that is the wrong time to read."""
ROUND_SECONDS: Final = 60.0
"""How long a document that nobody leaves can be found only as it was."""
ROUND_DOCUMENTS: Final = 100
"""Documents that one round asks for: the first after an upgrade finds them all."""

_log = structlog.get_logger(__name__)


class Rereading:
    """What waits to be read, and the reading of it."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[UUID] = asyncio.Queue()
        self._wanted: set[UUID] = set()
        self._failed: set[UUID] = set()

    def want(self, document: UUID) -> None:
        """Let a document be read soon."""
        if document not in self._wanted:
            self._wanted.add(document)
            loop = asyncio.get_running_loop()
            loop.call_later(SETTLE_SECONDS, self._waiting.put_nowait, document)

    async def run(self) -> None:
        """Read what is wanted, for ever; at first what nobody read in time.

        Raises django.db.OperationalError.
        """
        await self.round()
        while True:
            document = await self._waiting.get()
            self._wanted.discard(document)
            self._failed.discard(document)
            try:
                await _refresh(document)
            except (Unreadable, DatabaseError) as error:
                self._failed.add(document)
                _log.warning("not read", document=str(document), error=str(error))

    async def round(self) -> None:
        """Want what was edited since it was read; what failed waits to be left again.

        Raises django.db.OperationalError.
        """
        before = timezone.now() - timedelta(seconds=ROUND_SECONDS)
        for document in await _behind(before, ROUND_DOCUMENTS, self._failed):
            self.want(document)


_refresh = database_sync_to_async(readings.refresh, thread_sensitive=False)
_behind = database_sync_to_async(readings.behind, thread_sensitive=False)

"""Tasks that somebody owns: each ends with its owner, and none fails in silence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final

import structlog

from collab.journal import LOST

AGAIN_SECONDS: Final = 1
"""After how long a part that failed begins again."""

_log = structlog.get_logger(__name__)


class Tasks:
    """All tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Own a task until it ends."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task failed", exc_info=error)

    def keep(self, part: Callable[[], Awaitable[None]]) -> None:
        """Run a part for ever; where it fails, say so and begin again."""
        self.spawn(_for_ever(part))

    def repeat(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do work every so many seconds; a round without Postgres is missed."""

        async def rounds() -> None:
            while True:
                await asyncio.sleep(seconds)
                try:
                    await work()
                except LOST as error:
                    _log.warning("round missed", error=type(error).__name__)

        self.keep(rounds)

    async def end(self) -> None:
        """Cancel all, and wait until they are gone."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _for_ever(part: Callable[[], Awaitable[None]]) -> None:
    while True:
        task = asyncio.ensure_future(part())
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        _log.error("part failed", exc_info=task.exception())
        await asyncio.sleep(AGAIN_SECONDS)

"""Tasks that somebody owns: each ends with its owner, and none fails in silence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Final

import structlog

from documents.postgres import LOST

AGAIN_SECONDS: Final = 1
"""After how long a part that failed begins again."""
ENDING_SECONDS: Final = (0.5, 0.5, 1.0)
"""How long tasks that were cancelled may take, each time that they are."""

Work = Coroutine[object, object, None]

_log = structlog.get_logger(__name__)


class Tasks:
    """All tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._over = False

    def spawn(self, work: Work) -> None:
        """Own a task until it ends; once all were ended, nothing begins."""
        self._begin(work, _tell)

    def keep(self, part: Callable[[], Work]) -> None:
        """Run a part for ever; where it fails, say so and begin again."""

        def again(task: asyncio.Task[None]) -> None:
            error = _error(task)
            if error is not None or not self._over:
                _log.error("part failed", exc_info=error)
            if not self._over:
                loop = asyncio.get_running_loop()
                loop.call_later(AGAIN_SECONDS, self.keep, part)

        self._begin(part(), again)

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

    def _begin(self, work: Work, after: Callable[[asyncio.Task[None]], None]) -> None:
        if self._over:
            work.close()
            return
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(after)

    async def end(self) -> None:
        """Cancel all, and wait until they are gone, or for 2 s.

        Not once: until Python 3.12 `asyncio.wait_for` swallows a cancellation that
        comes with what it waits for, and libraries do so elsewhere.
        """
        self._over = True
        for seconds in ENDING_SECONDS:
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            _log.warning("task left behind", task=str(task.get_coro()))


def _tell(task: asyncio.Task[None]) -> None:
    if (error := _error(task)) is not None:
        _log.error("task failed", exc_info=error)


def _error(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()

"""Worker processes for long work on bytes: folding, snapshots.

A worker that dies costs only the work it had; the next work finds a new one.
"""

import asyncio
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Final, TypeVar, cast

from typing_extensions import override

T = TypeVar("T")

WORKERS: Final = 1
"""One: it shares two cores with the server, and its work may wait."""
WORKS_OF_A_LIFE: Final = 500
"""After so many a worker is replaced, so that no leak grows old."""
NICENESS: Final = 10
"""Where a core is short, somebody's text comes before what nobody waits for."""

_hiding = threading.Lock()


class Workers:
    """A pool that starts with its first work."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()
        self._closed = False

    async def run(self, work: Callable[..., T], *given: object) -> T:
        """Do the work in a worker process; raises what it raises.

        A worker that died is replaced once; the second death raises
        BrokenProcessPool. Raises RuntimeError when the workers are closed.
        """
        try:
            return await self._run(work, *given)
        except BrokenProcessPool:
            self._pool = None
            return await self._run(work, *given)

    async def _run(self, work: Callable[..., T], *given: object) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._started(), work, *given)

    def wait(self, seconds: float | None, work: Callable[..., T], *given: object) -> T:
        """Do the work in a worker process, for a thread that may wait so long for it,
        or as long as it takes.

        Raises what it raises, and TimeoutError when it is not done by then: what is
        begun goes on, what still waits is given up.
        """
        try:
            return self._wait(seconds, work, *given)
        except BrokenProcessPool:
            self._pool = None
            return self._wait(seconds, work, *given)

    def _wait(self, seconds: float | None, work: Callable[..., T], *given: object) -> T:
        future = self._started().submit(work, *given)
        try:
            return future.result(seconds)
        finally:
            future.cancel()

    def _started(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._closed:
                raise RuntimeError("the workers are closed")
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    WORKERS,
                    mp_context=_Modest(),
                    initializer=_end_with_parent,
                    max_tasks_per_child=WORKS_OF_A_LIFE,
                )
            return self._pool

    def close(self) -> None:
        """End the workers at once; work that waits or is under way is given up.

        As `kill_workers` of Python 3.14: else a server that leaves would wait for
        work at the lowest priority that nobody wants any more.
        """
        with self._starting:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            born = [*(pool._processes or {}).values()]  # noqa: SLF001
            tending = cast("threading.Thread | None", pool._executor_manager_thread)  # noqa: SLF001
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in born:
                worker.kill()
            if tending is not None:
                # It must find the pool, else it fails over work that was given up.
                tending.join()


class _ModestProcess(SpawnProcess):
    """A process that gives way from its birth and imports what its work needs alone."""

    @override
    def start(self) -> None:
        with _nameless():
            super().start()
        if self.pid is not None:
            with suppress(ProcessLookupError):  # gone already
                os.setpriority(os.PRIO_PROCESS, self.pid, os.nice(0) + NICENESS)


@contextmanager
def _nameless() -> Iterator[None]:
    """Hide the main module, which a new process would import first.

    A server's is all of the server: 60 MB, and a second. No work is defined in one.
    """
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


class _Modest(SpawnContext):
    Process = _ModestProcess


def _end_with_parent() -> None:
    """Let a killed server leave no worker: they would wait for work for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

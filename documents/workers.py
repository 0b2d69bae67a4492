"""Worker processes for long work on bytes: folding, snapshots.

A worker that dies costs only the work it had; the next work finds a new one.
"""

import asyncio
import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
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
COLLECTING: Final = 50_000, 20, 20
"""When a worker looks for garbage that holds itself, of which its work makes little: by
Python's own measure it looks through all that it remembers of a log time and again."""
CLOSED: Final = "the workers are closed"

_hiding = threading.Lock()


class Workers:
    """A worker that starts with its first work, and does one after the other.

    A thread gives it its next work when it is done with the last, and replaces it. Both
    cannot be left to ProcessPoolExecutor before Python 3.12: one work that was given up
    while it waited makes it forget all that waits where the worker dies, and a worker
    that grew old while others waited gets no successor (gh-115634).
    """

    def __init__(self) -> None:
        self._turns = ThreadPoolExecutor(WORKERS, "worker")
        self._pool: ProcessPoolExecutor | None = None
        self._works = 0
        self._changing = threading.Lock()
        self._closed = False

    async def run(self, work: Callable[..., T], *given: object) -> T:
        """Do the work in a worker process; raises what it raises.

        A worker that died is replaced once; the second death raises
        BrokenProcessPool. Raises RuntimeError when the workers are closed.
        """
        return await asyncio.wrap_future(self._submit(work, *given))

    def wait(self, seconds: float | None, work: Callable[..., T], *given: object) -> T:
        """Do the work in a worker process, for a thread that may wait so long for it,
        or as long as it takes.

        Raises what `run` raises, and TimeoutError when it is not done by then: what is
        begun goes on, what still waits is given up.
        """
        future = self._submit(work, *given)
        try:
            return future.result(seconds)
        finally:
            future.cancel()

    def _submit(self, work: Callable[..., T], *given: object) -> Future[T]:
        if self._closed:
            raise RuntimeError(CLOSED)
        return self._turns.submit(self._done, work, *given)

    def _done(self, work: Callable[..., T], *given: object) -> T:
        """Have it done, in the thread whose turn it is."""
        try:
            return self._begun(work, *given).result()
        except BrokenProcessPool:
            self._pool = None
            return self._begun(work, *given).result()

    def _begun(self, work: Callable[..., T], *given: object) -> Future[T]:
        with self._changing:
            if self._closed:
                raise RuntimeError(CLOSED)
            if self._pool is not None and self._works == WORKS_OF_A_LIFE:
                self._pool.shutdown(wait=False)
                self._pool = None
            if self._pool is None:
                self._works = 0
                self._pool = ProcessPoolExecutor(
                    WORKERS, mp_context=_Modest(), initializer=_begin
                )
            self._works += 1
            return self._pool.submit(work, *given)

    def close(self) -> None:
        """End the workers at once; work that waits or is under way is given up.

        As `kill_workers` of Python 3.14: else a server that leaves would wait for
        work at the lowest priority that nobody wants any more.
        """
        with self._changing:
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
        # What waits comes to its turn at once, and hears that it is over.
        self._turns.shutdown(wait=False)


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


def _begin() -> None:
    gc.set_threshold(*COLLECTING)
    _end_with_parent()


def _end_with_parent() -> None:
    """Let a killed server leave no worker: they would wait for work for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()

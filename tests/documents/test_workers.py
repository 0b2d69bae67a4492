"""Worker processes: within bounds, replaced when they die, ended with their process."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from collab.boot.steps import ROOT
from documents.workers import NICENESS, Workers
from tests.waiting import waited

KILLED = """
import asyncio, os, signal
from documents.workers import Workers

async def main():
    print(await Workers().run(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""

LEAVING = """
import os, signal, threading
from contextlib import suppress
from multiprocessing import connection
from documents.workers import Workers

closed = threading.Event()
wait = connection.wait

def hear_late(*given):
    heard = wait(*given)
    closed.wait(0.5)
    return heard

if __name__ == "__main__":
    workers = Workers()
    workers.wait(60, os.getpid)
    for _ in range(5):
        with suppress(TimeoutError):
            workers.wait(0.1, signal.pause)
    connection.wait = hear_late
    workers.close()
    closed.set()
"""
"""On a busy machine the pool's own thread hears late that it is to end."""


def test_who_leaves_waits_for_no_work_and_says_nothing_of_what_was_given_up() -> None:
    command = [sys.executable, "-c", LEAVING]
    told = subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    assert told.stderr == b""


def test_what_was_closed_starts_nobody_any_more() -> None:
    workers = Workers()
    workers.close()
    with pytest.raises(RuntimeError, match="closed"):
        workers.wait(60, os.getpid)


def test_a_killed_process_leaves_no_worker() -> None:
    """The worker holds our end of the pipe too, so the end of input is its end."""
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        told, _ = process.communicate(timeout=60)
    assert int(told)


# For threads that wait


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.close()


def test_work_is_done_in_another_process(workers: Workers) -> None:
    assert workers.wait(60, os.getpid) != os.getpid()
    with pytest.raises(ZeroDivisionError):
        workers.wait(60, divmod, 1, 0)


def test_workers_give_way(workers: Workers) -> None:
    assert workers.wait(60, os.nice, 0) == min(os.nice(0) + NICENESS, 19)


def test_workers_seldom_look_through_all_they_hold(workers: Workers) -> None:
    seldom, usual = workers.wait(60, gc.get_threshold), gc.get_threshold()
    assert all(one > other for one, other in zip(seldom, usual, strict=True))


def test_a_worker_that_died_is_replaced(workers: Workers) -> None:
    first = workers.wait(60, os.getpid)
    with pytest.raises(BrokenProcessPool):
        workers.wait(60, os._exit, 1)
    assert workers.wait(60, os.getpid) != first


# For tasks that wait


async def test_nobody_waits_longer_than_they_said(
    workers: Workers, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    under_way = asyncio.create_task(workers.run(Path.read_text, pipe))
    begun = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
    with pytest.raises(TimeoutError):
        workers.wait(0, os.getpid)
    os.close(begun)
    assert await under_way == ""
    assert await workers.run(os.getpid)


async def test_what_was_given_up_takes_nothing_else_along(
    workers: Workers, tmp_path: Path
) -> None:
    """Where the worker dies, either."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pid = await workers.run(os.getpid)
    under_way = asyncio.create_task(workers.run(Path.read_text, pipe))
    begun = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
    first, *given_up, last = (
        asyncio.create_task(workers.run(os.getpid)) for _ in range(6)
    )
    await asyncio.sleep(0)
    for one in given_up:
        one.cancel()
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(waited, lambda: not Path(f"/proc/{pid}").exists())
    again = await asyncio.to_thread(os.open, pipe, os.O_WRONLY)
    os.write(again, b"done")
    os.close(begun)
    os.close(again)
    async with asyncio.timeout(60):
        assert await under_way == "done"
        assert await first == await last != pid


async def test_a_worker_that_grew_old_is_replaced_while_others_wait(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.workers.WORKS_OF_A_LIFE", 2)
    async with asyncio.timeout(60):
        found = await asyncio.gather(*(workers.run(os.getpid) for _ in range(6)))
    assert len(set(found)) == 3


MAIN = """
import sys
from documents.workers import Workers

MAIN = "is back"

if __name__ == "__main__":
    workers = Workers()
    main = "vars(__import__('sys').modules['__mp_main__'])"
    print("MAIN" in workers.wait(60, eval, f"list({main})"))
    print(sys.modules["__main__"].MAIN)
    workers.close()
"""


def test_a_worker_does_not_import_the_main_module(tmp_path: Path) -> None:
    """A server's is all of the server."""
    main = tmp_path / "main.py"
    main.write_text(MAIN)
    command = [sys.executable, str(main)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        command, env=environment, capture_output=True, timeout=60, check=True
    )
    assert told.stdout.split() == [b"False", b"is", b"back"]

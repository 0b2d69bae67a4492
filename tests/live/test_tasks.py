"""Tasks end with their owner, and what fails is said and begins again."""

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from collab import tasks
from collab.tasks import Tasks


async def test_a_part_that_fails_is_named_and_begins_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0)
    owner, again = Tasks(), asyncio.Event()
    times: list[None] = []

    async def part() -> None:
        times.append(None)
        if len(times) == 1:
            raise LookupError
        again.set()
        await asyncio.Event().wait()

    with capture_logs() as logs:
        owner.keep(part)
        await again.wait()
        await owner.end()
    (told,) = logs
    assert told["event"] == "part failed"
    assert isinstance(told["exc_info"], LookupError)


async def test_the_end_waits_until_each_part_has_ended() -> None:
    owner, begun = Tasks(), asyncio.Event()
    told: list[str] = []

    async def part() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(10):
                await asyncio.sleep(0)  # as when a connection is closed
            told.append("ended")

    owner.keep(part)
    await begun.wait()
    await owner.end()
    assert told == ["ended"]


async def test_a_cancellation_that_is_swallowed_comes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "ENDING_SECONDS", (0.01, 10))
    owner, begun = Tasks(), asyncio.Event()
    told: list[str] = []

    async def part() -> None:
        with suppress(asyncio.CancelledError):
            begun.set()
            await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            told.append("ended")

    owner.keep(part)
    await begun.wait()
    await owner.end()
    assert told == ["ended"]


async def test_what_does_not_end_is_named_and_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "ENDING_SECONDS", (0.01, 0.01))
    owner, begun, enough = Tasks(), asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        while not enough.is_set():
            with suppress(asyncio.CancelledError):
                await enough.wait()

    owner.spawn(stubborn())
    await begun.wait()
    with capture_logs() as logs:
        await owner.end()
    (told,) = logs
    assert told["event"] == "task left behind"
    assert "stubborn" in told["task"]
    enough.set()


async def test_after_the_end_nothing_begins() -> None:
    owner = Tasks()
    told: list[str] = []

    async def late() -> None:
        told.append("late")

    await owner.end()
    owner.spawn(late())
    owner.keep(late)
    await asyncio.sleep(0)
    assert told == []

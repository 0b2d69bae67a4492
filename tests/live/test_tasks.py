"""Tasks end with their owner, and what fails is said and begins again."""

import asyncio

import pytest
from structlog.testing import capture_logs

from collab import tasks
from collab.tasks import Tasks


async def test_the_end_of_an_owner_waits_until_each_part_has_ended() -> None:
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
    assert asyncio.all_tasks() == {asyncio.current_task()}


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

"""What fails is said and begins again."""

import asyncio

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

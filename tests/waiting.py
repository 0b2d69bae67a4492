"""Waiting for what no message tells of: rows in Postgres, lines in a log."""

import asyncio
from collections.abc import Awaitable, Callable
from threading import Event
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
TICK = 0.02


async def until(look: Callable[[], Awaitable[T]]) -> T:
    """Look again and again until there is something; give it."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await look()):  # noqa: ASYNC110  (nothing tells of it)
            await asyncio.sleep(TICK)
        return found


def waited(look: Callable[[], T]) -> T:
    """Do the same where no event loop runs."""
    end, never = monotonic() + PATIENCE, Event()
    while not (found := look()):
        assert monotonic() < end
        never.wait(TICK)
    return found

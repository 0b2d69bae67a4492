"""The event loop's longest stall: how late it was for a regular appointment.

A stall holds up every socket of the process. It is told too short by at most TICK, the
time between two appointments; finer would cost more than it tells.
"""

import asyncio
from typing import Final, NoReturn

TICK: Final = 0.02
"""50 appointments a second cost a thousandth of a core."""
INTERVAL: Final = 15.0
"""Past its interval a stall is told for one interval more, so that a scrape in step
with us misses none."""


class Stalls:
    """The longest stall of this interval and of the last."""

    def __init__(self) -> None:
        self._began = 0.0
        self._longest = 0.0
        self._before = 0.0
        self._next: asyncio.TimerHandle

    def note(self, stall: float, now: float) -> None:
        """Take note of a stall of so many seconds that ended now."""
        self._turn(now)
        self._longest = max(self._longest, stall)

    def longest(self, now: float) -> float:
        """Give the longest of the last one to two intervals, in seconds."""
        self._turn(now)
        return max(self._longest, self._before)

    def _turn(self, now: float) -> None:
        passed = now - self._began
        if passed >= INTERVAL:
            self._before = self._longest if passed < 2 * INTERVAL else 0.0
            self._longest, self._began = 0.0, now

    async def run(self) -> NoReturn:
        """Keep appointments for ever; the owner cancels it.

        By the loop's own clockwork: waking a task for each costs five times as much.
        """
        loop = asyncio.get_running_loop()
        self._appoint(loop)
        try:
            while True:
                await loop.create_future()
        finally:
            self._next.cancel()

    def _appoint(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + TICK
        self._next = loop.call_at(due, self._appear, loop, due)

    def _appear(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        now = loop.time()
        self.note(now - due, now)
        self._appoint(loop)

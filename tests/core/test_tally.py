"""Spreads of values, and the loop's longest stall."""

import asyncio
import time

from collab.stalls import INTERVAL, TICK, Stalls
from collab.tally import Spread


def test_a_value_falls_below_the_next_bound() -> None:
    spread = Spread((1, 2, 5))
    for value in (0.5, 1, 1.5, 5, 6):
        spread.add(value)
    assert spread.counts == [2, 1, 1, 1]
    assert spread.sum == 14


def test_the_longest_stall_is_told_for_one_interval_more() -> None:
    stalls = Stalls()
    stalls.note(0.5, 100.0)
    stalls.note(0.1, 101.0)
    assert stalls.longest(101.0) == 0.5
    stalls.note(0.2, 100.0 + INTERVAL)
    assert stalls.longest(100.0 + INTERVAL) == 0.5
    assert stalls.longest(100.0 + 2 * INTERVAL) == 0.2
    assert stalls.longest(100.0 + 5 * INTERVAL) == 0.0


async def test_a_stall_is_noticed() -> None:
    stalls = Stalls()
    noticed = asyncio.Event()
    note = stalls.note

    def noted(stall: float, now: float) -> None:
        note(stall, now)
        if stall > 4 * TICK:
            noticed.set()

    stalls.note = noted  # type: ignore[method-assign]
    watching = asyncio.create_task(stalls.run())
    await asyncio.sleep(0)
    time.sleep(6 * TICK)  # noqa: ASYNC251  (this is the stall)
    await noticed.wait()
    assert stalls.longest(asyncio.get_running_loop().time()) > 4 * TICK
    watching.cancel()

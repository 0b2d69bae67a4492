"""A clock that jumps, by hours and both ways, while ten people write."""

import pytest

from tests.faults.bench import Bench

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]

HOUR = 3600
JUMPS = (13 * HOUR, -13 * HOUR, 0, 1)
"""Seconds off: past IDLE_SECONDS, before people came, back, and a leap."""


async def test_a_clock_jumps(bench: Bench) -> None:
    doors = [await bench.odd.open(), bench.site.doors[0]]
    async with bench.story(
        "the clock of one of two web processes jumps 13 h ahead, 26 h back, and home",
        "nothing; who had been idle may be asked to come back",
        doors,
    ) as story:
        for seconds in JUMPS:
            bench.odd.jump(seconds)
            await story.recovered()

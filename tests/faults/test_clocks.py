"""Clocks that jump, by hours and both ways, while ten people write."""

import pytest

from collab.boot.web import Web
from tests.faults.bench import Bench
from tests.faults.site import door, up

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]

HOUR = 3600
JUMPS = (13 * HOUR, -13 * HOUR, 0, 1)
"""Seconds off: past IDLE_SECONDS, before people came, back, and a leap."""


async def test_a_clock_jumps(bench: Bench) -> None:
    file = bench.site.folder / "clock"
    file.write_text("0")
    odd = bench.site.another()
    bend(odd, str(file))
    try:
        await up(odd)
        async with bench.story(
            "the clock of one of two web processes jumps 13 h ahead and 26 h back",
            "after a jump ahead those on it are asked to come back, once",
            [door(odd), bench.site.doors[0]],
        ) as story:
            for seconds in JUMPS:
                file.write_text(str(seconds))
                await story.recovered()
    finally:
        odd.stop()


def bend(web: Web, file: str) -> None:
    """Let a web process read its time by a file."""
    python, dash, module, *rest = web.child.command
    web.child.command = [python, dash, "tests.faults.jumpy", file, module, *rest]

"""Lines that break, fall silent and are not read, while ten people write."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import pytest
from pycrdt import Text

from tests.faults.bench import Bench
from tests.faults.gate import gate, half_asked
from tests.faults.judge import ahead
from tests.faults.page import Page
from tests.faults.site import counted
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]

PASTED = 480_000


async def test_lines_fall_silent(bench: Bench) -> None:
    async with AsyncExitStack() as gates:
        doors = bench.site.doors
        before = [await gates.enter_async_context(gate(one)) for one in doors]
        async with bench.story(
            "half the lines fall silent: pulled cables, hosts that vanish",
            "silence is noticed after 30 s; their shadows leave the list of people",
            [before[0].door, doors[1]],
            silent=True,
        ) as story:
            everybody = story.crowd.browsers
            behind = [one for one in everybody if one.doors[0] == before[0].door]
            assert len(behind) == len(everybody) // 2
            before[0].hush()
            await story.recovered()
            assert all(one.codes["silence"] for one in behind)
            await story.crowd.until(
                lambda: all(
                    [person["tabs"] for person in one.people] == [1, 1]
                    for one in story.crowd.browsers
                )
            )


async def test_lines_are_open_one_way_alone(bench: Bench) -> None:
    async with AsyncExitStack() as gates:
        before = await gates.enter_async_context(gate(bench.site.doors[0]))
        async with bench.story(
            "half the lines are half open: what browsers say arrives, no answer does",
            "Saving, silence is noticed after 30 s; what is stored is not stored again",
            [before.door, bench.site.doors[1]],
        ) as story:
            behind = [
                one for one in story.crowd.browsers if one.doors[0] == before.door
            ]
            before.mute()
            await asyncio.gather(*(until(partial(ahead, one.page)) for one in behind))
            await story.recovered()
            assert all(one.codes["silence"] for one in behind)


async def test_sockets_never_finish_their_handshake(bench: Bench) -> None:
    count = 500 if bench.long else 50
    async with (
        bench.story(
            f"{count} connections begin a request and never end it", "nothing"
        ) as story,
        half_asked(bench.site.doors, count),
    ):
        await story.crowd.receipted(300)
        await story.recovered()
        assert not story.crowd.codes


async def test_lines_break_again_and_again(bench: Bench) -> None:
    rounds = 10 if bench.long else 3
    async with bench.story(
        "lines break again and again, at random", "Reconnecting; then Saved"
    ) as story:
        for _ in range(rounds):
            for one in bench.chance.sample(story.crowd.browsers, 4):
                one.cut()
            await story.crowd.receipted(bench.chance.randrange(1, 50))
        await story.recovered()


async def test_a_tab_sleeps_while_others_paste(bench: Bench) -> None:
    async with bench.story(
        "a tab sleeps and reads nothing while others paste",
        "nothing; the tab is dropped, and has it all when it wakes",
        [await bench.odd.open()],
    ) as story:
        asleep, other = story.crowd.browsers[:2]
        before = await counted(bench.odd.web, "slow_readers_dropped")
        asleep.sleep()
        while await counted(bench.odd.web, "slow_readers_dropped") == before:
            await other.edit(paste)
            await story.crowd.until(lambda: other.page.outbox.empty)
        asleep.wake()
        await story.recovered()


def paste(page: Page) -> str:
    """Paste much into a text beside the rich one."""
    page.doc.get("note", type=Text).insert(0, "x" * PASTED)
    return ""

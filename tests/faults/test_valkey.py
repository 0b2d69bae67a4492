"""Valkey paused and emptied, and a channel layer that loses, doubles and reorders."""

import asyncio

import pytest

from collab import roster
from documents.storage.moments import now_ms
from tests.faults.bench import Bench, Story
from tests.faults.site import counted, go_on, pause
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]


async def everybody_is_listed(story: Story) -> None:
    """Wait until Redis knows again who is in each document."""
    documents = list(story.crowd.truths)

    async def listed() -> bool:
        found = await roster.present(documents, now_ms())
        return all(len(people) == 2 for people in found.values())

    await until(listed)


async def test_valkey_hangs(bench: Bench) -> None:
    seconds = bench.seconds(20, 2)
    async with bench.story(
        f"Valkey is paused for {seconds:.0f} s",
        "people and carets stand still; others' edits may take 3 s",
    ) as story:
        pause(bench.site.valkey)
        await story.recovered()
        await asyncio.sleep(seconds)
        go_on(bench.site.valkey)
        await story.recovered()
        await everybody_is_listed(story)
        assert not story.crowd.codes


async def test_valkey_is_emptied(bench: Bench) -> None:
    async with bench.story(
        "Valkey is emptied (FLUSHALL)",
        "the list of people is empty for some seconds; writing goes on",
    ) as story:
        await everybody_is_listed(story)
        async with roster.Roster(bench.site.valkey.url, 1) as store:
            await store._redis.flushall()
        await story.recovered()
        await everybody_is_listed(story)
        assert not story.crowd.codes


async def test_the_channel_layer_loses_doubles_and_reorders(bench: Bench) -> None:
    doors = [await bench.odd.open(), bench.site.doors[0]]
    async with bench.story(
        "the channel layer loses 20 %, doubles 10 % and reorders 10 %",
        "now and then others' edits come 3 s later",
        doors,
    ) as story:
        before = await counted(bench.site.webs[0], "gaps_repaired")

        async def repaired() -> int:
            return await counted(bench.site.webs[0], "gaps_repaired") - before

        await story.crowd.receipted(300)
        await until(repaired)
        await story.recovered()
        story.outcome.remark = f"{await repaired()} gaps read from the log"
        assert not story.crowd.codes

"""Web processes that die, hang and leave, while ten people write."""

import asyncio
import time

import pytest

from tests.faults import admin
from tests.faults.admin import holders
from tests.faults.bench import Bench
from tests.faults.site import down, go_on, pause, up
from tests.faults.stampede import onlookers
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]


async def test_a_web_process_is_killed(bench: Bench) -> None:
    async with bench.story(
        "kill -9 of one of two web processes",
        "those who were on it come back to the other one",
    ) as story:
        bench.site.webs[0].kill9()
        await story.recovered()


async def test_all_web_processes_are_killed(bench: Bench) -> None:
    async with bench.story(
        "kill -9 of all web processes",
        "Offline, with the number of edits kept here; then Saved",
    ) as story:
        for web in bench.site.webs:
            web.kill9()
        await asyncio.gather(*map(up, bench.site.webs))
        await story.recovered()


async def test_everybody_comes_back_at_once(bench: Bench) -> None:
    count = 500 if bench.long else 50
    async with (
        bench.story(
            f"{count} more sockets come back at once after a restart of everything",
            "Offline, then back within seconds of one another",
        ) as story,
        onlookers(count, bench.site.doors, bench.nerves, bench.chance) as quiet,
    ):
        for server in reversed(bench.site.servers):
            server.child.kill9()
        await bench.site.whole()
        began = time.monotonic()
        await story.recovered()
        await quiet.here(2)
        story.outcome.remark = f"all {count} after {time.monotonic() - began:.1f} s"


async def test_a_web_process_hangs(bench: Bench) -> None:
    seconds = bench.seconds(60, 8)
    async with bench.story(
        f"a web process is paused for {seconds} s",
        "silence is noticed after 30 s; those who were on it go to the other one",
        silent=True,
    ) as story:
        pause(bench.site.webs[0])
        await asyncio.sleep(seconds)
        go_on(bench.site.webs[0])
        await story.recovered()


async def test_a_web_process_hangs_while_it_holds_a_document(bench: Bench) -> None:
    async with bench.story(
        "a web process is paused in the middle of a transaction",
        "Saving in its documents, until Postgres ends the transaction",
    ) as story:
        web = bench.site.webs[0]

        async def caught() -> bool:
            pause(web)
            if await holders(web):
                return True
            go_on(web)
            return False

        await until(caught)
        story.crowd.move(away_from=web)
        await story.recovered()
        go_on(web)


async def test_a_deployment_while_the_database_is_slow(bench: Bench) -> None:
    async with bench.story(
        "a deployment while each commit takes 200 ms", "the same"
    ) as story:
        async with admin.slow(seconds=0.2):
            await story.recovered()
            bench.left(story, await down(bench.site.webs[0]))
        await story.recovered()
        bench.dismissed(story)


async def test_a_deployment_loses_nothing_and_takes_seconds(bench: Bench) -> None:
    async with bench.story(
        "a deployment: SIGTERM to one web process after the other",
        "those who were on it are told to come back after 1.5 to 3 s",
    ) as story:
        took = []
        for web in bench.site.webs:
            took.append(await down(web))
            await up(web)
            await story.recovered()
        bench.left(story, max(took))
        assert story.crowd.notices["leaving"] >= len(story.crowd.browsers)
        bench.dismissed(story)

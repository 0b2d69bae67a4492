"""Postgres away, full, read only, slow and restored, while ten people write."""

import asyncio

import pytest
from channels.db import database_sync_to_async
from django.core.management import call_command

from documents.models import Update
from tests.faults import admin
from tests.faults.backup import dump, restore
from tests.faults.bench import Bench, Story
from tests.faults.disk import small_disk
from tests.faults.site import down, up
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]


async def test_postgres_takes_no_connection(bench: Bench) -> None:
    seconds = bench.seconds(60, 2)
    async with bench.story(
        f"Postgres refuses connections for {seconds:.0f} s",
        "Saving; who opens a document is asked to wait",
    ) as story:
        async with admin.refusing():
            story.crowd.browsers[0].cut()
            await asyncio.sleep(seconds)
        await story.recovered()


async def test_a_deployment_while_postgres_is_away(bench: Bench) -> None:
    async with bench.story(
        "a deployment while Postgres is away",
        "those who were on it are told to come back; Saving until it is there again",
    ) as story:
        bench.site.postgres.child.kill9()
        took = await down(bench.site.webs[0])
        bench.left(story, took)
        await bench.site.whole()
        await story.recovered()
        assert story.crowd.notices["leaving"]


async def test_the_disk_is_full(bench: Bench) -> None:
    async with (
        small_disk(bench.site.postgres) as disk,
        bench.story(
            "the disk of Postgres is full", "Saving, until there is room again"
        ) as story,
    ):
        story.outcome.remark = disk.remark
        await disk.fill()
        await story.crowd.stuck()
        await disk.free()
        await story.recovered()


async def test_the_disk_is_full_and_postgres_ends_itself(bench: Bench) -> None:
    async with (
        small_disk(bench.site.postgres) as disk,
        bench.story(
            "the disk is full, and Postgres ends itself over its own log",
            "Saving, until there is room and it is started again",
        ) as story,
    ):
        story.outcome.remark = disk.remark
        await disk.fill()
        await disk.overflow()
        await story.crowd.stuck()
        await disk.free()
        # Where it still tries to recover on the full disk it may never come to an end.
        bench.site.postgres.child.kill9()
        await bench.site.whole()
        await story.recovered()


async def test_the_database_is_read_only(bench: Bench) -> None:
    async with bench.story(
        "the database is read only (default_transaction_read_only)",
        "Saving, until it takes edits again; reading goes on",
    ) as story:
        async with admin.read_only():
            await story.crowd.stuck()
            await asyncio.sleep(bench.seconds(10, 0.5))
        await story.recovered()
        assert not story.crowd.codes


async def test_commits_are_slow(bench: Bench) -> None:
    async with bench.story(
        "each commit takes 200 ms", "Saved comes a moment later; batches grow"
    ) as story:
        async with admin.slow(seconds=0.2):
            for _ in range(10 if bench.long else 2):
                await story.recovered()
        await story.recovered()
        assert not story.crowd.codes


async def test_an_older_backup_is_restored(bench: Bench) -> None:
    async with bench.story(
        "an older backup of the database is restored, as deploy.md says",
        "Offline meanwhile; browsers bring back what the backup lacks",
    ) as story:
        backup = await dump(bench.site)
        await story.crowd.receipted(100)
        await asyncio.gather(*map(down, bench.site.webs))
        await restore(bench.site, backup)
        await database_sync_to_async(call_command)("renew_epoch", verbosity=0)
        await asyncio.gather(*map(up, bench.site.webs))
        await story.recovered()
        await brought_back(story)


async def test_the_database_falls_back(bench: Bench) -> None:
    async with bench.story(
        "the database loses its last edits: a failover to a replica that lagged",
        "everybody comes back once; browsers bring back what was lost",
    ) as story:
        await story.crowd.receipted(50)
        for document in story.crowd.truths:
            await admin.fall_back(document, rows=10)
        await story.recovered()
        await brought_back(story)


async def brought_back(story: Story) -> None:
    """Wait until some of what was lost stands in the logs again."""
    rows = Update.objects.filter(document__in=story.crowd.truths, recovered=True)
    await until(rows.aexists)

"""Ten people write, two processes serve, connections break, messages are lost.

After all that every replica equals the log; yjs in Node is the judge of both.
"""

import asyncio
import sys
from functools import partial
from random import Random, SystemRandom
from typing import Final
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from documents.models import Update
from tests.actors import Actor, Text, document, person
from tests.conftest import Webs
from tests.core.yjs import Judge
from tests.stock import Stock, Stocks, met, stocks

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]

LOSSY: Final = {
    "CHANNEL_LAYER_BACKEND": "tests.lossy.LossyChannelLayer",
    "AUDIT_SECONDS": "1",
}
WRITERS: Final = 8
LISTENERS: Final = 2
ROUNDS: Final = 3
EDITS: Final = 15


async def test_every_replica_equals_the_log(webs: Webs) -> None:
    seed = SystemRandom().randrange(2**31)
    sys.stdout.write(f"seed {seed}\n")
    servers = [webs(**LOSSY), webs(**LOSSY)]
    ana, session = await person("Ana")
    notes = await document(ana)
    async with stocks() as node:
        writers = [
            await _synced(node, servers[n % 2], notes, session) for n in range(WRITERS)
        ]
        actors = [
            await (await Actor(servers[n % 2], notes, session).join()).ready()
            for n in range(LISTENERS)
        ]
        people = [
            *(_write(one, seed + n) for n, one in enumerate(writers)),
            *(_write_too(one, seed - n) for n, one in enumerate(actors, 1)),
        ]
        await asyncio.gather(*people)
        for actor in actors:
            await actor.saved()
        await met(writers)
        rows = await _log(notes)
        with Judge() as judge:
            truth = judge.state(rows, gc=False)
            assert judge.state(rows, gc=True)["visible"] == truth["visible"]
            assert not truth["waiting"]
            for writer in writers:
                await writer.reach(truth["clocks"])
                assert await writer.see("visible") == truth["visible"]
                assert not await writer.see("waiting")
            for actor in actors:
                await actor.until(partial(_shows, judge, actor, truth["visible"]))
        for actor in actors:
            await actor.leave()


def _shows(judge: Judge, actor: Actor, truth: object) -> bool:
    return judge.state([actor.doc.get_update()], gc=True)["visible"] == truth


async def _synced(node: Stocks, web: Web, notes: UUID, session: str) -> Stock:
    client = await node.open(web, notes, session)
    await client.until(synced=True)
    return client


async def _write(client: Stock, seed: int) -> None:
    """Write as the editor does; lose the connection, go offline, come back."""
    chance = Random(seed)
    for turn in range(ROUNDS):
        await client.do("edit", seed + 1000 * turn, EDITS)
        if chance.random() < 0.5:
            await client.do("cut")
        else:
            await client.do("offline")
            await client.do("edit", seed + 1000 * turn + 500, EDITS)
            await client.do("online")
        await client.until(synced=True)
    await client.do("sign")


async def _write_too(actor: Actor, seed: int) -> None:
    chance = Random(seed)
    note = actor.doc.get("note", type=Text)
    for _ in range(ROUNDS):
        for _ in range(EDITS):
            note.insert(0, chance.choice(("so ", "é", "😀 ")))
            await actor.flush()
        await actor.cut()
        await actor.join()
        await actor.until(lambda: actor.durable == actor.sent > 0)


@database_sync_to_async
def _log(notes: UUID) -> list[bytes]:
    rows = Update.objects.filter(document=notes).order_by("seq")
    return [bytes(payload) for payload in rows.values_list("payload", flat=True)]

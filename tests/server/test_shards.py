"""A channel layer of two Valkeys: each carries the groups of some documents."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from redis.asyncio import Redis

from collab.boot.folder import hold
from collab.boot.valkey import Valkey
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.listening import heard_of

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

NEVER: Final = "3600"


@pytest.fixture
def shards(tmp_path: Path) -> Iterator[list[Valkey]]:
    made = [Valkey(hold(tmp_path / name)) for name in ("one", "other")]
    try:
        for valkey in made:
            valkey.start()
        yield made
    finally:
        for valkey in made:
            valkey.stop()


async def carried(valkey: Valkey) -> set[bytes | str]:
    """The documents' channels of a Valkey that somebody subscribes."""
    async with Redis.from_url(valkey.url) as redis:
        return set(await redis.pubsub_channels("*document.*"))


def told(actor: Actor) -> bool:
    return actor.text() == "told"


async def test_both_shards_carry_edits(webs: Webs, shards: list[Valkey]) -> None:
    urls = ",".join(valkey.url for valkey in shards)
    servers = [webs(LAYER_URLS=urls, AUDIT_SECONDS=NEVER) for _ in range(2)]
    ana, session = await person("Ana")
    both: list[set[bytes | str]] = []
    async with AsyncExitStack() as opened:
        while not (both and all(both)):  # a document's id says which carries it
            paper = await document(ana)
            one, other = [
                await opened.enter_async_context(Actor(server, paper, session))
                for server in servers
            ]
            await one.ready()
            await other.ready()
            await heard_of(paper, *(valkey.url for valkey in shards))
            await one.write("told")
            await other.until(partial(told, other))
            both = [await carried(valkey) for valkey in shards]

    assert not set.intersection(*both)

"""The channel layer that waits: it hears, and does not come back for nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.conf import settings
from redis.asyncio import Redis

from collab.layer import Subscription, WaitingChannelLayer

pytestmark = pytest.mark.server


@pytest.fixture
async def layer() -> AsyncIterator[WaitingChannelLayer]:
    made = WaitingChannelLayer(hosts=[settings.REDIS_URL])
    yield made
    await made.flush()


async def test_what_is_sent_to_a_group_is_heard(layer: WaitingChannelLayer) -> None:
    channel = await layer.new_channel()
    await layer.group_add("some", channel)
    for number in range(3):
        await layer.group_send("some", {"type": "told", "number": number})

    heard = [await layer.receive(channel) for _ in range(3)]

    assert [message["number"] for message in heard] == [0, 1, 2]


async def test_a_group_joined_while_it_waits_is_heard(
    layer: WaitingChannelLayer,
) -> None:
    channel = await layer.new_channel()
    await layer.group_add("first", channel)
    waiting = asyncio.create_task(layer.receive(channel))
    await layer.group_add("later", channel)
    await layer.group_send("later", {"type": "told"})

    assert await waiting == {"type": "told"}


async def test_a_subscription_comes_back_with_a_message_and_not_before() -> None:
    async with Redis.from_url(settings.REDIS_URL) as redis:
        subscription = Subscription(redis.connection_pool)
        await subscription.subscribe("here")
        confirmed = await subscription.get_message(timeout=0)
        waiting = asyncio.create_task(subscription.get_message(timeout=0))
        await redis.publish("here", b"told")

        assert confirmed["type"] == "subscribe"
        assert (await waiting)["data"] == b"told"
        await subscription.unsubscribe()

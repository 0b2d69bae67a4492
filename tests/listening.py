"""Waiting until processes hear of a document: what was told before, the audit tells.

For tests which leave the audit no time, and ask what messages tell.
"""

from typing import Any
from uuid import UUID

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers
from django.conf import settings
from redis.asyncio import Redis

from collab.exchange import document_group
from tests.waiting import until


async def heard_of(notes: UUID, *valkeys: str, processes: int = 2) -> None:
    """Wait until so many processes subscribe a document, at whichever Valkey."""
    urls = valkeys or (settings.REDIS_URL,)
    layer: Any = channel_layers[DEFAULT_CHANNEL_LAYER]
    channel = f"{layer.prefix}__group__{document_group(notes)}"

    async def subscribed() -> bool:
        return sum([await _subscribers(url, channel) for url in urls]) >= processes

    await until(subscribed)


async def _subscribers(url: str, channel: str) -> int:
    async with Redis.from_url(url) as redis:
        ((_, count),) = await redis.pubsub_numsub(channel)
        return int(count)

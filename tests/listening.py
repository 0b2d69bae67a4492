"""Waiting until processes hear of a document: what was told before, the audit tells.

For tests which leave the audit no time, and ask what messages tell.
"""

from typing import Any
from uuid import UUID

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers
from django.conf import settings
from redis.asyncio import Redis

from collab.connections import asked
from collab.exchange import PROCESSES, announce, document_group
from tests.waiting import until


async def heard_of(notes: UUID, *valkeys: str, processes: int = 2) -> None:
    """Wait until so many processes subscribe a document, at whichever Valkey."""
    urls = valkeys or (settings.REDIS_URL,)
    layer: Any = channel_layers[DEFAULT_CHANNEL_LAYER]
    channel = f"{layer.prefix}__group__{document_group(notes)}"

    async def subscribed() -> bool:
        return sum([await _subscribers(url, channel) for url in urls]) >= processes

    await until(subscribed)
    if processes > 1 and not valkeys:
        await _greeted(notes, processes)


async def _greeted(notes: UUID, processes: int) -> None:
    """Let the processes in which a document is open know that none of them is alone.

    One whose neighbour has just come may not have heard so, and tell nobody anything.
    """
    await announce({PROCESSES: {"type": "hello", "process": "a test"}})

    async def answered() -> bool:
        told = await asked(str(notes))
        return len({process for process, _ in told.connections}) >= processes

    await until(answered)


async def _subscribers(url: str, channel: str) -> int:
    async with Redis.from_url(url) as redis:
        ((_, count),) = await redis.pubsub_numsub(channel)
        return int(count)

"""A channel layer that loses one message in five, as any may."""

from random import Random
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

LOST = 0.2


class LossyChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """The pub/sub layer, which sends to a group only four times in five."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._chance = Random()

    async def group_send(self, group: str, message: dict[str, object]) -> None:
        """Send to a group, perhaps."""
        if self._chance.random() >= LOST:
            await self._get_layer().group_send(group, message)

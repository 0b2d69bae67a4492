"""channels-redis' pub/sub layer, which waits for messages.

The layer itself asks ten times a second whether there are any: on an idle process that
is all it does, and on a busy one a twelfth of its work.
"""

import asyncio
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisSingleShardConnection
from redis.asyncio.client import PubSub


class Subscription(PubSub):
    """A subscription that comes back with a message and not before."""

    async def get_message(self, *given: Any, **named: Any) -> Any:
        """Wait for the next message, however short a `timeout` was named."""
        return await super().get_message(*given, **{**named, "timeout": None})


class Shard(RedisSingleShardConnection):  # type: ignore[misc]
    """The connections to one Redis."""

    def _ensure_redis(self) -> None:
        if self._redis is None:
            super()._ensure_redis()
            redis: Any = self._redis
            self._pubsub = Subscription(redis.connection_pool)


class WaitingChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """See the module."""

    def _get_layer(self) -> Any:
        """Give the layer of this event loop; a new one gets such connections."""
        known = asyncio.get_running_loop() in self._layers
        layer = super()._get_layer()
        if not known:
            layer._shards = [Shard(shard.host, layer) for shard in layer._shards]  # noqa: SLF001
        return layer

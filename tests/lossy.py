"""A channel layer that loses, doubles and reorders messages, as any may."""

from random import Random
from typing import Any, Final

from collab.layer import WaitingChannelLayer

LOST: Final = 0.2
TWICE: Final = 0.1
LATE: Final = 0.1

Message = dict[str, object]


class LossyChannelLayer(WaitingChannelLayer):
    """The pub/sub layer, which sends to a group only four times in five."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._chance = Random()

    async def group_send(self, group: str, message: Message) -> None:
        """Send to a group, perhaps."""
        if self._chance.random() >= LOST:
            await self._get_layer().group_send(group, message)


class SilentChannelLayer(WaitingChannelLayer):
    """It sends nothing to anybody."""

    async def group_send(self, group: str, message: Message) -> None:
        """Lose it."""


class MischievousChannelLayer(LossyChannelLayer):
    """It also sends some twice, and keeps some back until others have gone ahead."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._late: list[tuple[str, Message]] = []

    async def group_send(self, group: str, message: Message) -> None:
        """Send to a group: perhaps now, perhaps twice, perhaps later than others."""
        if self._chance.random() < LATE:
            self._late.append((group, message))
            return
        await super().group_send(group, message)
        if self._chance.random() < TWICE:
            await super().group_send(group, message)
        if self._late and self._chance.random() < LATE:
            self._chance.shuffle(self._late)
            await super().group_send(*self._late.pop())

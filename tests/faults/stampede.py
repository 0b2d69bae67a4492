"""Many who only look on, and all come back at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.actors import document, person
from tests.faults.browser import Browser, Door
from tests.faults.load import ended
from tests.faults.nerves import Backoff, Nerves
from tests.faults.page import Page
from tests.faults.truth import Truth
from tests.waiting import until

PEOPLE: Final = 10
"""Each with many tabs."""


@dataclass
class Onlookers:
    """People who have documents open and do nothing."""

    browsers: list[Browser]

    async def here(self, times: int) -> None:
        """Wait until each has been let in so often."""

        async def let_in() -> bool:
            return all(one.frames[20] >= times for one in self.browsers)

        await until(let_in)


@asynccontextmanager
async def onlookers(
    count: int, doors: Sequence[Door], nerves: Nerves, chance: Random
) -> AsyncIterator[Onlookers]:
    """Open so many sockets on quiet documents, each of another person."""
    browsers = []
    for number in range(PEOPLE):
        owner, session = await person(f"onlooker-{chance.random()}")
        notes = await document(owner)
        for tab in range(count // PEOPLE):
            turn = (number + tab) % len(doors)
            around = [*doors[turn:], *doors[:turn]]
            backoff = Backoff(nerves, Random(chance.random()))
            browsers.append(Browser(around, session, Page(notes, Truth()), backoff))
    living = [asyncio.create_task(one.live()) for one in browsers]
    try:
        all_of_them = Onlookers(browsers)
        await all_of_them.here(1)
        yield all_of_them
    finally:
        await ended(living)

"""Ten people who write in five documents, and what is judged of them in the end."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Final
from uuid import UUID, uuid4

from collab.boot.web import Web
from tests.actors import document, person
from tests.faults.browser import Browser, Door
from tests.faults.hands import Hands
from tests.faults.nerves import Backoff, Nerves
from tests.faults.page import Page
from tests.faults.truth import Truth

DOCUMENTS: Final = 5
WRITERS: Final = 2
"""In each document."""
PACE_SECONDS: Final = 0.1
"""Between two edits of one person, about: ten a second is a fast typist."""
TALKATIVE: Final = 0.05
"""For each edit, how likely one says something in the chat."""
AHEAD: Final = 300
"""So many edits without a receipt, and the person stops to wonder."""
LONG: Final = 10
"""Edits of each person, so many without a receipt: nothing is committed any more."""
PATIENCE: Final = 120.0


@dataclass(eq=False)
class Writer:
    """A person who types on and on."""

    browser: Browser
    hands: Hands
    chance: Random

    async def type_on(self) -> None:
        """Write for ever; the owner cancels it."""
        page = self.browser.page
        while True:
            if page.cursor and len(page.outbox.entries) < AHEAD:
                await self.browser.edit(self.hands)
                if self.chance.random() < TALKATIVE:
                    await self.talk()
            # A person's pace, no waiting for anything.
            await asyncio.sleep(PACE_SECONDS * (0.5 + self.chance.random()))

    async def talk(self) -> None:
        """Say something in the chat, where the page has one."""
        if not self.browser.deaf:
            await self.browser.say(self.hands.word())


@dataclass(eq=False)
class Load:
    """All of them."""

    writers: list[Writer]
    truths: dict[UUID, Truth]
    _typing: list[asyncio.Task[None]] = field(default_factory=list)
    _living: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def browsers(self) -> list[Browser]:
        """Everybody's."""
        return [writer.browser for writer in self.writers]

    @property
    def receipts(self) -> int:
        """How many edits have one."""
        return sum(len(truth.receipted) for truth in self.truths.values())

    @property
    def codes(self) -> Counter[str]:
        """How connections ended."""
        return sum((one.codes for one in self.browsers), Counter())

    @property
    def notices(self) -> Counter[str]:
        """What people were told."""
        return Counter(kind for one in self.browsers for kind, _ in one.notices)

    def start(self) -> None:
        """Let everybody connect and write."""
        self._living = [asyncio.create_task(one.live()) for one in self.browsers]
        self.type()

    def type(self) -> None:
        """Let everybody write."""
        self._typing = [asyncio.create_task(one.type_on()) for one in self.writers]

    def move(self, *, away_from: Web) -> None:
        """Let nobody use a web process any more, as a load balancer would."""
        for one in self.browsers:
            used = one.doors[0].port == away_from.port
            one.doors = [door for door in one.doors if door.port != away_from.port]
            if used:
                one.cut()

    async def rest(self) -> None:
        """Let nobody write any more."""
        await ended(self._typing)
        self._typing = []

    async def leave(self) -> None:
        """Let everybody close the window."""
        await self.rest()
        await ended(self._living)

    async def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so; an end of a browser or a hand is an error."""
        async with asyncio.timeout(PATIENCE):
            while not so():
                for task in (*self._living, *self._typing):
                    if task.done():
                        task.result()
                await asyncio.sleep(0.01)

    async def receipted(self, more: int) -> None:
        """Wait for so many more receipts in all."""
        enough = self.receipts + more
        await self.until(lambda: self.receipts >= enough)

    async def stuck(self) -> None:
        """Wait until everybody has written for long without any receipt."""
        receipts = -1
        while receipts != self.receipts:
            receipts = self.receipts
            await self.written(LONG)

    async def written(self, more: int) -> None:
        """Wait until each has written so many edits more."""
        made = {one.page: len(one.page.made) for one in self.browsers}
        await self.until(
            lambda: all(len(page.made) >= made[page] + more for page in made)
        )

    async def recovered(self) -> float:
        """Wait until each has a receipt for an edit made from now on; tell how long."""
        began = time.monotonic()
        made = {one.page: len(one.page.made) for one in self.browsers}
        await self.until(lambda: all(page.receipted > made[page] for page in made))
        return time.monotonic() - began


async def ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait; what one of them raised before is raised."""
    for task in tasks:
        task.cancel()
    for end in await asyncio.gather(*tasks, return_exceptions=True):
        if end is not None and not isinstance(end, asyncio.CancelledError):
            raise end


@asynccontextmanager
async def load(
    doors: Sequence[Door],
    nerves: Nerves,
    chance: Random,
    old: frozenset[int] = frozenset(),
) -> AsyncIterator[Load]:
    """Ten people at work, each with a receipt already; every second one is deaf."""
    truths: dict[UUID, Truth] = {}
    writers = []
    for number in range(DOCUMENTS):
        run = uuid4().hex[:8]
        people = [await person(f"{run}-{n}") for n in range(WRITERS)]
        notes = await document(people[0][0], editor=people[1][0])
        truths[notes] = Truth()
        for n, (_, session) in enumerate(people):
            own = Random(chance.random())
            turn = (number + n) % len(doors)
            page = Page(notes, truths[notes])
            around = [*doors[turn:], *doors[:turn]]
            deaf = old if n else frozenset()
            browser = Browser(around, session, page, Backoff(nerves, own), deaf=deaf)
            writers.append(Writer(browser, Hands(f"w{number}{'ab'[n]}", own), own))
    all_of_them = Load(writers, truths)
    all_of_them.start()
    try:
        await all_of_them.recovered()
        for writer in writers:
            await writer.talk()
        yield all_of_them
    finally:
        await all_of_them.leave()

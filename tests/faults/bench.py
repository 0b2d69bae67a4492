"""The bench: one story a fault, with people at work before, meanwhile and after."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from tests.core.yjs import Judge
from tests.faults.browser import Door
from tests.faults.judge import judge
from tests.faults.load import Load, load
from tests.faults.nerves import Nerves
from tests.faults.odd import Odd
from tests.faults.records import Outcome
from tests.faults.scene import scene
from tests.faults.site import Site

SILENCE_SECONDS: Final = 6.0
"""Who waits for silence in the short form notices it after so long."""
LEAVING_SECONDS: Final = 10.0
"""Within which a web process that was asked to leave should have left."""


@dataclass
class Story:
    """One fault while it is told."""

    crowd: Load
    outcome: Outcome

    async def recovered(self) -> None:
        """The fault is over now: wait until everybody is well again."""
        self.outcome.seconds.append(await self.crowd.recovered())


@dataclass
class Bench:
    """What tests of faults share; `long` says whether times are real or short."""

    site: Site
    nerves: Nerves
    long: bool
    chance: Random
    yjs: Judge
    odd: Odd
    outcomes: list[Outcome] = field(default_factory=list)

    def seconds(self, long: float, short: float) -> float:
        """How long a fault lasts."""
        return long if self.long else short

    def left(self, story: Story, took: float) -> None:
        """A web process was asked to leave and took so long; told, as all times are."""
        late = "" if took < LEAVING_SECONDS else ", **too long**"
        story.outcome.remark = f"{took:.1f} s until it had left{late}"

    def dismissed(self, story: Story) -> None:
        """Nobody was cut off: all were told to come back.

        Whoever comes back ten times too soon finds the process that still leaves.
        """
        ends = story.crowd.codes.keys()
        assert story.crowd.notices["leaving"]
        assert ends <= {"leaving", "refused"} or not self.long

    @asynccontextmanager
    async def story(
        self,
        fault: str,
        seen: str,
        doors: Sequence[Door] = (),
        *,
        old: frozenset[int] = frozenset(),
        silent: bool = False,
    ) -> AsyncIterator[Story]:
        """Let ten people work while the block breaks something; judge in the end.

        Half of them have a page that does not know the `old` frames. Where something
        falls `silent`, the short form notices it sooner.
        """
        await self.site.whole()
        through = doors or self.site.doors
        nerves = self.nerves
        if silent and not self.long:
            nerves = replace(nerves, silence=SILENCE_SECONDS)
        async with load(through, nerves, self.chance, old) as crowd:
            story = Story(crowd, Outcome(fault, seen))
            held = False
            try:
                yield story
                await judge(crowd, self.yjs)
                held = True
            finally:
                if not held:
                    sys.stdout.write(f"{await scene(crowd)}\n")
            story.outcome.codes = crowd.codes
            story.outcome.edits = crowd.receipts
        self.outcomes.append(story.outcome)
        sys.stdout.write(f"{story.outcome}\n")

"""kill -9 of anything, twice in a row, at random moments, while ten people write."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

import pytest

from tests.faults.bench import Bench
from tests.faults.site import Server, Site, up

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]

Victims = Callable[[Site], Sequence[Server]]

EVERYTHING = "everything at once"
VICTIMS: dict[str, Victims] = {
    "a web process": lambda site: site.webs[:1],
    "the other web process": lambda site: site.webs[1:],
    "all web processes": lambda site: site.webs,
    "Valkey": lambda site: [site.valkey],
    "Postgres": lambda site: [site.postgres],
    EVERYTHING: lambda site: site.servers,
}
TIMES = 3
"""Each of them, in any order."""
RECEIPTS = 40
"""Between two rounds, at most."""
AGAIN_SECONDS = 0.8
"""Within which the second kill follows the first: in the middle of starting."""


async def test_anything_is_killed_twice_in_a_row_at_random(bench: Bench) -> None:
    # First all at once: the one round of the short form.
    others = [*VICTIMS] * TIMES if bench.long else []
    bench.chance.shuffle(others)
    async with bench.story(
        "kill -9 twice in a row, at random moments",
        "Offline for seconds, with the number of edits kept here; then Saved",
    ) as story:
        kills = 0
        for name in (EVERYTHING, *others):
            victims = VICTIMS[name](bench.site)
            await story.crowd.receipted(bench.chance.randrange(1, RECEIPTS))
            await _killed(victims, bench.chance)
            kills += 2 * len(victims)
            await asyncio.gather(*map(up, victims))
            await story.recovered()
        story.outcome.remark = f"{kills} kills"
        assert kills >= 50 or not bench.long


async def _killed(victims: Sequence[Server], chance: Random) -> None:
    """Kill, start again, and kill somewhere in the middle of that."""
    for victim in victims:
        victim.child.kill9()
    for victim in victims:
        victim.child.start()
    # A random moment, no waiting for anything.
    await asyncio.sleep(AGAIN_SECONDS * chance.random())
    for victim in victims:
        victim.child.kill9()


@pytest.mark.parametrize("name", ["Valkey", "Postgres"])
async def test_a_service_is_killed(bench: Bench, name: str) -> None:
    seen = {
        "Valkey": "people and carets are gone for a moment; writing goes on",
        "Postgres": "Saving, until it is back; then Saved",
    }
    async with bench.story(f"kill -9 of {name}", seen[name]) as story:
        [victim] = VICTIMS[name](bench.site)
        victim.child.kill9()
        await up(victim)
        await story.recovered()

"""Two releases of the front end at once: old pages that know fewer frames.

That our own page passes over what it does not know: `frontend/tests/frames.test.ts`.
"""

import pytest

from tests.faults.bench import Bench
from tests.faults.site import down, up

pytestmark = [pytest.mark.faults, pytest.mark.server, pytest.mark.node]

LATER = frozenset({20, 21, 22, 24})
"""Head, Roster and Notice, which no edit depends on, and one that does not exist."""


async def test_old_and_new_pages_during_a_deployment(bench: Bench) -> None:
    async with bench.story(
        "two releases of the front end at once, during a deployment",
        "old pages lack what they do not know; their edits are as safe",
        old=LATER,
    ) as story:
        bench.left(story, await down(bench.site.webs[0]))
        await up(bench.site.webs[0])
        await story.recovered()
        assert story.crowd.codes["4503"]
        assert story.crowd.codes["leaving"]

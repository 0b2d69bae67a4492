"""What was to be seen where a story failed: of each browser, and in Postgres.

For whoever looks for the cause; judges nothing.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import psycopg

from tests.faults import admin
from tests.faults.browser import Browser
from tests.faults.load import Load

_ACTIVITY = """
SELECT concat_ws(' | ', pid, application_name, state, wait_event_type, wait_event,
  date_trunc('second', now() - state_change), pg_blocking_pids(pid), left(query, 100))
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
ORDER BY state_change
"""


async def scene(crowd: Load) -> str:
    """Give lines for a report. Asks Postgres, where it answers."""
    told = [*_browsers(crowd), *[line async for line in _sessions()]]
    return "\n".join(told)


def _browsers(crowd: Load) -> Iterator[str]:
    for one in crowd.browsers:
        page = one.page
        yield (
            f"{page.document} at {one.doors[0].port}: {_state(one)}, made"
            f" {len(page.made)}, receipted {page.receipted}, waiting"
            f" {len(page.outbox.entries)}, epoch {page.epoch}, cursor {page.cursor}"
            f" of {one.head}, ended {dict(one.codes)}, noticed"
            f" {[kind for kind, _ in one.notices]}, heard {dict(one.frames)}"
        )


def _state(one: Browser) -> str:
    if one.socket is None:
        return "no socket"
    return f"{one.socket.state.name}{'' if one._asked else ', not asked'}"


async def _sessions() -> AsyncIterator[str]:
    with suppress(psycopg.Error):
        async with admin.superuser() as session:
            for (line,) in await (await session.execute(_ACTIVITY)).fetchall():
                yield line

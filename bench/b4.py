"""How long the 259,778 edits of B4 take through a running server's socket.

    make run    (in another terminal)
    .venv/bin/python manage.py loadtest_fixture --documents 1 --users 1 > fixture.json
    .venv/bin/python -m bench.b4 fixture.json [EDITS_PER_UPDATE]

One edit an update is what nobody types: it shows the cost of a frame.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TypedDict

from tests.stock import Stock, stocks

TRACE = Path(__file__).parent.parent / "tests" / "data" / "b4.json.gz"
PATIENCE = 3600.0


class Fixture(TypedDict):
    """What `manage.py loadtest_fixture` prints."""

    origin: str
    cookies: list[str]
    documents: list[str]


async def measure(fixture: Fixture, edits_per_update: int) -> None:
    """Write the trace with one client, until another has all of it."""
    given = {
        "url": fixture["origin"].replace("http", "ws", 1) + "/ws/documents",
        "document": fixture["documents"][-1],
        "headers": {"Cookie": fixture["cookies"][0], "Origin": fixture["origin"]},
    }
    async with stocks() as node:
        writer, reader = Stock(node, "writer"), Stock(node, "reader")
        for client in (writer, reader):
            await client.do("open", given)
            await client.until(synced=True)
        started = time.monotonic()
        await writer.do("replay", str(TRACE), edits_per_update)
        await writer.do("sign")
        print(f"written after {time.monotonic() - started:.1f} s")
        await reader.reach(await writer.see("clocks"), PATIENCE)
        print(f"read after {time.monotonic() - started:.1f} s")
        assert await writer.see("opened") == 1, "the connection was lost"


def main() -> None:
    """Read the command line and measure."""
    fixture: Fixture = json.loads(Path(sys.argv[1]).read_text())
    asyncio.run(measure(fixture, int(sys.argv[2]) if len(sys.argv) > 2 else 100))


if __name__ == "__main__":
    main()

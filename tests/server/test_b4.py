"""B4: the real writing of a paper, 259,778 edits, through the real socket.

The trace is Martin Kleppmann's of the Automerge paper (automerge/automerge-perf):
`edits` are [at, deleted, inserted], `end` is what they come to. They are written into
the first paragraph of the rich text, where the editor could open them.
"""

import gzip
import json
import re
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from documents.models import Head, Snapshot
from tests.actors import document, person
from tests.conftest import Webs
from tests.stock import Stocks, stocks
from tests.waiting import until

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]

TRACE: Final = Path(__file__).parent.parent / "data" / "b4.json.gz"
BATCH: Final = 100
SNAPSHOT_UPDATES: Final = 500
YJS_BYTES: Final = 367_000
"""What Yjs itself takes for the whole with its deleted text."""


async def test_b4_is_there_live_and_after_kill_9(webs: Webs) -> None:
    end = json.loads(gzip.decompress(TRACE.read_bytes()))["end"]
    web = webs(SNAPSHOT_UPDATES=str(SNAPSHOT_UPDATES))
    ana, session = await person("Ana")
    paper = await document(ana)
    async with stocks() as node:
        writer = await node.open(web, paper, session)
        reader = await node.open(web, paper, session)
        await writer.until(synced=True)
        await reader.until(synced=True)
        await writer.do("replay", str(TRACE), BATCH)
        await writer.do("sign")
        await reader.reach(await writer.see("clocks"))
        assert await reader.see("text") == end
        assert await writer.see("opened") == 1
        assert await _opened(node, web, paper, session) == end
        for client in (writer, reader):
            await client.do("leave")
        size = await until(lambda: _snapshot(paper))
        web.kill9()
        web.restart()
        assert await _opened(node, web, paper, session) == end
    assert size < YJS_BYTES
    assert _tails(web)[-1] <= SNAPSHOT_UPDATES


async def _opened(node: Stocks, web: Web, paper: UUID, session: str) -> object:
    fresh = await node.open(web, paper, session)
    await fresh.until(synced=True)
    text: object = await fresh.see("text")
    await fresh.do("leave")
    return text


@database_sync_to_async
def _snapshot(paper: UUID) -> int:
    """Tell the size of a snapshot that holds all but the last few updates."""
    head = Head.objects.get(document=paper)
    young = Snapshot.objects.filter(
        document=paper, seq__gt=head.seq - SNAPSHOT_UPDATES
    ).first()
    return len(bytes(young.state)) if young else 0


def _tails(web: Web) -> list[int]:
    """Tell how many rows beside a snapshot each opening of a document read."""
    assert web.child.log is not None
    return [
        int(rows)
        for rows in re.findall(r"event=opened .*tail=(\d+)", web.child.log.read_text())
    ]

"""A server that is asked to leave: who comes meanwhile, and what it leaves behind."""

import asyncio
import socket as sockets

import pytest
from websockets.asyncio.client import connect

from collab.boot.web import Web
from collab.protocol import Change, Close
from tests.actors import document, person
from tests.conftest import Webs
from tests.server.test_limits import text
from tests.sockets import Socket, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


def dialled(web: Web) -> sockets.socket:
    """Connect and ask for nothing yet."""
    line = sockets.create_connection(("127.0.0.1", web.port))
    line.setblocking(False)
    return line


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_who_comes_while_a_server_leaves_is_sent_away(
    webs: Webs, server: str
) -> None:
    web = webs(SERVER=server)
    ana, session = await person("Ana")
    notes = await document(ana)
    line = dialled(web)
    async with opened(web, notes, session) as one, opened(web, notes, session) as slow:
        await one.send(Change(text(10)))
        await one.heard(18)
        slow.wire.transport.pause_reading()  # it says no goodbye, and is waited for
        leaving = asyncio.create_task(asyncio.to_thread(web.stop))
        assert await one.gone() == Close.TRY_LATER
        late = Socket(
            await connect(
                f"{web.ws}/ws/documents/{notes}",
                sock=line,
                additional_headers={"Cookie": f"sessionid={session}"},
                origin=web.origin,  # type: ignore[arg-type]
            )
        )
        assert await late.gone() == Close.TRY_LATER
        assert late.frames == []
        slow.wire.transport.abort()
        await leaving
    assert web.child.log is not None
    said = web.child.log.read_text()
    for word in ("destroyed", "never retrieved", "left behind", "without draining"):
        assert word not in said

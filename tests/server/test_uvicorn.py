"""The same application on uvicorn and uvloop keeps the promises that a server makes."""

import asyncio

import pytest

from collab.protocol import Change, Close, Step2
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.server.test_limits import ENV, fill, other_text, says, text
from tests.sockets import connected, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


async def test_two_people_write_on_two_kinds_of_server(webs: Webs) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    one, other = webs(SERVER="uvicorn"), webs(SERVER="daphne")
    async with (
        Actor(one, notes, ana_session) as a,
        Actor(other, notes, bo_session) as b,
    ):
        await a.ready()
        await b.ready()
        await a.write("Good morning")
        await b.until(lambda: b.text() == "Good morning")
        await b.write(", Ana")
        await a.until(lambda: a.text() == "Good morning, Ana")
        await a.saved()
        await b.saved()
        assert a.cursor == b.cursor


async def test_slow_readers_and_large_messages_meet_bounds(webs: Webs) -> None:
    house = webs(SERVER="uvicorn", **ENV)
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(house, notes, other) as writer:
        slow = await connected(house, notes, session)
        await slow.heard(0)
        slow.wire.transport.pause_reading()
        await fill(writer, 100)
        assert await says(house, b"slow reader dropped")
        slow.wire.transport.abort()
        await writer.send(Change(other_text(30_000, 1)))
        assert await writer.gone() == Close.TOO_LARGE
    async with opened(house, notes, other) as writer:
        await writer.send(Step2(text(300_000)))
        assert await writer.gone() == 1009  # RFC 6455: message too big


async def test_who_leaves_says_when_to_come_back_and_loses_nothing(webs: Webs) -> None:
    house = webs(SERVER="uvicorn")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.until(lambda: socket.steps(0))
        await socket.send(Change(text(10)))
        await asyncio.to_thread(house.stop)
        assert await socket.gone() == Close.TRY_LATER
        assert socket.of(19)
        assert socket.receipts()[-1] == (1, 2)

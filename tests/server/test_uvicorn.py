"""The same application on uvicorn and uvloop keeps the promises that a server makes."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from collab.protocol import Change, Close, Resume, Step1, Step2
from documents import access
from documents.models import Document
from tests.actors import Actor, document, greet, person
from tests.conftest import Webs
from tests.server.test_limits import (
    ENV,
    answers,
    fill,
    other_text,
    says,
    text,
    written,
)
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
        await greet(a, b)
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


async def test_who_lost_the_right_while_reading_slowly_is_sent_no_more(
    webs: Webs,
) -> None:
    """uvicorn's goodbye waits until the peer reads; meanwhile others go on writing."""
    patient = {"UNSENT_BYTES": "50000000", "PING_SECONDS": "3600"}
    house = webs(SERVER="uvicorn", **{**ENV, **patient})
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(house, notes, session) as writer:
        slow = await connected(house, notes, other, palimpsest=True)
        await slow.send(Resume(0, 0))
        await slow.heard(20)
        await writer.until(lambda: len(writer.roster()) == 2)
        slow.wire.transport.pause_reading()
        await fill(writer, 100)
        await database_sync_to_async(access.withdraw)(
            await Document.objects.aget(pk=notes), bo
        )
        await writer.until(lambda: len(writer.roster()) == 1)
        await writer.send(Change(other_text(1000, 1)))
        await written(writer, 101)
        slow.wire.transport.resume_reading()
        assert await slow.gone() == Close.NO_RIGHT
        assert len(slow.frames) > 90
        assert not any(b"y" * 1000 in frame for frame in slow.frames)


async def test_who_leaves_says_when_to_come_back_and_loses_nothing(webs: Webs) -> None:
    house = webs(SERVER="uvicorn")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.until(lambda: socket.steps(0))
        await socket.send(Change(text(10)), Step1(b"\x00"))
        await answers(socket, 1)  # so the text has come, too
        await asyncio.to_thread(house.stop)
        assert await socket.gone() == Close.TRY_LATER
        assert socket.of(19)
        assert socket.receipts()[-1] == (1, 2)

"""Clients that we did not write edit a document: y-websocket's and pycrdt's."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from pycrdt import Doc, Provider, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from collab.boot.web import Web
from documents.models import Head
from tests.actors import Actor, document, person
from tests.core.yjs import Judge
from tests.stock import PATIENCE, agreed, met, stocks

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]


async def test_stock_and_own_clients_converge(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with stocks() as node, Actor(web, notes, ana_session) as c:
        a = await node.open(web, notes, ana_session)
        b = await node.open(web, notes, bo_session)
        await a.until(synced=True)
        await b.until(synced=True)
        await c.ready()
        await a.do("type", "one ")
        await b.until(text="one ")
        await c.until(lambda: c.text() == "one ")
        await c.write("two ")
        await c.saved()
        await a.until(text="one two ")
        await b.until(text="one two ")
        acts = [stock.do("edit", seed, 50) for seed, stock in enumerate((a, b))]
        await asyncio.gather(*acts)
        seen = await agreed([a, b])
        with Judge() as judge:
            await c.until(
                lambda: judge.state([c.doc.get_update()], gc=True)["visible"] == seen
            )


async def test_carets_carry_the_name_that_the_server_knows(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with stocks() as node:
        a = await node.open(web, notes, ana_session)
        b = await node.open(web, notes, bo_session)
        await a.do("say", {"user": {"name": "Somebody"}, "cursor": None})
        await b.do("say", {"user": {"name": "Somebody"}, "cursor": None})
        await a.until(people=[[await b.see("own"), "Bo"]])
        await b.until(people=[[await a.see("own"), "Ana"]])
        # It comes back by itself: who looked only then might see it there already.
        await asyncio.gather(a.until(people=[]), b.do("cut"))
        await a.until(people=[[await b.see("own"), "Bo"]])


async def test_edits_made_offline_arrive(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with stocks() as node:
        a = await node.open(web, notes, ana_session)
        b = await node.open(web, notes, bo_session)
        await a.until(synced=True)
        await a.do("type", "Good ")
        await b.until(text="Good ")
        await b.do("offline")
        await b.do("type", "morning")
        await a.do("type", "and fine ")
        await b.do("online")
        await agreed([a, b])
        text = await a.see("text")
        assert all(part in text for part in ("Good ", "and fine ", "morning"))


async def test_a_silent_document_does_not_lose_its_reader(web: Web) -> None:
    ana, ana_session = await person("Ana")
    notes = await document(ana)
    async with stocks(still=True) as node:
        a = await node.open(web, notes, ana_session)
        await a.until(synced=True)
        async with asyncio.timeout(PATIENCE):
            await a.do("bide", 120)
        assert await a.see("opened") == 1


async def test_a_client_comes_back_before_its_old_socket_is_gone(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with stocks() as node:
        a = await node.open(web, notes, ana_session)
        b = await node.open(web, notes, bo_session)
        caret = [[await b.see("own"), "Bo"]]
        await a.until(synced=True)
        await b.until(synced=True)
        await b.do("say", {"cursor": None})
        await b.do("type", "before ")
        await a.until(people=caret, text="before ")
        await b.do("forsake")
        await b.until(opened=2, synced=True)
        await b.do("say", {"cursor": 1})
        await b.do("bury")
        await b.do("type", "after")
        await a.until(text="before after")
        await b.do("say", {"cursor": 2})
        await b.do("type", "!")
        await a.until(people=caret, text="before after!")


class Line:
    """A socket as pycrdt's provider wants one; counts what it sends."""

    def __init__(self, socket: ClientConnection) -> None:
        self.path = "document"
        self.sent = 0
        self._socket = socket

    def __aiter__(self) -> "Line":
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        self.sent += 1
        await self._socket.send(message)

    async def recv(self) -> bytes:
        return await self._socket.recv(decode=False)


async def hears(doc: "Doc[Any]", condition: Callable[[], bool]) -> None:
    """Wait for a change of the document after which something is so."""
    changed = asyncio.Event()
    doc.observe(lambda _: changed.set())
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await changed.wait()
            changed.clear()


@database_sync_to_async
def head(notes: UUID) -> int:
    """How many rows the log has."""
    return Head.objects.get(document=notes).seq


async def test_the_provider_of_pycrdt_edits(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    doc: Doc[Any] = Doc()
    text = doc.get("note", type=Text)
    url = f"{web.ws}/ws/documents/{notes}"
    cookie = {"Cookie": f"sessionid={bo_session}"}
    async with (
        stocks() as node,
        connect(url, additional_headers=cookie, origin=Origin(web.origin)) as socket,
    ):
        a = await node.open(web, notes, ana_session)
        await a.until(synced=True)
        line = Line(socket)
        async with Provider(doc, line) as provider:
            await provider.synced.wait()
            await a.do("edit", 1, 30)
            await hears(doc, lambda: len(text) == 1)
            text.insert(0, "So it is")
            await a.until(note="So it is.")
            await a.do("sign")
            await hears(doc, lambda: len(text) == 10)
            await met([a])
        # Step1, Step2 and the one edit; the rest are echoes, which add no row: those
        # are the paragraph, 30 edits or fewer, and three of the note.
        assert line.sent > 3
        assert await head(notes) <= 34

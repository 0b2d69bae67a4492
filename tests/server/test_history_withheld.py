"""Those who may not see a history are sent no deleted text: by sockets and the API."""

from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from typing_extensions import override

from collab.boot.web import Web
from documents import access
from documents.models import Audience, Document
from tests.actors import Actor, document, frame, person
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper
from tests.server.test_api import ask
from tests.waiting import until

pytestmark = pytest.mark.server

SECRET = "hunter2"


@pytest.mark.django_db
@pytest.mark.parametrize("audience", Audience)
def test_the_state_holds_deleted_text_for_the_audience_alone(
    shared: Shared, visitor: Visitor, audience: Audience
) -> None:
    access.show_history(shared.document, audience)
    paper = Paper(shared.document)
    paper.write(shared.people["owner"], f"Kept {SECRET}")
    paper.delete(shared.people["owner"], 5, 5 + len(SECRET))
    seen = {
        who: SECRET.encode()
        in ask(visitor(who), "GET", f"/{shared.document.pk}/state").content
        for who in ("owner", "editor", "reader", "guest")
    }
    assert seen == {
        "owner": True,
        "editor": audience is not Audience.OWNER,
        "reader": audience is Audience.READERS,
        "guest": audience is Audience.READERS,
    }


class Watcher(Actor):
    """An actor that remembers all updates as they came."""

    received = b""

    @override
    def _apply(self, update: bytes) -> None:
        self.received += update
        super()._apply(update)

    @property
    def saw(self) -> bool:
        """Whether the secret was among them."""
        return SECRET.encode() in self.received


@pytest.mark.django_db(transaction=True)
async def test_sockets_are_sent_what_the_person_may_see(house: Web) -> None:
    ana, session = await person("Ana")
    rita, reading = await person("Rita")
    notes = await document(ana, reader=rita)
    async with Actor(house, notes, session) as a:
        await a.ready()
        await a.write(f"Kept {SECRET}")
        del a.paragraph()[5:]
        await a.flush()
        await a.saved()
    for audience, sees in ((Audience.EDITORS, False), (Audience.READERS, True)):
        row = await Document.objects.aget(pk=notes)
        await database_sync_to_async(access.show_history)(row, audience)
        for way in (opens, resumes, opens_with_another_client):
            assert await way(house, notes, reading) is sees


async def opens(house: Web, notes: UUID, session: str) -> bool:
    async with Watcher(house, notes, session) as one:
        await one.until(lambda: "Kept" in one.text())
        return one.saw


async def resumes(house: Web, notes: UUID, session: str) -> bool:
    async with Watcher(house, notes, session, epoch=1, cursor=1) as one:
        await one.until(lambda: one.cursor > 1)
        return one.saw


async def opens_with_another_client(house: Web, notes: UUID, session: str) -> bool:
    async with Watcher(house, notes, session, subprotocol=None) as one:
        await one.send(frame(0, 0, one.doc.get_state()))
        await one.until(lambda: "Kept" in one.text())
        return one.saw


@pytest.mark.django_db(transaction=True)
async def test_another_audience_holds_for_sockets_that_are_open(house: Web) -> None:
    ana, session = await person("Ana")
    rita, reading = await person("Rita")
    notes = await document(ana, reader=rita)
    async with Actor(house, notes, session) as a, Watcher(house, notes, reading) as r:
        await a.ready()
        await a.write(f"Kept {SECRET}")
        del a.paragraph()[5:]
        await a.flush()
        await r.until(lambda: r.cursor == a.head and a.durable == a.sent)
        row = await Document.objects.aget(pk=notes)
        await database_sync_to_async(access.show_history)(row, Audience.READERS)

        async def saw() -> bool:
            r.received, r.epoch, r.cursor = b"", 0, 0
            await r.send(frame(16, 0, 0))
            await r.until(lambda: r.received)
            return r.saw

        await until(saw)

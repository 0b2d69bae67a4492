"""Redaction, and those who come back with the old text."""

from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from documents.engine import reading
from documents.models import Document, Head, Update, User
from documents.storage import log
from documents.yjs.updates import parse
from tests.actors import Actor, document, frame, person
from tests.conftest import Webs
from tests.server.papers import holds
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SECRET = "hunter2"


@database_sync_to_async
def redact(owner: User, notes: UUID, words: str) -> int:
    """Take out every row that says these words, as the owner does; give the epoch."""
    ranges = [
        [client, struct.clock, struct.length]
        for row in Update.objects.filter(document=notes).order_by("seq")
        if words.encode() in bytes(row.payload)
        for client, section in parse(bytes(row.payload)).structs.items()
        for struct in section
    ]
    client = Client()
    client.force_login(owner)
    path = f"/{notes}/history/redact"
    answer = ask(client, "POST", path, {"ranges": ranges})
    assert answer.status_code == 200
    epoch: int = answer.json()["epoch"]
    return epoch


@database_sync_to_async
def stored(notes: UUID) -> dict[str, Any]:
    return {
        "text": reading.text(notes, log.state(notes)).strip(),
        "secret": holds(Document.objects.get(pk=notes), SECRET),
        "head": Head.objects.get(document=notes).seq,
    }


async def test_nobody_brings_back_what_was_redacted(webs: Webs) -> None:
    web = webs(AUDIT_SECONDS="1")
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    a = await Actor(web, notes, ana_session).join()
    b = await Actor(web, notes, bo_session).join()
    await b.ready()
    await (await a.ready()).write("Ana wrote this. ")
    await b.until(lambda: "Ana wrote" in b.text())
    await b.write(f"The key is {SECRET}. ")
    await a.until(lambda: SECRET in a.text())

    # Bo goes on where there is no network, next to the secret and from a whole copy.
    await b.leave()
    await b.write("Bo wrote this on a train.")
    kept = b.doc.get_update()
    assert SECRET.encode() in kept
    assert await redact(ana, notes, SECRET) == 2
    assert await a.gone() == 4503

    await b.join()
    await b.until(lambda: b.durable == b.sent and b.epoch == 2 and b.durable)
    found = await stored(notes)
    assert not found["secret"]
    assert found["text"] == "Ana wrote this. Bo wrote this on a train."
    assert SECRET not in b.text()

    await sends_all_in_vain(b, kept)
    assert await stored(notes) == found
    await b.leave()
    async with Actor(web, notes, ana_session) as late:
        await late.until(lambda: "train" in late.text())
        assert SECRET.encode() not in late.doc.get_update()


async def sends_all_in_vain(actor: Actor, kept: bytes) -> None:
    """Send the whole old text, as an answer and as an edit; wait for the receipts."""
    for payload in (frame(0, 1, kept), frame(0, 2, kept)):
        await actor.send(payload)
        actor.sent += 1
    await actor.until(lambda: actor.durable == actor.sent)


async def test_a_stock_client_that_knows_no_epochs_brings_nothing_back(
    webs: Webs,
) -> None:
    web = webs(AUDIT_SECONDS="1")
    ana, session = await person("Ana")
    notes = await document(ana)
    one = await Actor(web, notes, session, subprotocol=None).join()
    await one.until(lambda: any(f[:2] == ("sync", 0) for f in one.frames))
    await one.send(frame(0, 0, one.doc.get_state()))
    await one.until(lambda: "paragraph" in str(one.fragment))
    await one.write(f"Kept. {SECRET}")
    seen = Actor(web, notes, session)
    await seen.join()
    await seen.until(lambda: SECRET in seen.text())
    kept = one.doc.get_update()
    await redact(ana, notes, SECRET)
    assert await one.gone() == 4503
    assert await seen.gone() == 4503
    one.frames.clear()
    await one.join()
    await one.until(lambda: any(f[:2] == ("sync", 0) for f in one.frames))
    await one.send(frame(0, 1, kept))
    await one.send(frame(0, 0, one.doc.get_state()))
    await one.until(lambda: SECRET not in str(one.fragment))
    await one.write("After.")
    await seen.join()
    await seen.until(lambda: "After." in seen.text())
    found = await stored(notes)
    assert (found["text"], found["secret"]) == ("After.", False)
    await one.leave()
    await seen.leave()

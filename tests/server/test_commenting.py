"""Whoever has a document open hears that something was said about its text."""

import base64
import json
import re
from functools import partial
from uuid import UUID

import httpx
import pytest
from channels.db import database_sync_to_async
from django.utils import timezone

from collab.boot.web import Web
from collab.exchange import announce, document_group
from documents import access, comments
from documents.models import Comment, Document, Role, Thread, User
from documents.yjs.positions import Position, encode
from documents.yjs.updates import ClientId
from tests.actors import document, person
from tests.conftest import Webs
from tests.listening import heard_of
from tests.sockets import Socket, opened
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV = {"AUDIT_SECONDS": "3600"}
"""The audit is far off: what a socket hears, a message told it."""
START, END = (
    base64.b64encode(encode(Position((ClientId(1), clock), None, 0))).decode()
    for clock in (3, 9)
)
FIRST = {
    "start": START,
    "end": END,
    "quote": "words",
    "epoch": 1,
    "key": "first",
    "text": "So?",
}
TOKEN = "a" * 32
COUNTED = re.compile(r"^palimpsest_commented_total (.*)$", re.MULTILINE)


def told(socket: Socket) -> list[object]:
    """The revisions that came over a socket."""
    notices = socket.notices()
    return [said["revision"] for kind, said in notices if kind == "commented"]


def knows(socket: Socket, revision: int) -> bool:
    return revision in told(socket)


def counted(web: Web) -> float:
    """How many changes of threads a process says that it has stored."""
    shown = httpx.get(f"{web.origin}/metrics", timeout=PATIENCE)
    (found,) = COUNTED.findall(shown.text)
    return float(found)


@database_sync_to_async
def say(notes: UUID, author: User, key: str) -> None:
    """Begin a thread in a process that holds no sockets."""
    remark = comments.remark(author, key, "So?")
    seen = comments.Seen(comments.anchor(START, END, "words"), 1)
    comments.begin(notes, remark, seen, timezone.now())


async def post(web: Web, notes: UUID, session: str, body: object) -> httpx.Response:
    """Say something as a page of ours does."""
    cookies = {"sessionid": session, "csrftoken": TOKEN}
    headers = {"Origin": web.origin, "X-CSRFToken": TOKEN}
    async with httpx.AsyncClient(
        cookies=cookies, headers=headers, timeout=PATIENCE
    ) as browser:
        address = f"{web.origin}/api/documents/{notes}/comments"
        return await browser.post(address, json=body)


async def test_what_is_said_over_http_all_processes_hear_of(
    house: Web, annex: Web
) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, commenter=bo)
    before = counted(house), counted(annex)
    async with (
        opened(house, notes, ana_session) as a,
        opened(house, notes, bo_session) as b,
        opened(annex, notes, bo_session) as far,
    ):
        await heard_of(notes)
        answer = await post(house, notes, bo_session, FIRST)
        assert answer.status_code == 201
        for socket in (a, b, far):
            await socket.until(partial(knows, socket, 1))
        await say(notes, ana, "second")
        for socket in (a, b, far):
            await socket.until(partial(knows, socket, 2))
            assert told(socket) == [1, 2]
    # Once, by the process that stored it; the second one was stored by no server.
    assert (counted(house), counted(annex)) == (before[0] + 1, before[1])


async def test_a_welcome_says_how_long_a_comment_may_be(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.heard(17)
        (welcome,) = socket.of(17)
        assert json.loads(welcome.text())["limits"]["comment"] == 4000


async def test_readers_and_strangers_to_the_protocol_hear_nothing(house: Web) -> None:
    ana, session = await person("Ana")
    rita, reading = await person("Rita")
    notes = await document(ana, reader=rita)
    async with (
        opened(house, notes, reading) as reader,
        opened(house, notes, session) as writer,
        opened(house, notes, session, palimpsest=False) as stock,
    ):
        await heard_of(notes, processes=1)
        await say(notes, ana, "first")
        await writer.until(partial(knows, writer, 1))
        assert told(reader) == told(stock) == []
        await database_sync_to_async(access.grant)(
            await Document.objects.aget(pk=notes), rita, Role.COMMENTER
        )
        await reader.until(lambda: "role" in dict(reader.notices()))
        await say(notes, ana, "second")
        await reader.until(partial(knows, reader, 2))
        assert told(reader) == [2]


async def test_what_comes_twice_or_late_is_told_once(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await heard_of(notes, processes=1)
        for revision in (1, 1, 3, 2, 3, 4):
            message = {
                "type": "commented",
                "document": str(notes),
                "revision": revision,
            }
            await announce({document_group(notes): message})
        await socket.until(partial(knows, socket, 4))
        assert told(socket) == [1, 3, 4]


async def test_nothing_is_told_of_what_was_not_stored(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await heard_of(notes, processes=1)
        await say(notes, ana, "first")
        await say(notes, ana, "first")
        refused = await post(house, notes, session, {**FIRST, "text": " "})
        assert refused.status_code == 422
        await say(notes, ana, "second")
        await socket.until(partial(knows, socket, 2))
        assert told(socket) == [1, 2]


async def test_what_messages_do_not_tell_the_audit_tells(webs: Webs) -> None:
    ana, session = await person("Ana")
    notes, silent = await document(ana), await document(ana)
    deaf = {
        "CHANNEL_LAYER_BACKEND": "tests.lossy.SilentChannelLayer",
        "AUDIT_SECONDS": "1",
    }
    one, other = webs(**deaf), webs(**deaf)
    async with (
        opened(one, notes, session) as a,
        opened(other, notes, session) as b,
        opened(one, silent, session) as calm,
    ):
        for turn in (1, 2):
            body = {**FIRST, "key": f"k{turn}"}
            assert (await post(one, notes, session, body)).status_code == 201
            for socket in (a, b):
                await socket.until(partial(knows, socket, turn))
        assert told(a) == told(b) == [1, 2]
        assert told(calm) == []


async def test_revisions_that_are_given_again_are_told_again(webs: Webs) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    web = webs(AUDIT_SECONDS="1")
    async with opened(web, notes, session) as socket:
        for turn in (1, 2, 3):
            await say(notes, ana, f"k{turn}")
        await socket.until(partial(knows, socket, 3))
        heard = len(told(socket))
        # As after a failover to a database that lacks the last change.
        await Thread.objects.filter(document=notes, number=3).adelete()
        await Comment.objects.filter(document=notes, thread=3).adelete()
        await socket.until(lambda: told(socket)[heard:] == [2])
        await say(notes, ana, "again")
        await socket.until(lambda: told(socket)[heard:] == [2, 3])

"""Each document's chat over real sockets, Postgres and Valkey: everybody hears all."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from channels import DEFAULT_CHANNEL_LAYER
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.conf import settings
from django.db import connection
from django.test import Client

from collab.boot.web import Web
from collab.exchange import document_group
from collab.protocol import Change, Say, Unsay
from documents import access
from documents.models import ChatMessage, Document, Role, User
from documents.postgres import conninfo
from documents.storage.chat import MOST
from tests.actors import document, person
from tests.conftest import Webs
from tests.listening import heard_of
from tests.server.conftest import Shared, Visitor
from tests.sockets import Socket, opened
from tests.waiting import until

TEXT = bytes.fromhex("01010a0007010764656661756c74030970617261677261706800")
"""Client 10 adds a paragraph."""

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SAID = 26
ENV = {"AUDIT_SECONDS": "3600", "SAYINGS_PER_SECOND": "1000"}
"""The audit is far off: what a socket hears, a message told it."""


def said(socket: Socket) -> list[Mapping[str, Any]]:
    """All messages that came over a socket."""
    return [json.loads(one.text()) for one in socket.of(SAID)]


def texts(socket: Socket) -> list[str]:
    return [message["text"] for message in said(socket)]


def hears(socket: Socket, text: str) -> bool:
    return text in texts(socket)


def durable(socket: Socket) -> bool:
    """Whether its first edit is."""
    return socket.receipts()[-1:] == [(1, 2)]


def unsaid(socket: Socket) -> list[tuple[str, str]]:
    """The keys of what was not stored, and why not."""
    notices = [json for kind, json in socket.notices() if kind == "unsaid"]
    return [(str(told["key"]), str(told["reason"])) for told in notices]


def heard_all(socket: Socket, count: int) -> bool:
    """Whether all messages so far came, in their order."""
    numbers = [message["number"] for message in said(socket)]
    assert numbers == sorted(numbers)
    return len(set(numbers)) == count


@database_sync_to_async
def stored(notes: UUID) -> list[tuple[int, str]]:
    rows = ChatMessage.objects.filter(document=notes).order_by("number")
    return list(rows.values_list("number", "text"))


async def test_what_one_says_all_hear_with_the_servers_word_on_who_and_when(
    house: Web, annex: Web
) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        opened(house, notes, ana_session) as a,
        opened(house, notes, bo_session) as b,
        opened(annex, notes, bo_session) as far,
    ):
        await heard_of(notes)
        await a.send(Say("first", " Good\nmorning 🏔 "))
        for socket in (a, b, far):
            await socket.heard(SAID)
        await far.send(Say("second", "Hello"))
        for socket in (a, b, far):
            await socket.heard(SAID, 2)
        assert said(a) == said(b) == said(far)
        one, other = said(a)
    assert one["by"] == {"id": ana.pk, "name": "Ana", "hue": ana.hue}
    assert other["by"]["name"] == "Bo"
    assert (one["number"], other["number"]) == (1, 2)
    assert (one["key"], one["removes"]) == ("first", None)
    assert one["at"] <= other["at"]
    assert await stored(notes) == [(1, "Good\nmorning 🏔"), (2, "Hello")]


async def test_many_who_speak_at_once_are_numbered_without_gaps(
    house: Web, annex: Web
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with (
        opened(house, notes, session) as a,
        opened(house, notes, session) as b,
        opened(annex, notes, session) as c,
    ):
        await heard_of(notes)
        speakers = {"a": a, "b": b, "c": c}
        # From the first message on each process knows how far the chat has come.
        await a.send(Say("first", "first"))
        for socket in speakers.values():
            await socket.heard(SAID)
        await asyncio.gather(
            *(
                socket.send(*(Say(f"{name}{turn}", f"{turn}") for turn in range(20)))
                for name, socket in speakers.items()
            )
        )
        for socket in speakers.values():
            await socket.until(partial(heard_all, socket, 61))
    assert [number for number, _ in await stored(notes)] == list(range(1, 62))


async def test_what_is_sent_again_is_one_message_and_its_author_hears_so(
    house: Web,
) -> None:
    ana, session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        opened(house, notes, session) as a,
        opened(house, notes, bo_session) as b,
    ):
        await a.send(Say("key", "once"), Say("other", "twice"), Say("key", "once"))
        await a.heard(SAID, 3)
        await b.send(Say("key", "of Bo"))
        await b.heard(SAID, 3)
        assert texts(a)[:3] == ["once", "twice", "once"]
        assert texts(b) == ["once", "twice", "of Bo"]
    assert len(await stored(notes)) == 3


async def test_readers_neither_hear_nor_speak(house: Web) -> None:
    ana, session = await person("Ana")
    rita, reading = await person("Rita")
    notes = await document(ana, reader=rita)
    async with (
        opened(house, notes, reading) as reader,
        opened(house, notes, session) as writer,
        opened(house, notes, session, palimpsest=False) as stock,
    ):
        await writer.send(Say("key", "Among us"))
        await writer.heard(SAID)
        await reader.send(Say("mine", "May I?"), Unsay(1))
        await reader.until(lambda: unsaid(reader))
        assert unsaid(reader) == [("mine", "no-right")]
        assert said(reader) == said(stock) == []
        await database_sync_to_async(access.grant)(
            await Document.objects.aget(pk=notes), rita, Role.EDITOR
        )
        await reader.until(lambda: "role" in dict(reader.notices()))
        await reader.send(Say("mine", "Now I may"))
        await writer.heard(SAID, 2)
        assert texts(writer) == ["Among us", "Now I may"]
    assert len(await stored(notes)) == 2


async def test_what_is_no_message_is_refused_by_name_and_the_socket_stays(
    house: Web,
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    most = settings.SAYING_CHARACTERS
    async with opened(house, notes, session) as socket:
        await socket.send(
            Say("long", "🏔" * (most // 2) + "!"),
            Say("empty", " \n\0"),
            Say("unseen", "\u200b \u202e\ufeff"),
            Say("longest", "🏔" * (most // 2)),
        )
        await socket.heard(SAID)
        assert unsaid(socket) == [
            ("long", "too-long"),
            ("empty", "empty"),
            ("unseen", "empty"),
        ]
        assert said(socket)[0]["key"] == "longest"
        assert socket.code is None


async def test_who_speaks_in_haste_waits(webs: Webs) -> None:
    web = webs(SAYINGS_PER_SECOND="1")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with (
        opened(web, notes, session) as other,
        opened(web, notes, session) as hasty,
    ):
        await hasty.send(*(Say(f"k{turn}", "x") for turn in range(8)))  # 6 s of them
        await other.send(Say("calm", "calm"))
        await hasty.heard(SAID, 9)
        assert said(hasty)[-1]["text"] == "x"
        assert sorted(texts(hasty)) == ["calm", *["x"] * 8]
        assert hasty.code is None


@pytest.mark.parametrize("key", ["", "a" * 65, "no space", "a\0", "é"])
async def test_what_is_no_key_ends_the_socket(house: Web, key: str) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.send(Say(key, "text"))
        assert await socket.gone() == 4400
    assert await stored(notes) == []


async def test_who_spoke_may_take_it_back_and_the_owner_what_anybody_said(
    house: Web, annex: Web
) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        opened(house, notes, ana_session) as owner,
        opened(annex, notes, bo_session) as editor,
    ):
        await heard_of(notes)
        await owner.send(Say("of-Ana", "stays"))
        await editor.heard(SAID)
        await editor.send(Say("of-Bo", "a secret"), Say("again", "a second"))
        await owner.heard(SAID, 3)
        await editor.send(Unsay(1), Unsay(3), Unsay(3), Unsay(99))
        await owner.heard(SAID, 4)
        await owner.send(Unsay(2), Unsay(4))
        await editor.heard(SAID, 5)
        told = [(one["by"]["name"], one["removes"]) for one in said(editor)[3:]]
        assert told == [("Bo", 3), ("Ana", 2)]
        await owner.send(Say("end", "end"))
        await editor.heard(SAID, 6)
    assert [text for _, text in await stored(notes)] == ["stays", "", "", "", "", "end"]


@pytest.mark.parametrize("layer", ["Silent", "Mischievous"])
async def test_what_messages_between_processes_do_not_tell_the_audit_tells(
    webs: Webs, layer: str
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    deaf = {
        "CHANNEL_LAYER_BACKEND": f"tests.lossy.{layer}ChannelLayer",
        "AUDIT_SECONDS": "1",
        "SAYINGS_PER_SECOND": "1000",
    }
    one, other = webs(**deaf), webs(**deaf)
    async with opened(one, notes, session) as a, opened(other, notes, session) as b:
        await a.send(Say("k1", "first"))
        await b.heard(SAID)
        await a.send(*(Say(f"k{turn}", f"{turn}") for turn in range(2, 8)))
        await b.until(lambda: len(texts(b)) >= 7)
        assert texts(b) == ["first", *map(str, range(2, 8))]


async def test_a_gap_between_messages_is_read(house: Web, annex: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with (
        opened(house, notes, session) as a,
        opened(annex, notes, session) as b,
    ):
        await heard_of(notes)
        await a.send(Say("k1", "first"))
        await b.heard(SAID)
        author = await User.objects.aget(pk=ana.pk)
        await ChatMessage.objects.acreate(
            document_id=notes,
            number=2,
            author=author,
            key="unheard",
            at=author.date_joined,
            text="unheard",
            removes=None,
        )
        await a.send(Say("k3", "third"))
        for socket in (a, b):
            await socket.heard(SAID, 3)
            assert texts(socket) == ["first", "unheard", "third"]


async def test_a_message_that_postgres_has_lost_holds_nobody_up(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    lost = {"number": 99, "at": 0, "by": None, "text": "", "key": "k", "removes": None}
    async with opened(house, notes, session) as socket:
        await socket.send(Say("k1", "first"))
        await socket.heard(SAID)
        await channel_layers[DEFAULT_CHANNEL_LAYER].group_send(
            document_group(notes),
            {"type": "said", "document": str(notes), "message": json.dumps(lost)},
        )
        for turn in range(2, 22):  # before or after it, and in the end after it
            await socket.send(Say(f"k{turn}", f"{turn}"))
            await socket.heard(SAID, turn)
        assert texts(socket) == ["first", *map(str, range(2, 22))]


async def test_nobody_hears_what_is_not_stored_and_its_author_is_told(
    house: Web,
) -> None:
    ana, session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        opened(house, notes, session) as a,
        opened(house, notes, bo_session) as b,
        await psycopg.AsyncConnection.connect(conninfo()) as admin,
    ):
        await admin.execute("LOCK TABLE documents_chatmessage")
        await a.send(Say("key", "lost?"))

        async def ended() -> bool:
            return await _ended_who_waits() or bool(unsaid(a))  # it waits for 3 s

        await until(ended)
        await a.until(lambda: unsaid(a))
        assert unsaid(a) == [("key", "later")]
        await admin.rollback()
        await a.send(Say("key", "lost?"))
        for socket in (a, b):
            await socket.heard(SAID)
            assert texts(socket) == ["lost?"]
    assert len(await stored(notes)) == 1


async def test_nobodys_text_waits_for_what_is_said(house: Web) -> None:
    ana, session = await person("Ana")
    papers = [await document(ana) for _ in range(6)]
    async with AsyncExitStack() as sockets:
        opening = [opened(house, paper, session) for paper in papers]
        people = [await sockets.enter_async_context(one) for one in opening]
        async with await psycopg.AsyncConnection.connect(conninfo()) as admin:
            await admin.execute("LOCK TABLE documents_chatmessage")
            for one in people:
                await one.send(Say("key", "stuck"), Unsay(1), Change(TEXT))
            for one in people:
                await one.until(partial(durable, one))
                assert not said(one)
            for one in people:
                await one.until(partial(unsaid, one))
                assert unsaid(one) == [("key", "later")]
        for one in people:
            await one.send(Say("key", "stuck"))
            await one.heard(SAID)
            assert one.code is None


async def test_numbers_that_are_given_again_are_heard_again(webs: Webs) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    one, other = webs(AUDIT_SECONDS="1"), webs(AUDIT_SECONDS="1")
    async with (
        opened(one, notes, session) as a,
        opened(one, notes, session) as b,
        opened(other, notes, session) as far,
    ):
        # From the first message on each process knows how far the chat has come.
        await a.send(Say("k1", "1"))
        for socket in (a, b, far):
            await socket.heard(SAID)
        await a.send(*(Say(f"k{number}", f"{number}") for number in range(2, 6)))
        for socket in (a, b, far):
            await socket.until(partial(heard_all, socket, 5))
        await ChatMessage.objects.filter(document=notes, number__gt=2).adelete()
        await a.send(Say("again", "third"))
        for socket in (a, b, far):
            await socket.until(partial(hears, socket, "third"))
            again = [one for one in said(socket) if one["text"] == "third"]
            assert {one["number"] for one in again} == {3}


@database_sync_to_async
def _ended_who_waits() -> bool:
    """End the session that waits to store a message, once it does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchall())


def chat_of(client: Client, notes: UUID, **part: int) -> list[dict[str, Any]]:
    """Read a chat by HTTP."""
    answer = client.get(f"/api/documents/{notes}/chat", part)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return list(answer.json()["messages"])


def spoken(shared: Shared, count: int) -> None:
    """Let the owner say so much."""
    ChatMessage.objects.bulk_create(
        ChatMessage(
            document=shared.document,
            number=number,
            author=shared.people["owner"],
            key=f"k{number}",
            at=shared.document.created,
            text=f"{number}",
        )
        for number in range(1, count + 1)
    )


def test_a_chat_is_read_from_its_end_backwards_and_onwards(
    shared: Shared, visitor: Visitor
) -> None:
    client, notes = visitor("editor"), shared.document.pk
    assert chat_of(client, notes) == []
    spoken(shared, 300)
    numbers = [message["number"] for message in chat_of(client, notes)]
    assert numbers == list(range(251, 301))
    earlier = [message["number"] for message in chat_of(client, notes, before=251)]
    assert earlier == list(range(201, 251))
    later = [message["number"] for message in chat_of(client, notes, after=5)]
    assert later == list(range(6, 6 + MOST))
    assert chat_of(client, notes, after=300) == chat_of(client, notes, before=1) == []


def test_who_has_left_is_nobody_and_what_they_said_stays(
    shared: Shared, visitor: Visitor
) -> None:
    spoken(shared, 1)
    ChatMessage.objects.update(author=shared.people["stranger"])
    shared.people["stranger"].delete()
    (message,) = chat_of(visitor("owner"), shared.document.pk)
    assert (message["by"], message["text"]) == (None, "1")


def test_a_number_that_no_chat_has_is_refused_by_name(
    shared: Shared, visitor: Visitor
) -> None:
    for part in ("after=-1", f"before={2**63}", "after=x"):
        answer = visitor("owner").get(
            f"/api/documents/{shared.document.pk}/chat?{part}"
        )
        assert answer.status_code == 422

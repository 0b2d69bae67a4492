"""The administration's page of live connections: asked of processes, ended in them."""

import re
from http.client import HTTPConnection, HTTPResponse
from typing import Final
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client

from collab import roster
from collab.boot.web import Web
from collab.protocol import Close, Step1
from documents.models import User
from tests.actors import document, person, sign_in
from tests.conftest import Webs
from tests.sockets import Socket, opened
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

PAGE: Final = "/admin/connections/"
VALUE: Final = re.compile(r'name="(\w+)" value="(\w+)"')


@database_sync_to_async
def staff(*rights: str) -> tuple[User, Client]:
    """Make somebody of the staff with such rights in documents, and their browser."""
    user = User.objects.create_user("root@example.org", name="Root", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return user, client


ALL: Final = ("view_document", "change_document")


def look(client: Client, words: str = "") -> str:
    """Read the page."""
    answer = client.get(PAGE, {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


async def shows(client: Client, *names: str, words: str = "") -> str:
    """Wait until the page shows all names: a new process is heard of in a moment."""
    read = database_sync_to_async(look)

    async def seen() -> str:
        page = await read(client, words)
        return page if all(name in page for name in names) else ""

    return await until(seen)


def rows(page: str) -> dict[str, dict[str, str]]:
    """Give what each row's form would post, by the person's name."""
    bodies = re.findall(r'<th scope="row">.*?</tr>', page, re.DOTALL)
    return {
        re.findall(r">([^<]+)</a>", body)[0]: dict(VALUE.findall(body))
        for body in bodies
    }


async def test_connections_of_all_processes_are_shown_and_ended(
    house: Web, annex: Web
) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    _, client = await staff(*ALL)
    async with (
        opened(house, notes, ana_session) as a,
        opened(annex, notes, bo_session, palimpsest=False) as b,
    ):
        await b.send(Step1(b"\x00"))
        await b.until(lambda: b.steps(1))
        here = str(notes)  # the sockets of other tests may not be gone yet
        page = await shows(client, ">Ana<", ">Bo<", words=here)
        assert page.count("y-websocket") == page.count("palimpsest.1") == 1
        assert page.count(f"/admin/documents/document/{notes}/") == 2
        assert "2 connections" in page
        found = rows(page)
        assert found["Ana"]["process"] != found["Bo"]["process"]
        amounts = re.findall(r'label="(?:In|Out)"[^>]*>([\d.]+)\s', page)
        assert len(amounts) == 4
        assert "0" not in amounts
        post = database_sync_to_async(client.post)
        assert (await post(PAGE, found["Bo"])).status_code == 302
        assert await b.gone() == Close.ENDED
        page = await shows(client, "1 connection.", words=here)
        assert list(rows(page)) == ["Ana"]
        assert a.code is None
        await post(PAGE, found["Ana"])
        assert await a.gone() == Close.ENDED
    assert "Nobody has a document open" in await shows(client, "Nobody")


async def test_one_may_ask_for_a_name_or_a_document(house: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    _, client = await staff(*ALL)
    async with opened(house, notes, ana_session), opened(house, notes, bo_session):
        page = await shows(client, "Ana", words="aNA")
        assert list(rows(page)) == ["Ana"]
        page = await shows(client, "Ana", "Bo", words=str(notes)[:8])
        assert "no such document" in await shows(client, "Nobody", words="Zoe")


async def test_who_does_not_read_is_called_slow(webs: Webs) -> None:
    web = webs(UNSENT_BYTES="100000000")
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    _, client = await staff(*ALL)
    async with (
        opened(web, notes, bo_session) as writer,
        opened(web, notes, ana_session, palimpsest=False) as slow,
    ):
        slow.wire.transport.pause_reading()
        await talk_until(writer, client, "<strong>slow</strong>")
        slow.wire.transport.resume_reading()


async def talk_until(writer: Socket, client: Client, said: str) -> None:
    """Show carets, each larger than what networks hold, until the page says it."""
    read = database_sync_to_async(look)
    clock = 0

    async def seen() -> bool:
        nonlocal clock
        for _ in range(200):
            clock += 1
            await writer.point(7, clock, note="x" * 4000)
        return said in await read(client, "")

    await until(seen)


@pytest.mark.parametrize(
    ("rights", "seen", "ended"),
    [((), 403, 403), (("view_document",), 200, 403), (ALL, 200, 302)],
)
async def test_seeing_and_ending_are_rights_of_their_own(
    rights: tuple[str, ...], seen: int, ended: int
) -> None:
    _, client = await staff(*rights)
    ask = database_sync_to_async(client.get)
    post = database_sync_to_async(client.post)
    assert (await ask(PAGE)).status_code == seen
    assert (await post(PAGE, {"process": "p", "socket": "s"})).status_code == ended
    index = await ask("/admin/")
    assert (PAGE.encode() in index.content) is (seen == 200)


async def test_others_are_sent_to_the_log_in() -> None:
    ana, _ = await person("Ana")
    for client in (Client(), await signed_in(ana)):
        get = database_sync_to_async(client.get)
        post = database_sync_to_async(client.post)
        assert (await get(PAGE)).status_code == 302
        assert (await post(PAGE, {"process": "p", "socket": "s"})).status_code == 302


@database_sync_to_async
def signed_in(user: User) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(user)
    return client


async def test_a_process_that_does_not_answer_is_named() -> None:
    _, client = await staff(*ALL)
    await attend("gone", "host:1")
    try:
        page = await shows(client, "No answer from host:1")
        assert "Nobody" not in page
    finally:
        await attend("gone", "")


async def attend(process: str, place: str) -> None:
    """Let a process be known to live, or to have ended."""
    async with roster.Roster(settings.REDIS_URL, 20) as own:
        await (own.attend(process, place) if place else own.depart(process))


def test_while_redis_is_away_the_page_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, client = async_to_sync(staff)(*ALL)
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")
    assert "Redis is away" in look(client)


async def test_the_page_of_a_real_process_ends_a_connection(house: Web) -> None:
    """On the server's own loop, with a real cookie, token and Origin."""
    ana, session = await person("Ana")
    notes = await document(ana)
    root, _ = await staff(*ALL)
    key = await database_sync_to_async(sign_in)(root)
    async with opened(house, notes, session) as socket:
        visit = database_sync_to_async(browse)
        cookie = ""

        async def seen() -> str:
            nonlocal cookie
            page, cookie = await visit(house, key, str(notes))
            return page if ">Ana<" in page else ""

        form = rows(await until(seen))["Ana"]
        cookies = f"sessionid={key}; csrftoken={cookie}"
        status = await database_sync_to_async(submit)(house, cookies, form)
        assert status == 302
        assert await socket.gone() == Close.ENDED


def browse(web: Web, session: str, words: str) -> tuple[str, str]:
    """Ask for something on a real server's page; gives it and the CSRF cookie."""
    answer, content = request(web, "GET", f"sessionid={session}", query=f"?q={words}")
    found = re.search(r"csrftoken=(\w+)", answer.headers.get("Set-Cookie") or "")
    return content, found[1] if found else ""


def submit(web: Web, cookies: str, form: dict[str, str]) -> int:
    """Post a form to a real server."""
    return request(web, "POST", cookies, urlencode(form))[0].status


def request(
    web: Web, method: str, cookies: str, body: str = "", query: str = ""
) -> tuple[HTTPResponse, str]:
    """Send one request."""
    wire = HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    headers = {"Cookie": cookies, "Origin": web.origin}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    wire.request(method, PAGE + query, body, headers)
    answer = wire.getresponse()
    content = answer.read().decode()
    wire.close()
    return answer, content

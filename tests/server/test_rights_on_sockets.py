"""Who may open a socket, and how soon a right that is gone ends it, in each process."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from collab.boot.web import Web
from collab.protocol import Change, Close, Step1, Step2
from documents import access, trash
from documents.models import Document, Membership, Role, Update, User
from tests.actors import document, person
from tests.conftest import Webs
from tests.server.test_limits import answers
from tests.sockets import Socket, connected, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV = {"RECHECK_SECONDS": "3600"}
"""The round is far off: what a socket hears, a message told it."""
TEXT = bytes.fromhex("01010a0007010764656661756c74030970617261677261706800")
"""Client 10 adds a paragraph."""


def log_of(web: Web) -> str:
    assert web.child.log is not None
    return web.child.log.read_text()


async def refusal(web: Web, where: UUID | str, session: str = "", **how: str) -> int:
    """Connect and give the code with which the server closes."""
    socket = await connected(web, where, session, **how)  # type: ignore[arg-type]
    code = await socket.gone()
    assert socket.frames == []
    assert code is not None
    return code


async def test_strangers_are_told_why_they_may_not_enter(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    assert await refusal(house, notes) == Close.NOT_SIGNED_IN
    assert await refusal(house, notes, "made-up") == Close.NOT_SIGNED_IN
    assert await refusal(house, uuid4(), session) == Close.NO_DOCUMENT
    for where in ("", "nothing", f"{notes}/", f"{notes}0", "%00", "../../elsewhere"):
        assert await refusal(house, where, session) == Close.NO_DOCUMENT


async def test_what_is_hidden_and_what_is_missing_are_closed_alike(house: Web) -> None:
    ana, _ = await person("Ana")
    bo, session = await person("Bo")
    hidden = await document(ana)
    former, trashed = [await document(ana, editor=bo) for _ in range(2)]
    documents = await database_sync_to_async(Document.objects.in_bulk)()
    await database_sync_to_async(trash.trash)(documents[trashed], timezone.now())
    await database_sync_to_async(access.withdraw)(documents[former], bo)
    for where in (uuid4(), hidden, former, trashed):
        for palimpsest in (True, False):
            how = {"palimpsest": palimpsest}
            code = await refusal(house, where, session, **how)  # type: ignore[arg-type]
            assert code == Close.NO_DOCUMENT


async def test_a_cookie_is_believed_from_our_origin_only(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    neighbour = f"http://127.0.0.1:{house.port + 1}"
    tls = f"https://127.0.0.1:{house.port}"
    for origin in (None, "null", "https://evil.example", neighbour, tls):
        code = await refusal(house, notes, session, origin=origin)  # type: ignore[arg-type]
        assert code == Close.NO_RIGHT
    assert log_of(house).count("add it to ORIGINS") == 5
    assert neighbour in log_of(house)
    async with opened(house, notes, session) as socket:
        assert socket.code is None


async def test_a_bearer_socket_ignores_cookies_and_needs_no_origin(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    for origin in (None, "https://elsewhere.example"):
        how = {"origin": origin, "bearer": "unknown"}
        code = await refusal(house, notes, session, **how)  # type: ignore[arg-type]
        assert code == Close.NOT_SIGNED_IN


async def test_a_reader_reads_live_and_writes_nothing(house: Web) -> None:
    ana, session = await person("Ana")
    rita, reading = await person("Rita")
    notes = await document(ana, reader=rita)
    async with (
        opened(house, notes, reading) as reader,
        opened(house, notes, reading, palimpsest=False) as stock,
        opened(house, notes, session) as writer,
    ):
        await reader.send(Change(TEXT), Step2(TEXT), Change(b"nonsense"))
        await stock.send(Step2(TEXT), Change(b"nonsense"), b"\x00\x00\x01\x00")
        await stock.until(lambda: stock.steps(1))
        await writer.send(Change(TEXT))
        await reader.heard(18, 2)
        await stock.until(lambda: stock.steps(2))
        assert not reader.steps(0)
        assert not stock.steps(0)
        assert (reader.code, stock.code) == (None, None)
    authors = await database_sync_to_async(
        lambda: list(Update.objects.filter(document=notes).values_list("author__name"))
    )()
    assert authors == [("Ana",), ("Ana",)]


async def asked(socket: Socket, times: int) -> None:
    """Wait for the server's question what the socket has, so many times."""
    await socket.until(lambda: len(socket.steps(0)) == times)


# Rights that go while sockets are open


def share(notes: Document, user: User) -> None:
    token = access.create_link(notes, Role.EDITOR, timezone.now())
    access.redeem(token, user, timezone.now())


def new_password(_: Document, user: User) -> None:
    user.set_password("another correct horse")
    user.save()


def deactivate(_: Document, user: User) -> None:
    user.is_active = False
    user.save()


def log_out(_: Document, user: User, session: str) -> None:
    SessionStore(session).flush()


ENDS: dict[str, tuple[Callable[..., None], Close]] = {
    "logout": (log_out, Close.NOT_SIGNED_IN),
    "password": (new_password, Close.NOT_SIGNED_IN),
    "deactivated": (deactivate, Close.NOT_SIGNED_IN),
    "withdrawn": (access.withdraw, Close.NO_RIGHT),
    "link": (lambda notes, _: access.revoke_link(notes), Close.NO_RIGHT),
    "trash": (lambda notes, _: trash.trash(notes, timezone.now()), Close.NO_RIGHT),
}


async def everywhere(
    stack: AsyncExitStack, houses: list[Web], notes: UUID, session: str
) -> list[Socket]:
    """Open a socket of each kind in each process."""
    return [
        await stack.enter_async_context(
            opened(web, notes, session, palimpsest=palimpsest)
        )
        for web in houses
        for palimpsest in (True, False)
    ]


async def test_an_ended_right_ends_open_sockets_in_every_process(
    house: Web, annex: Web
) -> None:
    ana, _ = await person("Ana")
    for name, (end, code) in ENDS.items():
        user, session = await person(name)
        notes = await document(ana)
        row = await Document.objects.aget(pk=notes)
        if name == "link":
            await database_sync_to_async(share)(row, user)
        else:
            await database_sync_to_async(access.grant)(row, user, Role.EDITOR)
        async with AsyncExitStack() as stack:
            sockets = await everywhere(stack, [house, annex], notes, session)
            given = (row, user, session) if end is log_out else (row, user)
            await database_sync_to_async(end)(*given)
            codes = [await socket.gone() for socket in sockets]
            assert (name, set(codes)) == (name, {code})
            told = [kind for socket in sockets for kind, _ in socket.notices()]
            assert told == (["trashed"] * 2 if name == "trash" else [])


async def test_a_role_that_changes_is_told_and_holds(house: Web, annex: Web) -> None:
    ana, _ = await person("Ana")
    ed, session = await person("Ed")
    notes = await document(ana, editor=ed)
    row = await Document.objects.aget(pk=notes)
    grant = database_sync_to_async(access.grant)
    async with AsyncExitStack() as stack:
        sockets = await everywhere(stack, [house, annex], notes, session)
        ours = [sockets[0], sockets[2]]
        await grant(row, ed, Role.READER)
        for socket in ours:
            await socket.heard(22, 1)
            assert socket.notices() == [("role", {"role": "reader"})]
        for socket in ours:
            await socket.send(Change(TEXT), Step1(b"\x00"))
            await answers(socket, 1)  # so the change has come, too
        await grant(row, ed, Role.EDITOR)
        for socket in ours:
            await asked(socket, 2)
        assert ours[0].notices()[-1] == ("role", {"role": "editor"})
        assert await Update.objects.filter(document=notes).acount() == 1
        await ours[0].send(Change(TEXT))
        for socket in ours:
            await socket.heard(18, 2)
        assert [socket.code for socket in sockets] == [None] * 4


async def test_the_owner_of_a_document_in_the_trash_reads_on(
    house: Web, annex: Web
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    row = await Document.objects.aget(pk=notes)
    async with AsyncExitStack() as stack:
        sockets = await everywhere(stack, [house, annex], notes, session)
        await database_sync_to_async(trash.trash)(row, timezone.now())
        for socket in (sockets[0], sockets[2]):
            await socket.heard(22, 2)
            told = [("trashed", {}), ("role", {"role": "reader"})]
            assert socket.notices() == told
        late = await stack.enter_async_context(opened(house, notes, session))
        assert late.notices() == [("trashed", {})]
        assert not late.steps(0)
        await database_sync_to_async(trash.restore)(row)
        for socket in (sockets[0], sockets[2], late):
            await asked(socket, 1 if socket is late else 2)
        assert late.notices()[-1] == ("role", {"role": "owner"})


# What is changed by a query alone, as in a console: nobody announces it.
UNSAID: dict[str, tuple[Callable[[UUID, User, str], object], Close]] = {
    "logout": (
        lambda _, __, session: Session.objects.filter(pk=session).update(
            expire_date=timezone.now()
        ),
        Close.NOT_SIGNED_IN,
    ),
    "password": (
        lambda _, user, __: User.objects.filter(pk=user.pk).update(password="!"),
        Close.NOT_SIGNED_IN,
    ),
    "deactivated": (
        lambda _, user, __: User.objects.filter(pk=user.pk).update(is_active=False),
        Close.NOT_SIGNED_IN,
    ),
    "withdrawn": (
        lambda notes, user, _: Membership.objects.filter(
            document=notes, user=user
        ).delete(),
        Close.NO_RIGHT,
    ),
}


async def test_a_right_whose_end_was_not_announced_ends_with_the_round(
    webs: Webs,
) -> None:
    web = webs(RECHECK_SECONDS="1")
    ana, _ = await person("Ana")
    for name, (end, code) in UNSAID.items():
        user, session = await person(name)
        notes = await document(ana, editor=user)
        async with opened(web, notes, session) as socket:
            await database_sync_to_async(end)(notes, user, session)
            assert (name, await socket.gone()) == (name, code)

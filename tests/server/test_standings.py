"""Many standings asked for at once are those that each alone would be told."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

import psycopg
import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from psycopg import Connection, Cursor
from psycopg.rows import tuple_row
from pytest_django import Settings

from collab import identity
from collab.identity import NOBODY, Standing
from documents import trash
from documents.management.commands.loadtest_fixture import sign_in
from documents.models import User
from tests.server.conftest import Shared, role_of

pytestmark = [pytest.mark.server, pytest.mark.django_db]

One = Callable[[str, UUID], Standing]
Many = Callable[[Sequence[tuple[str, UUID]]], list[Standing]]

alone = cast("One", identity.standing.__wrapped__)  # type: ignore[attr-defined]
at_once = cast("Many", identity.standings.__wrapped__)  # type: ignore[attr-defined]


@pytest.fixture
def sessions(shared: Shared) -> dict[str, str]:
    return {name: sign_in(person) for name, person in shared.people.items()}


def test_everybody_stands_as_their_rights_say(
    shared: Shared, sessions: dict[str, str]
) -> None:
    document = shared.document.pk
    asked = [(session, document) for session in sessions.values()]
    now = timezone.now()
    people = shared.people.values()
    roles = [role_of(one, shared.document, now) for one in people]

    assert [one.role for one in at_once(asked)] == roles
    assert at_once(asked) == [alone(*one) for one in asked]


def test_of_what_there_is_not_it_is_told(
    shared: Shared, sessions: dict[str, str]
) -> None:
    here, nowhere = (
        (sessions["owner"], shared.document.pk),
        (sessions["owner"], uuid4()),
    )

    assert at_once([nowhere, here]) == [alone(*nowhere), alone(*here)]
    assert not alone(*nowhere).known


def test_in_the_trash_too(shared: Shared, sessions: dict[str, str]) -> None:
    trash.trash(shared.document, timezone.now())
    asked = [(session, shared.document.pk) for session in sessions.values()]

    assert at_once(asked) == [alone(*one) for one in asked]


def test_two_questions_are_enough(
    shared: Shared, sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cursors: list[Cursor] = []

    class Noted(Cursor):
        def __init__(self, connection: Connection, *, row_factory: object) -> None:
            assert row_factory is tuple_row
            super().__init__(connection, row_factory=tuple_row)
            cursors.append(self)

    monkeypatch.setattr(psycopg, "Cursor", Noted)
    at_once([(session, shared.document.pk) for session in sessions.values()])
    assert len(cursors) == 2


def password(user: User, _: str) -> None:
    user.set_password("another one, just as long")
    user.save()


def inactive(user: User, _: str) -> None:
    user.is_active = False
    user.save()


def gone(user: User, _: str) -> None:
    user.delete()


def late(_: User, session: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(pk=session).update(expire_date=past)


def signed_out(_: User, session: str) -> None:
    Session.objects.filter(pk=session).delete()


def garbled(_: User, session: str) -> None:
    Session.objects.filter(pk=session).update(session_data="not signed by us")


def otherwise(_: User, session: str) -> None:
    store = SessionStore(session)
    store[BACKEND_SESSION_KEY] = "a.way.to.sign.in.that.is.gone"
    store.save()


@pytest.mark.parametrize(
    "end", [password, inactive, gone, late, signed_out, garbled, otherwise]
)
def test_a_session_that_ended_is_nobodys(
    shared: Shared, sessions: dict[str, str], end: Callable[[User, str], None]
) -> None:
    end(shared.people["reader"], sessions["reader"])

    asked = [(sessions[name], shared.document.pk) for name in ("owner", "reader")]
    owner, reader = at_once([*asked])

    assert owner == alone(*asked[0])
    assert reader is NOBODY
    assert alone(*asked[1]).person is None


def test_a_former_secret_vouches_for_a_session_and_it_stays(
    shared: Shared, sessions: dict[str, str], settings: Settings
) -> None:
    asked = (sessions["reader"], shared.document.pk)
    before = alone(*asked)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, and just as long as the one before it"

    assert alone(*asked) == before
    assert Session.objects.filter(pk=sessions["reader"]).exists()
    settings.SECRET_KEY_FALLBACKS = []
    assert alone(*asked) is NOBODY


def test_without_a_session_one_is_nobody(shared: Shared) -> None:
    assert at_once([("", shared.document.pk)]) == [NOBODY]

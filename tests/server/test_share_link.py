"""Following a share link."""

import pytest
from django.test import Client
from django.utils import timezone

from documents import access
from documents.models import Role
from tests.server.conftest import PASSWORD, Shared, Visitor, role_of

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db,
    pytest.mark.usefixtures("built"),
]


@pytest.fixture
def token(shared: Shared) -> str:
    return access.create_link(shared.document, Role.READER, timezone.now())


def test_a_link_becomes_a_cookie_and_a_clean_address(
    visitor: Visitor, token: str
) -> None:
    answer = visitor("stranger").get(f"/share/{token}")
    assert answer["Location"] == "/share/"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    cookie = answer.cookies["share"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/share/"


def test_a_link_opens_the_document_and_is_forgotten(
    shared: Shared, visitor: Visitor, token: str
) -> None:
    client = visitor("stranger")
    client.get(f"/share/{token}")
    answer = client.get("/share/")
    assert answer["Location"] == f"/documents/{shared.document.pk}/"
    assert answer.cookies["share"].value == ""
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/share/").status_code == 404


def test_a_link_waits_for_the_log_in(shared: Shared, token: str) -> None:
    client = Client()
    answer = client.get(f"/share/{token}", follow=True)
    [*_, (address, _)] = answer.redirect_chain
    assert address == "/accounts/login/?next=/share/"
    form = {"login": "stranger@example.org", "password": PASSWORD}
    answer = client.post(address, {**form, "next": "/share/"}, follow=True)
    [*_, (address, _)] = answer.redirect_chain
    assert address == f"/documents/{shared.document.pk}/"


@pytest.mark.parametrize("who", ["stranger", "refused", "late"])
@pytest.mark.parametrize("state", ["wrong", "revoked"])
def test_a_link_that_does_not_work_says_so(
    shared: Shared, visitor: Visitor, token: str, who: str, state: str
) -> None:
    access.revoke_link(shared.document)
    client = visitor(who)
    client.get(f"/share/{token if state == 'revoked' else 'nonsense'}")
    answer = client.get("/share/")
    assert answer.status_code == 404
    assert b"Ask the person who sent it" in answer.content


def test_a_forged_cookie_opens_nothing(visitor: Visitor, token: str) -> None:
    client = visitor("stranger")
    client.cookies["share"] = token
    assert client.get("/share/").status_code == 404


def test_following_a_link_again_gives_nothing_more(
    shared: Shared, visitor: Visitor, token: str
) -> None:
    for _ in range(2):
        client = visitor("editor")
        client.get(f"/share/{token}")
        client.get("/share/")
    editor = shared.people["editor"]
    role = role_of(editor, shared.document, timezone.now())
    assert role is Role.EDITOR
    assert shared.document.memberships.filter(user=editor).count() == 2

"""Sharing through the API: people, roles, and one link."""

import pytest
from django.utils import timezone

from documents.models import Role
from tests.server.conftest import Shared, Visitor, role_of
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def test_the_owner_sees_addresses_and_others_only_names(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/{shared.document.pk}/members"
    owner = ask(visitor("owner"), "GET", path).json()
    reader = ask(visitor("reader"), "GET", path).json()
    names = ["owner", "editor", "reader", "guest"]
    assert [member["name"] for member in owner["members"]] == names
    assert [member["name"] for member in reader["members"]] == names
    assert all(member["email"] for member in owner["members"])
    assert not any(member["email"] for member in reader["members"])
    assert owner["may_share"]
    assert not reader["may_share"]
    assert reader["link"] is None


def test_who_came_by_the_link_is_told_apart(shared: Shared, visitor: Visitor) -> None:
    path = f"/{shared.document.pk}/members"
    members = ask(visitor("owner"), "GET", path).json()["members"]
    assert [m["name"] for m in members if m["by_link"]] == ["guest"]


def test_inviting_takes_any_spelling_of_an_address(
    shared: Shared, visitor: Visitor
) -> None:
    body = {"email": " Stranger@EXAMPLE.org ", "role": "editor"}
    answer = ask(visitor("owner"), "POST", f"/{shared.document.pk}/members", body)
    assert answer.status_code == 200
    stranger = shared.people["stranger"]
    role = role_of(stranger, shared.document, timezone.now())
    assert role is Role.EDITOR


def test_each_role_but_the_owners_can_be_given(
    shared: Shared, visitor: Visitor
) -> None:
    path, now = f"/{shared.document.pk}", timezone.now()
    stranger = shared.people["stranger"]
    for role in (Role.EDITOR, Role.COMMENTER, Role.READER):
        body = {"email": "stranger@example.org", "role": role}
        answer = ask(visitor("owner"), "POST", f"{path}/members", body)
        assert answer.status_code == 200
        assert role_of(stranger, shared.document, now) is role
        link = {"role": role, "term": "day"}
        made = ask(visitor("owner"), "POST", f"{path}/link", link).json()
        assert made["role"] == role


def test_an_unknown_address_is_answered_in_a_sentence(
    shared: Shared, visitor: Visitor
) -> None:
    body = {"email": "nobody@example.org", "role": "editor"}
    answer = ask(visitor("owner"), "POST", f"/{shared.document.pk}/members", body)
    assert answer.status_code == 422
    assert "link" in answer.json()["detail"]


def test_an_address_that_no_database_takes_is_refused(
    shared: Shared, visitor: Visitor
) -> None:
    body = {"email": "a\0@example.org", "role": "editor"}
    answer = ask(visitor("owner"), "POST", f"/{shared.document.pk}/members", body)
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["owner", "king"])
def test_only_roles_that_can_be_given_are_taken(
    shared: Shared, visitor: Visitor, role: str
) -> None:
    body = {"email": "stranger@example.org", "role": role}
    answer = ask(visitor("owner"), "POST", f"/{shared.document.pk}/members", body)
    assert answer.status_code == 422


def test_the_owner_cannot_be_invited_or_removed(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/{shared.document.pk}/members"
    body = {"email": "owner@example.org", "role": "reader"}
    assert ask(visitor("owner"), "POST", path, body).status_code == 422
    owner = shared.people["owner"].pk
    assert ask(visitor("owner"), "DELETE", f"{path}/{owner}").status_code == 404


def test_anybody_may_leave(shared: Shared, visitor: Visitor) -> None:
    reader = shared.people["reader"].pk
    path = f"/{shared.document.pk}/members/{reader}"
    assert ask(visitor("reader"), "DELETE", path).status_code == 204
    assert ask(visitor("reader"), "GET", f"/{shared.document.pk}").status_code == 404


def test_nobody_reaches_the_people_of_other_documents(
    shared: Shared, visitor: Visitor
) -> None:
    stranger = shared.people["stranger"].pk
    path = f"/{shared.document.pk}/members/{stranger}"
    answer = ask(visitor("owner"), "PATCH", path, {"role": "editor"})
    assert answer.status_code == 404


def test_the_address_of_a_link_is_told_once(shared: Shared, visitor: Visitor) -> None:
    path = f"/{shared.document.pk}"
    body = {"role": "reader", "term": "day"}
    made = ask(visitor("owner"), "POST", f"{path}/link", body).json()
    assert made["url"].startswith("http://testserver/share/")
    shown = ask(visitor("owner"), "GET", f"{path}/members").json()["link"]
    assert shown == {"role": "reader", "expires": made["expires"], "url": None}


def test_a_link_taken_back_takes_its_people_along(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/{shared.document.pk}"
    assert ask(visitor("guest"), "GET", path).status_code == 200
    assert ask(visitor("owner"), "DELETE", f"{path}/link").status_code == 204
    assert ask(visitor("guest"), "GET", path).status_code == 404
    assert ask(visitor("reader"), "GET", path).status_code == 200

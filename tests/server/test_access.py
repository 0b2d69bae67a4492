"""Who may do what with a document."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from documents import access, trash
from documents.models import Role, User
from tests.server.conftest import Shared, role_of

pytestmark = [pytest.mark.server, pytest.mark.django_db]

ROLES = {
    "owner": Role.OWNER,
    "editor": Role.EDITOR,
    "reader": Role.READER,
    "guest": Role.READER,
    "late": None,
    "refused": None,
    "stranger": None,
}


@pytest.mark.parametrize(("name", "role"), ROLES.items())
def test_everybody_has_the_role_that_was_given(
    shared: Shared, name: str, role: Role | None
) -> None:
    user = shared.people[name]
    assert role_of(user, shared.document, timezone.now()) is role


@pytest.mark.parametrize(("name", "role"), ROLES.items())
def test_the_list_holds_exactly_what_can_be_opened(
    shared: Shared, name: str, role: Role | None
) -> None:
    found = access.documents_of(shared.people[name], timezone.now())
    assert found.exists() is (role is not None)


def test_readers_do_not_speak() -> None:
    speakers = {role for role in Role if access.may_speak(role)}
    assert speakers == {Role.OWNER, Role.EDITOR, Role.COMMENTER}
    assert not access.may_speak(None)


def test_an_inactive_person_has_no_role(shared: Shared) -> None:
    owner = shared.people["owner"]
    owner.is_active = False
    assert role_of(owner, shared.document, timezone.now()) is None


def test_the_greatest_of_several_roles_counts(shared: Shared) -> None:
    now, reader = timezone.now(), shared.people["reader"]
    token = access.create_link(shared.document, Role.EDITOR, now)
    access.redeem(token, reader, now)
    assert role_of(reader, shared.document, now) is Role.EDITOR
    assert access.shared_roles(reader, now) == {shared.document.pk: Role.EDITOR}


def test_a_role_given_in_person_replaces_one_got_by_a_link(shared: Shared) -> None:
    now, reader = timezone.now(), shared.people["reader"]
    token = access.create_link(shared.document, Role.EDITOR, now)
    access.redeem(token, reader, now)
    access.grant(shared.document, reader, Role.READER)
    assert role_of(reader, shared.document, now) is Role.READER


def test_a_document_in_the_trash_is_closed_to_all_but_its_owner(
    shared: Shared,
) -> None:
    trash.trash(shared.document, timezone.now())
    roles = {
        name: role_of(user, shared.document, timezone.now())
        for name, user in shared.people.items()
    }
    assert roles.pop("owner") is Role.READER
    assert set(roles.values()) == {None}


def test_restoring_gives_every_role_back(shared: Shared) -> None:
    trash.trash(shared.document, timezone.now())
    trash.restore(shared.document)
    editor = shared.people["editor"]
    assert role_of(editor, shared.document, timezone.now()) is Role.EDITOR


def test_a_link_does_not_open_what_is_in_the_trash(shared: Shared) -> None:
    now = timezone.now()
    token = access.create_link(shared.document, Role.READER, now)
    trash.trash(shared.document, now)
    assert access.redeem(token, shared.people["stranger"], now) is None


def test_a_link_ends_when_it_says(shared: Shared) -> None:
    now, stranger = timezone.now(), shared.people["stranger"]
    later = now + timedelta(hours=1)
    token = access.create_link(shared.document, Role.READER, now, later)
    assert access.redeem(token, stranger, later) is None
    assert access.redeem(token, stranger, now) == shared.document.pk
    assert role_of(stranger, shared.document, now) is Role.READER
    assert role_of(stranger, shared.document, later) is None


def test_a_new_link_ends_the_older_one(shared: Shared) -> None:
    now, stranger = timezone.now(), shared.people["stranger"]
    older = access.create_link(shared.document, Role.READER, now)
    access.create_link(shared.document, Role.READER, now)
    assert access.redeem(older, stranger, now) is None
    assert role_of(shared.people["guest"], shared.document, now) is None


def test_the_token_of_a_link_is_not_stored(shared: Shared) -> None:
    token = access.create_link(shared.document, Role.READER, timezone.now())
    link = shared.document.links.get()
    assert token.encode() not in bytes(link.token_hash)
    assert len(bytes(link.token_hash)) == 32


def test_opening_says_the_same_of_hidden_and_missing(shared: Shared) -> None:
    now, stranger = timezone.now(), shared.people["stranger"]
    with pytest.raises(Http404):
        access.opened(stranger, shared.document.pk, now)
    with pytest.raises(Http404):
        access.opened(stranger, type(shared.document.pk)(int=0), now)


def test_opening_refuses_a_role_that_is_not_enough(shared: Shared) -> None:
    with pytest.raises(PermissionDenied):
        access.opened(
            shared.people["reader"],
            shared.document.pk,
            timezone.now(),
            access.may_write,
        )


@pytest.mark.django_db(transaction=True)
def test_changes_of_rights_are_announced_to_whom_they_concern(shared: Shared) -> None:
    heard: list[frozenset[int]] = []

    def hear(users: frozenset[int], **_: object) -> None:
        heard.append(users)

    def pk(name: str) -> int:
        found: User = shared.people[name]
        return found.pk

    access.rights_changed.connect(hear)
    try:
        access.grant(shared.document, shared.people["stranger"], Role.READER)
        access.withdraw(shared.document, shared.people["stranger"])
        access.revoke_link(shared.document)
        trash.trash(shared.document, timezone.now())
    finally:
        access.rights_changed.disconnect(hear)
    assert heard[:2] == [frozenset({pk("stranger")})] * 2
    assert pk("guest") in heard[2]
    assert {pk("owner"), pk("editor"), pk("reader")} <= heard[3]

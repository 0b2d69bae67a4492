"""Who may see a history: every route, every kind of person, every audience."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from documents import access, trash
from documents.history import bookmarks
from documents.models import Audience, Bookmark, Role
from tests.server.conftest import Shared, Visitor
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db]

NOBODY = {"anonymous": 401, "stranger": 404, "late": 404, "refused": 404}
"""Whom no audience lets in."""
ROLES = {
    "owner": Role.OWNER,
    "editor": Role.EDITOR,
    "joined": Role.EDITOR,
    "commenter": Role.COMMENTER,
    "reader": Role.READER,
    "guest": Role.READER,
}
SEEING = {
    Audience.OWNER: {"owner"},
    Audience.EDITORS: {"owner", "editor", "joined"},
    Audience.READERS: set(ROLES),
}

SEE: set[str] = set(ROLES)
WRITE = {"owner", "editor", "joined"}
OWN = {"owner"}
ROUTES: list[tuple[str, str, object, set[str], int]] = [
    ("GET", "", None, SEE, 200),
    ("GET", "/log?epoch=1&from=1&to=1", None, SEE, 200),
    ("GET", "/columns?epoch=1&from=1&to=1", None, SEE, 200),
    ("GET", "/at/1?epoch=1", None, SEE, 200),
    ("GET", "/search?q=x", None, SEE, 200),
    ("GET", "/versions", None, SEE, 200),
    ("GET", "/blame?epoch=1&from=1&to=1", None, SEE, 200),
    ("POST", "/bookmarks", {"seq": 1, "name": "Sent"}, WRITE, 201),
    ("PATCH", "/bookmarks/{bookmark}", {"name": "Kept"}, WRITE, 200),
    ("DELETE", "/bookmarks/{bookmark}", None, WRITE, 204),
    ("PUT", "/visit", {"seq": 1}, SEE, 204),
    ("PUT", "/audience", {"audience": "readers"}, OWN, 204),
    # The first paragraph itself: those who may are told that it says nothing.
    ("POST", "/redact", {"ranges": [[1, 0, 1]]}, OWN, 422),
    # None was begun in this epoch, so none of it goes on.
    ("GET", "/redact?epoch=1", None, OWN, 409),
]
CASES = [
    pytest.param(audience, route, id=f"{route[0]} {route[1] or '/'} for {audience}")
    for route in ROUTES
    for audience in Audience
]


@pytest.fixture
def marked(shared: Shared, person: Callable[..., object]) -> Bookmark:
    """A bookmark; and more people: a commenter, and an editor who came by a link."""
    now, owner = timezone.now(), shared.people["owner"]
    for name in ("commenter", "joined"):
        shared.people[name] = person(name)  # type: ignore[assignment]
    access.grant(shared.document, shared.people["commenter"], Role.COMMENTER)
    link = shared.document.links.get(token_hash=b"old")
    link.expires = None
    link.save()
    shared.document.memberships.create(
        user=shared.people["joined"], role=Role.EDITOR, link=link
    )
    shared.document.memberships.filter(user=shared.people["late"]).delete()
    return bookmarks.create(shared.document, 1, "Begun", owner, now)


@pytest.mark.parametrize(("audience", "route"), CASES)
def test_rights_hold_on_every_route(
    shared: Shared,
    visitor: Visitor,
    marked: Bookmark,
    audience: Audience,
    route: tuple[str, str, object, set[str], int],
) -> None:
    method, path, body, may, code = route
    access.show_history(shared.document, audience)
    full = f"/{shared.document.pk}/history{path.format(bookmark=marked.pk)}"

    def answered(who: str) -> int:
        """Ask, and undo what came of it."""
        with transaction.atomic():
            status: int = ask(visitor(who), method, full, body).status_code
            transaction.set_rollback(True)
        return status

    seeing = SEEING[audience]
    assert {who: answered(who) for who in (*NOBODY, *ROLES)} == NOBODY | {
        who: code if who in may & seeing else 403 for who in ROLES
    }


def test_every_route_is_in_that_table(shared: Shared, visitor: Visitor) -> None:
    schema = visitor("owner").get("/api/openapi.json").json()
    prefix = "/api/documents/{document}/history"
    told = {
        (method.upper(), path.removeprefix(prefix))
        for path, methods in schema["paths"].items()
        for method in methods
        if path.startswith(prefix)
    }
    tested = {(method, path.partition("?")[0]) for method, path, *_ in ROUTES}
    assert told == {(m, path.replace("/at/1", "/at/{seq}")) for m, path in tested}


def test_a_right_that_is_gone_is_asked_before_a_tag_is_looked_at(
    shared: Shared, visitor: Visitor
) -> None:
    editor = visitor("editor")
    path = f"/api/documents/{shared.document.pk}/history"
    tag = editor.get(path)["ETag"]
    again = {"If-None-Match": tag}
    assert editor.get(path, headers=again).status_code == 304
    access.show_history(shared.document, Audience.OWNER)
    assert editor.get(path, headers=again).status_code == 403


def test_of_a_document_in_the_trash_the_owner_sees_the_history_alone(
    shared: Shared, visitor: Visitor
) -> None:
    access.show_history(shared.document, Audience.READERS)
    trash.trash(shared.document, timezone.now())
    path = f"/{shared.document.pk}/history"
    assert ask(visitor("owner"), "GET", path).status_code == 200
    assert ask(visitor("editor"), "GET", path).status_code == 404
    body = {"seq": 1, "name": "Late"}
    assert ask(visitor("owner"), "POST", f"{path}/bookmarks", body).status_code == 403


def test_readers_do_not_see_histories_until_the_owner_says_so(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/{shared.document.pk}/history"
    assert ask(visitor("reader"), "GET", path).status_code == 403
    body = {"audience": "readers"}
    assert ask(visitor("owner"), "PUT", f"{path}/audience", body).status_code == 204
    assert ask(visitor("reader"), "GET", path).json()["audience"] == "readers"
    assert ask(visitor("owner"), "PUT", f"{path}/audience", {}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_another_audience_is_announced_to_all_whom_it_concerns(shared: Shared) -> None:
    heard: list[frozenset[int]] = []

    def hear(users: frozenset[int], **_: object) -> None:
        heard.append(users)

    access.rights_changed.connect(hear)
    try:
        access.show_history(shared.document, Audience.READERS)
    finally:
        access.rights_changed.disconnect(hear)
    concerned = {"owner", "editor", "reader", "guest"}
    assert {shared.people[name].pk for name in concerned} <= heard[0]

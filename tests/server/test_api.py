"""The JSON API: every route, for every kind of person."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pycrdt import Doc, XmlFragment
from pytest_django import DjangoAssertNumQueries

from documents import access
from documents.engine import reading
from documents.models import Document, Role
from documents.storage import log
from tests.server.conftest import Shared, Visitor

pytestmark = [pytest.mark.server, pytest.mark.django_db]

NONE = {"anonymous": 401, "stranger": 404, "late": 404, "refused": 404}
READERS = {**NONE, "reader": 200, "guest": 200, "editor": 200, "owner": 200}
EDITORS = {**READERS, "reader": 403, "guest": 403}
OWNERS = {**EDITORS, "editor": 403}


def _emptied(expected: dict[str, int]) -> dict[str, int]:
    return {who: 204 if code == 200 else code for who, code in expected.items()}


ROUTES: list[tuple[str, str, object, dict[str, int]]] = [
    ("GET", "", None, READERS),
    ("GET", "/state", None, READERS),
    ("GET", "/text", None, READERS),
    ("GET", "/json", None, READERS),
    ("GET", "/presence", None, READERS),
    ("GET", "/members", None, READERS),
    ("GET", "/chat", None, EDITORS),
    ("PATCH", "", {"title": "Other"}, EDITORS),
    ("DELETE", "", None, _emptied(OWNERS)),
    ("POST", "/members", {"email": "stranger@example.org", "role": "reader"}, OWNERS),
    ("PATCH", "/members/{reader}", {"role": "editor"}, OWNERS),
    ("DELETE", "/members/{late}", None, _emptied(OWNERS)),
    ("POST", "/link", {"role": "reader", "term": "week"}, OWNERS),
    ("DELETE", "/link", None, _emptied(OWNERS)),
]
CASES = [
    pytest.param((method, path, body), who, code, id=f"{method} {path or '/'} by {who}")
    for method, path, body, expected in ROUTES
    for who, code in expected.items()
    if (path, who) != ("/members/{late}", "late")
]


def ask(client: Client, method: str, path: str, body: object = None) -> Any:
    """Ask as a script of our pages does."""
    return client.generic(
        method,
        f"/api/documents{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
    )


@pytest.mark.parametrize(("route", "who", "code"), CASES)
def test_rights_hold_on_every_route(
    shared: Shared,
    visitor: Visitor,
    route: tuple[str, str, object],
    who: str,
    code: int,
) -> None:
    method, path, body = route
    ids = {name: user.pk for name, user in shared.people.items()}
    full = f"/{shared.document.pk}{path.format(**ids)}"
    assert ask(visitor(who), method, full, body).status_code == code


def test_every_route_is_in_that_table(shared: Shared, visitor: Visitor) -> None:
    schema = visitor("owner").get("/api/openapi.json").json()
    told = {
        (method.upper(), path)
        for path, methods in schema["paths"].items()
        for method in methods
        # Those are in the tables of test_history_rights and test_comments.
        if "/history" not in path and "/comments" not in path
    }
    tested = {
        (method, "/api/documents/{document}" + path.split("{")[0].rstrip("/"))
        for method, path, _, _ in ROUTES
    }
    shown = {(method, path.replace("/{user}", "")) for method, path in told}
    elsewhere = {
        ("GET", "/api/documents"),
        ("POST", "/api/documents"),
        ("POST", "/api/documents/{document}/restore"),
    }
    assert shown == tested | elsewhere


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "")])
def test_anonymous_people_are_answered_in_json(
    visitor: Visitor, method: str, path: str
) -> None:
    answer = ask(visitor("anonymous"), method, path, {"title": "x"})
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_foreign_page_cannot_change_anything(shared: Shared, method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shared.people["owner"])
    path = "" if method == "POST" else f"/{shared.document.pk}"
    assert ask(client, method, path, {"title": "x"}).status_code == 403


def test_a_new_document_has_its_first_paragraph(visitor: Visitor) -> None:
    answer = ask(visitor("owner"), "POST", "", {"title": "  Plans "})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["title"], made["role"], made["head"]) == ("Plans", "owner", 1)
    state = ask(visitor("owner"), "GET", f"/{made['id']}/state").content
    document: Doc[XmlFragment] = Doc()
    document.apply_update(state)
    assert str(document.get("default", type=XmlFragment)) == "<paragraph></paragraph>"


@pytest.mark.parametrize(
    "body", [{"title": "x" * 201}, {"title": 3}, {"title": "a\0b"}, {}, []]
)
def test_a_title_that_is_none_is_refused(visitor: Visitor, body: object) -> None:
    assert ask(visitor("owner"), "POST", "", body).status_code in {400, 422}


def test_the_state_is_bytes_and_kept_by_nobody(
    shared: Shared, visitor: Visitor
) -> None:
    answer = ask(visitor("reader"), "GET", f"/{shared.document.pk}/state")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_state_that_crashes_the_engine_is_answered_503(
    shared: Shared, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "state", lambda _document: b"\xff\xff\xff")
    answer = ask(visitor("reader"), "GET", f"/{shared.document.pk}/text")
    assert answer.status_code == 503
    assert "safe" in answer.json()["detail"]
    monkeypatch.undo()
    assert ask(visitor("reader"), "GET", f"/{shared.document.pk}/text").content == b""


def test_the_list_says_what_a_person_needs_to_choose(
    shared: Shared, visitor: Visitor
) -> None:
    [entry] = ask(visitor("guest"), "GET", "").json()
    assert UUID(entry["id"]) == shared.document.pk
    assert entry["title"] == "Minutes"
    assert entry["role"] == "reader"
    assert entry["by"]["name"] == "owner"
    assert entry["presence"] == []


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    shared: Shared,
    visitor: Visitor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owner, reader = shared.people["owner"], shared.people["reader"]
    for number in range(20):
        document = log.create(owner, f"Minutes {number}", timezone.now())
        access.grant(document, reader, Role.READER)
    client = visitor("reader")
    with django_assert_num_queries(4):  # session, person, documents, roles
        assert len(ask(client, "GET", "").json()) == 21


def test_trash_and_restore(shared: Shared, visitor: Visitor) -> None:
    path = f"/{shared.document.pk}"
    owner, editor = visitor("owner"), visitor("editor")
    assert ask(editor, "POST", f"{path}/restore").status_code == 404
    assert ask(owner, "POST", f"{path}/restore").status_code == 404
    assert ask(owner, "DELETE", path).status_code == 204
    assert ask(editor, "GET", path).status_code == 404
    assert ask(owner, "GET", "").json() == []
    assert ask(owner, "GET", path).json()["role"] == "reader"
    assert ask(owner, "DELETE", path).status_code == 403
    assert ask(editor, "POST", f"{path}/restore").status_code == 404
    assert ask(owner, "POST", f"{path}/restore").json()["role"] == "owner"
    assert ask(editor, "GET", path).status_code == 200


def test_the_text_is_read_in_a_worker(shared: Shared, visitor: Visitor) -> None:
    assert reading.text(shared.document.pk, log.state(shared.document.pk)) == ""
    answer = ask(visitor("reader"), "GET", f"/{shared.document.pk}/text")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_the_description_of_the_api_needs_no_foreign_host(visitor: Visitor) -> None:
    page = visitor("owner").get("/api/docs").content.decode()
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "swagger-ui" in page


def test_who_is_not_signed_in_makes_nobody_describe_the_api_again(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = visitor("anonymous").get("/api/openapi.json").json()
    monkeypatch.delattr("ninja.main.get_schema")
    assert visitor("anonymous").get("/api/openapi.json").json() == told


def test_titles_and_documents_survive_renaming(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/{shared.document.pk}"
    ask(visitor("editor"), "PATCH", path, {"title": " Protokoll "})
    assert Document.objects.get().title == "Protokoll"

"""Versions through the API: sittings, newest first, by page, person and time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from documents.history import telling
from documents.storage.moments import milliseconds
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db]

HOUR = timedelta(hours=1)


@pytest.fixture
def paper(shared: Shared) -> Paper:
    """Five sittings, an hour apart: the owner's and the editor's in turn."""
    made = Paper(shared.document)
    people = [shared.people["owner"], shared.people["editor"]]
    for number in range(5):
        made.now += HOUR
        made.write(people[number % 2], f"sitting {number} ")
        made.write(people[number % 2], "goes on. ")
    return made


def versions(client: Client, paper: Paper, **query: int) -> dict[str, Any]:
    path = f"/api/documents/{paper.document.pk}/history/versions"
    found: dict[str, Any] = client.get(path, query).json()
    return found


def test_a_version_tells_who_when_and_how_much(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    found = versions(visitor("editor"), paper)
    assert found["more"] is None
    newest = found["versions"][0]
    assert newest == {
        "first": 10,
        "last": 11,
        "from": milliseconds(paper.now) - 1000,
        "to": milliseconds(paper.now),
        "authors": [shared.people["owner"].pk],
        "changes": 2,
        "added": len("sitting 4 goes on. "),
        "removed": 0,
    }


def test_versions_come_by_pages(
    visitor: Visitor, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = visitor("editor")
    every = versions(editor, paper)["versions"]
    monkeypatch.setattr(telling, "PAGE", 2)
    paged: list[object] = []
    before: dict[str, int] = {}
    for _ in range(len(every)):
        page = versions(editor, paper, **before)
        paged += page["versions"]
        if page["more"] is None:
            break
        before = {"before": page["more"]}
    assert paged == every


def test_versions_of_a_person_and_of_a_time(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    owner, editor = shared.people["owner"].pk, shared.people["editor"].pk
    client = visitor("owner")
    mine = versions(client, paper, person=editor)["versions"]
    assert [one["first"] for one in mine] == [8, 4]
    now = milliseconds(paper.now)
    hour = 3_600_000
    young = versions(client, paper, since=now - 3 * hour // 2)["versions"]
    assert [one["first"] for one in young] == [10, 8]
    old = versions(client, paper, until=now - 3 * hour // 2)["versions"]
    assert {10, 8}.isdisjoint(one["first"] for one in old)
    assert old[0]["first"] == 6
    one = versions(
        client, paper, person=owner, since=now - 5 * hour // 2, until=now - hour
    )
    assert [version["first"] for version in one["versions"]] == [6]
    assert versions(client, paper, person=10**9)["versions"] == []


@pytest.mark.parametrize("query", ["before=0", "person=x", "since=-1", "until=x"])
def test_what_cannot_be_asked_is_refused(
    visitor: Visitor, paper: Paper, query: str
) -> None:
    path = f"/{paper.document.pk}/history/versions?{query}"
    assert ask(visitor("owner"), "GET", path).status_code == 422


def test_a_page_may_be_kept_until_something_is_written(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    owner = visitor("owner")
    path = f"/api/documents/{paper.document.pk}/history/versions"
    again = {"If-None-Match": owner.get(path)["ETag"]}
    assert owner.get(path, headers=again).status_code == 304
    assert owner.get(path, {"before": 4}, headers=again).status_code == 200
    paper.write(shared.people["owner"], "more")
    assert owner.get(path, headers=again).status_code == 200

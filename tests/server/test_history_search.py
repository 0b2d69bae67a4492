"""Searching a history: phrases that are gone, and those that are there."""

from typing import Any

import pytest
from django.test import Client

from documents.storage.moments import milliseconds
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper

pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture
def paper(shared: Shared) -> Paper:
    """The owner wrote, and the editor took some of it away."""
    made = Paper(shared.document)
    made.write(shared.people["owner"], "To be, or not to be")
    made.delete(shared.people["editor"], 5, 13)
    return made


def ask(client: Client, paper: Paper, phrase: str, **headers: str) -> Any:
    path = f"/api/documents/{paper.document.pk}/history/search"
    return client.get(path, {"q": phrase}, headers=headers)


def test_a_phrase_that_is_gone_is_told_with_who_and_when(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    owner, editor = shared.people["owner"].pk, shared.people["editor"].pk
    [[client, clock, _]] = [one for one in paper.ids(2) if one[2] > 1]
    [found] = ask(visitor("editor"), paper, "OR NOT").json()
    assert found == {
        "text": "or not",
        "born": 2,
        "at": milliseconds(paper.now) - 1000,
        "author": owner,
        "authors": [owner],
        "died": 3,
        "until": milliseconds(paper.now),
        "deleter": editor,
        "ids": [[client, clock + 7, 6]],
    }


def test_a_phrase_that_is_there_has_no_end(visitor: Visitor, paper: Paper) -> None:
    [found] = ask(visitor("editor"), paper, "to be to").json()
    assert (found["born"], found["died"], found["deleter"]) == (3, None, None)
    assert ask(visitor("editor"), paper, "nowhere").json() == []


@pytest.mark.parametrize("phrase", ["", "x" * 201])
def test_a_phrase_that_is_none_is_refused(
    visitor: Visitor, paper: Paper, phrase: str
) -> None:
    assert ask(visitor("editor"), paper, phrase).status_code == 422


@pytest.mark.parametrize("phrase", ["\0", "\\", "%", "_", "😀"])
def test_signs_are_only_signs(visitor: Visitor, paper: Paper, phrase: str) -> None:
    assert ask(visitor("editor"), paper, phrase).json() == []


def test_what_was_found_may_be_kept_until_something_is_written(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    editor = visitor("editor")
    first = ask(editor, paper, "or not")
    again = {"If-None-Match": first["ETag"]}
    assert ask(editor, paper, "or not", **again).status_code == 304
    assert ask(editor, paper, "or", **again).status_code == 200
    paper.write(shared.people["owner"], ".")
    assert ask(editor, paper, "or not", **again).status_code == 200


def test_what_was_redacted_is_not_found(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    [found] = ask(visitor("owner"), paper, "or not").json()
    path = f"/api/documents/{paper.document.pk}/history/redact"
    body = {"ranges": found["ids"]}
    answer = visitor("owner").post(path, body, content_type="application/json")
    assert answer.status_code == 200
    assert ask(visitor("owner"), paper, "or not").json() == []
    assert ask(visitor("owner"), paper, "not to be").json() == []
    assert ask(visitor("owner"), paper, "to be").json()

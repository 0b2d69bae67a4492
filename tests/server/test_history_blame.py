"""Blame through the API: whose words stand there, and who took others away."""

from typing import Any

import pytest
from django.test import Client
from pycrdt import XmlElement, XmlFragment, XmlText

from documents.storage.moments import milliseconds
from tests.server.conftest import Shared, Visitor
from tests.server.papers import SECOND, Paper, words_of

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def blame(client: Client, paper: Paper, first: int, last: int) -> Any:
    path = f"/api/documents/{paper.document.pk}/history/blame"
    query = {"epoch": 1, "from": first, "to": last}
    return client.get(path, query).json()


def split(root: XmlFragment) -> None:
    words = words_of(root)
    rest = str(words)[6:]
    del words[6:]
    paragraph = root.children.append(XmlElement("paragraph"))
    paragraph.children.append(XmlText(rest))


def test_words_are_their_writers_and_deletions_their_deleters(
    shared: Shared, visitor: Visitor
) -> None:
    owner, editor = shared.people["owner"], shared.people["editor"]
    paper = Paper(shared.document)
    first = paper.write(owner, "Snow 😀 ")
    second = paper.write(editor, "falls.")
    third = paper.delete(owner, 10, 12)
    at = [milliseconds(paper.now - n * SECOND) for n in (2, 1)]
    told = blame(visitor("editor"), paper, second, third)
    assert [
        (one["text"], one["change"], one["author"], one["seq"], one["at"])
        for one in told
    ] == [
        ("Snow 😀 ", "kept", owner.pk, first, at[0]),
        ("fa", "deleted", editor.pk, second, at[1]),
        ("lls.", "kept", editor.pk, second, at[1]),
    ]
    assert [(one["died"], one["deleter"]) for one in told] == [
        (None, None),
        (third, owner.pk),
        (None, None),
    ]
    assert [one["ids"][2] for one in told] == [8, 2, 4]
    [now, _] = blame(visitor("editor"), paper, third, third)
    assert now == told[0]


def test_who_only_presses_enter_takes_nobodys_words(
    shared: Shared, visitor: Visitor
) -> None:
    owner, editor = shared.people["owner"], shared.people["editor"]
    paper = Paper(shared.document)
    first = paper.write(owner, "First, and then the second sentence.")
    last = paper.change(editor, split)
    told = blame(visitor("editor"), paper, last, last)
    assert [
        (one["text"], one["author"], one["seq"], one["carried"]) for one in told
    ] == [
        ("First,", owner.pk, first, False),
        (" and then the second sentence.", owner.pk, first, True),
    ]

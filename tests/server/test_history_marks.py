"""What people leave in a history: bookmarks and visits; and what it says of people."""

import gzip
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from documents import access
from documents.history import bookmarks, chronicle
from documents.models import Bookmark, Head, Role, User
from documents.storage import log
from documents.storage.moments import milliseconds
from tests import writers
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper, chapter
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def history(client: Client, shared: Shared) -> dict[str, Any]:
    found: dict[str, Any] = ask(client, "GET", f"/{shared.document.pk}/history").json()
    return found


def write(shared: Shared, head: int) -> None:
    """Let the log reach so far; or, as by restoring a backup, no longer."""
    seq = Head.objects.get(document=shared.document).seq
    if seq < head:
        people = [shared.people["owner"]]
        writers.grow(shared.document, people, head - seq, seed=seq)
    shared.document.updates.filter(seq__gt=head).delete()
    Head.objects.filter(document=shared.document).update(seq=head)


def test_a_history_is_told_with_all_that_a_page_needs(
    shared: Shared, visitor: Visitor
) -> None:
    owner = shared.people["owner"]
    assert history(visitor("owner"), shared) == {
        "epoch": 1,
        "head": 1,
        "traced": 1,
        "title": "Minutes",
        "people": [
            {"id": owner.pk, "name": "owner", "hue": owner.hue, "former": False}
        ],
        "bookmarks": [],
        "redactions": [],
        "seen": None,
        "alarm": None,
        "audience": "editors",
        "may_write": True,
        "may_own": True,
    }


def test_who_wrote_stays_somebody_when_the_account_is_gone(
    shared: Shared, visitor: Visitor
) -> None:
    gone = User.objects.create_user("gone@example.org", name="Gone")
    shared.document.updates.update(author=gone)
    pk = gone.pk
    gone.delete()
    [author] = history(visitor("owner"), shared)["people"]
    assert (author["id"], author["former"]) == (pk, True)
    assert "Gone" not in author["name"]
    assert 1 <= author["hue"] <= 12


def test_those_who_wrote_what_is_packed_by_now_are_told_too(
    shared: Shared, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote = [shared.people[name] for name in ("owner", "editor", "reader", "guest")]
    paper = Paper(shared.document)
    for who in wrote[:2]:
        paper.write(who, "x")
    monkeypatch.setattr(chronicle, "STORED", 1)
    owner, told = visitor("owner"), []
    for first, last, who in ((1, 2, wrote[2]), (3, 3, wrote[3])):
        chapter(shared.document, first, last)
        paper.write(who, "x")
        told.append([one["id"] for one in history(owner, shared)["people"]])
    every = [one.pk for one in wrote]
    assert told == [sorted(every[:3]), sorted(every)]


def test_an_answer_may_be_kept_until_something_changes(
    shared: Shared, visitor: Visitor
) -> None:
    owner = visitor("owner")
    path = f"/api/documents/{shared.document.pk}/history"
    first = owner.get(path)
    assert first["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first["ETag"]}
    unchanged = owner.get(path, headers=again)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["ETag"] == first["ETag"]
    shared.document.title = "Other"
    shared.document.save()
    assert owner.get(path, headers=again).json()["title"] == "Other"


def test_a_long_answer_is_sent_small_to_who_can_read_that(
    shared: Shared, visitor: Visitor
) -> None:
    by, now = shared.people["owner"], timezone.now()
    for number in range(20):
        bookmarks.create(shared.document, 1, f"Number {number}", by, now)
    path = f"/api/documents/{shared.document.pk}/history"
    plain = visitor("owner").get(path)
    small = visitor("owner").get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert small["ETag"] == plain["ETag"]
    assert "Accept-Encoding" in small["Vary"]


# Bookmarks


def test_a_bookmark_is_made_named_and_forgotten(
    shared: Shared, visitor: Visitor
) -> None:
    editor = visitor("editor")
    path = f"/{shared.document.pk}/history/bookmarks"
    made = ask(editor, "POST", path, {"seq": 1, "name": "  Sent to client "})
    assert made.status_code == 201
    [told] = history(editor, shared)["bookmarks"]
    assert told == made.json()
    assert told["name"] == "Sent to client"
    assert told["by"] == shared.people["editor"].pk
    assert not told["locked"]
    one = f"{path}/{told['id']}"
    renamed = ask(visitor("owner"), "PATCH", one, {"name": "Sent"}).json()
    assert renamed == told | {"name": "Sent"}
    assert ask(editor, "DELETE", one).status_code == 204
    assert history(editor, shared)["bookmarks"] == []
    assert ask(editor, "DELETE", one).status_code == 404


def test_a_locked_bookmark_stays_until_it_is_unlocked(
    shared: Shared, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    editor = visitor("editor")
    path = f"/{shared.document.pk}/history/bookmarks"
    made = ask(editor, "POST", path, {"seq": 1, "name": "Signed"}).json()
    one = f"{path}/{made['id']}"
    assert ask(editor, "PATCH", one, {"locked": True}).json()["locked"]
    assert ask(editor, "PATCH", one, {"name": "Other"}).status_code == 423
    assert ask(editor, "DELETE", one).status_code == 423
    assert ask(editor, "PATCH", one, {"locked": True}).json()["name"] == "Signed"
    assert "unlocked" not in caplog.text
    assert not ask(editor, "PATCH", one, {"locked": False}).json()["locked"]
    assert "bookmark-unlocked" in caplog.text
    assert "Signed" not in caplog.text
    assert ask(editor, "PATCH", one, {"name": "Other"}).json()["name"] == "Other"
    assert ask(editor, "DELETE", one).status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"seq": 2, "name": "x"}, 404),
        ({"seq": 0, "name": "x"}, 422),
        ({"seq": 2**63, "name": "x"}, 422),
        ({"seq": 1, "name": "  "}, 422),
        ({"seq": 1, "name": "a\0b"}, 422),
        ({"seq": 1, "name": "x" * 201}, 422),
        ({"seq": 1}, 422),
    ],
)
def test_a_bookmark_that_is_none_is_refused(
    shared: Shared, visitor: Visitor, body: object, code: int
) -> None:
    path = f"/{shared.document.pk}/history/bookmarks"
    assert ask(visitor("editor"), "POST", path, body).status_code == code
    assert not Bookmark.objects.exists()


def test_bookmarks_are_found_in_their_document_only(
    shared: Shared, visitor: Visitor
) -> None:
    now, editor = timezone.now(), shared.people["editor"]
    other = log.create(editor, "Other", now)
    made = bookmarks.create(other, 1, "Mine", editor, now)
    path = f"/{shared.document.pk}/history/bookmarks"
    for one in (made.pk, 2**70):
        assert ask(visitor("editor"), "DELETE", f"{path}/{one}").status_code == 404


def test_bookmarks_have_an_end(
    shared: Shared, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookmarks, "MOST", 1)
    path = f"/{shared.document.pk}/history/bookmarks"
    codes = [
        ask(visitor("editor"), "POST", path, {"seq": 1, "name": "x"}).status_code
        for _ in range(2)
    ]
    assert codes == [201, 409]


# Visits


def test_a_visit_never_goes_back(shared: Shared, visitor: Visitor) -> None:
    editor = visitor("editor")
    write(shared, 9)
    path = f"/{shared.document.pk}/history/visit"
    seen = []
    for seq in (3, 7, 5):
        assert ask(editor, "PUT", path, {"seq": seq}).status_code == 204
        seen.append(history(editor, shared)["seen"])
    assert seen == [3, 7, 7]
    assert history(visitor("owner"), shared)["seen"] is None
    assert ask(editor, "PUT", path, {"seq": 10}).status_code == 404


def test_what_a_restored_backup_lacks_was_not_seen(
    shared: Shared, visitor: Visitor
) -> None:
    editor = visitor("editor")
    write(shared, 9)
    path = f"/{shared.document.pk}/history/visit"
    ask(editor, "PUT", path, {"seq": 9})
    write(shared, 4)
    assert history(editor, shared)["seen"] == 4
    ask(editor, "PUT", path, {"seq": 2})
    write(shared, 9)
    assert history(editor, shared)["seen"] == 4


# The shrinkage alarm


def test_who_can_take_it_back_is_told_of_what_vanished(
    shared: Shared, visitor: Visitor
) -> None:
    owner, editor = shared.people["owner"], shared.people["editor"]
    access.grant(shared.document, shared.people["stranger"], Role.EDITOR)
    paper = Paper(shared.document)
    paper.write(owner, "words " * 100)
    paper.delete(editor, 0, 400)
    told = {
        who: history(visitor(who), shared)["alarm"]
        for who in ("owner", "editor", "stranger")
    }
    alarm = told["owner"]
    assert (alarm["before"], alarm["seq"], alarm["by"]) == (2, 3, editor.pk)
    assert alarm["at"] == milliseconds(paper.now)
    assert 0.6 < alarm["share"] < 0.7
    assert told == {"owner": alarm, "editor": alarm, "stranger": None}
    visit = f"/{shared.document.pk}/history/visit"
    ask(visitor("owner"), "PUT", visit, {"seq": 3})
    assert history(visitor("owner"), shared)["alarm"] is None
    assert history(visitor("editor"), shared)["alarm"] == alarm
    paper.write(owner, "words " * 60)
    assert history(visitor("editor"), shared)["alarm"] is None

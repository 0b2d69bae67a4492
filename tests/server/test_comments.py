"""Comments over HTTP: who says what about which passage, kept in order of revision."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from documents import access, comments, trash
from documents.models import Audience, Comment, Document, Head, Role, Thread, User
from documents.postgres import conninfo
from documents.yjs.positions import Position, encode
from documents.yjs.updates import ClientId
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper
from tests.server.test_api import ask

pytestmark = [pytest.mark.server, pytest.mark.django_db]

NONE = {"anonymous": 401, "stranger": 404, "late": 404, "refused": 404}
SPEAKERS = {
    **NONE,
    "reader": 403,
    "guest": 403,
    "commenter": 200,
    "editor": 200,
    "owner": 200,
}
WRITERS = {**SPEAKERS, "commenter": 403}
OTHERS = {**SPEAKERS, "commenter": 403, "editor": 403}
"""Who may take back what somebody else said."""


def place(clock: int, side: Any = 0) -> str:
    """A position in base64."""
    position = Position((ClientId(1), clock), None, side)
    return base64.b64encode(encode(position)).decode()


ANCHOR = {"start": place(3), "end": place(9, -1), "quote": "the words"}
MOVED = {"start": place(30), "end": place(36, -1), "quote": "the word"}
SEEN, WENT = {**ANCHOR, "epoch": 1}, {**MOVED, "epoch": 1}
FIRST = {"key": "first", "text": "Is that so?", **SEEN}
ROUTES: list[tuple[str, str, object, dict[str, int], int]] = [
    ("GET", "", None, SPEAKERS, 200),
    ("POST", "", {**FIRST, "key": "mine"}, SPEAKERS, 201),
    ("POST", "/1", {"key": "mine", "text": "It is."}, SPEAKERS, 201),
    ("PUT", "/1/settled", {"settled": True}, SPEAKERS, 200),
    ("PUT", "/1/anchor", WENT, WRITERS, 204),
    ("DELETE", "/1/1", None, OTHERS, 200),
]
CASES = [
    pytest.param(route, who, route[4] if code == 200 else code)
    for route in ROUTES
    for who, code in route[3].items()
]


@pytest.fixture(autouse=True)
def _commenter(shared: Shared, person: Callable[[str], User]) -> None:
    shared.people["commenter"] = person("commenter")
    access.grant(shared.document, shared.people["commenter"], Role.COMMENTER)


@pytest.fixture
def thread(shared: Shared) -> Thread:
    """A thread that somebody began who may no longer come."""
    return begun(shared, "late", "first")


def begun(shared: Shared, who: str, key: str) -> Thread:
    remark = comments.remark(shared.people[who], key, "Is that so?")
    seen = comments.Seen(comments.anchor(**ANCHOR), 1)
    made, _ = comments.begin(shared.document.pk, remark, seen, timezone.now())
    return made


def at(shared: Shared, path: str = "") -> str:
    return f"/{shared.document.pk}/comments{path}"


def read(client: Client, shared: Shared, after: int = 0) -> Any:
    answer = ask(client, "GET", at(shared, f"?after={after}"))
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(("route", "who", "code"), CASES)
def test_rights_hold_on_every_route(
    shared: Shared,
    visitor: Visitor,
    thread: Thread,
    route: tuple[str, str, object, dict[str, int], int],
    who: str,
    code: int,
) -> None:
    method, path, body, _, _ = route
    answer = ask(visitor(who), method, at(shared, path), body)
    assert answer.status_code == code
    if code < 300:
        assert answer["Cache-Control"] == "private, no-store"
    else:
        assert isinstance(answer.json()["detail"], str)
        assert b"so?" not in answer.content


def test_every_route_is_in_that_table(visitor: Visitor) -> None:
    schema = visitor("owner").get("/api/openapi.json").json()
    told = {
        (method.upper(), path.partition("/comments")[2])
        for path, methods in schema["paths"].items()
        for method in methods
        if "/comments" in path
    }
    numbered = [
        (method, path.replace("/1/1", "/{number}/{comment}").replace("/1", "/{number}"))
        for method, path, _, _, _ in ROUTES
    ]
    assert told == set(numbered)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_foreign_page_can_say_nothing(
    shared: Shared, thread: Thread, method: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shared.people["owner"])
    path, body = {
        "POST": ("/1", {"key": "k", "text": "Yes."}),
        "PUT": ("/1/settled", {"settled": True}),
        "DELETE": ("/1/1", None),
    }[method]
    assert ask(client, method, at(shared, path), body).status_code == 403
    assert comments.revision(shared.document.pk) == 1


def test_of_what_is_in_the_trash_nothing_is_read_or_said(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    trash.trash(shared.document, timezone.now())
    for method, path, body, _, _ in ROUTES:
        assert ask(visitor("owner"), method, at(shared, path), body).status_code == 403
        assert ask(visitor("editor"), method, at(shared, path), body).status_code == 404


def test_a_thread_is_begun_answered_settled_and_opened_again(
    shared: Shared, visitor: Visitor
) -> None:
    owner, editor = visitor("owner"), visitor("editor")
    made = ask(owner, "POST", at(shared), {**FIRST, "text": " Is\nthat so? \0"})
    assert made.status_code == 201
    told = made.json()
    (first,) = told.pop("comments")
    person = shared.people["owner"]
    by = {"id": person.pk, "name": "owner", "hue": person.hue}
    assert told == {"number": 1, "revision": 1, "settled": None, **ANCHOR}
    assert first.pop("at") > 1_700_000_000_000
    assert first == {
        "number": 1,
        "by": by,
        "text": "Is\nthat so?",
        "key": "first",
        "removed": False,
    }
    settled = ask(editor, "PUT", at(shared, "/1/settled"), {"settled": True}).json()
    assert settled["revision"] == 2
    assert settled["settled"]["by"]["name"] == "editor"
    answer = {"key": "second", "text": "It is."}
    answered = ask(editor, "POST", at(shared, "/1"), answer)
    assert answered.status_code == 201
    assert answered.json()["settled"] is None
    assert [one["text"] for one in answered.json()["comments"]] == [
        "Is\nthat so?",
        "It is.",
    ]
    whole = read(owner, shared)
    assert whole == {"revision": 3, "threads": [answered.json()], "more": False}


def test_what_changes_nothing_takes_no_revision(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    owner = visitor("owner")
    for method, path, body in (
        ("PUT", "/1/settled", {"settled": False}),
        ("PUT", "/1/anchor", SEEN),
    ):
        assert ask(owner, method, at(shared, path), body).status_code < 300
    assert comments.revision(shared.document.pk) == 1
    for _ in range(2):
        ask(owner, "PUT", at(shared, "/1/settled"), {"settled": True})
        ask(owner, "PUT", at(shared, "/1/anchor"), WENT)
        ask(owner, "DELETE", at(shared, "/1/1"))
    assert comments.revision(shared.document.pk) == 4


def test_what_is_said_again_under_its_key_is_there_once(
    shared: Shared, visitor: Visitor
) -> None:
    owner, editor = visitor("owner"), visitor("editor")
    made = ask(owner, "POST", at(shared), FIRST)
    again = ask(owner, "POST", at(shared), {**FIRST, "text": "Otherwise"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json() == made.json()
    answer = {"key": "second", "text": "It is."}
    made = ask(owner, "POST", at(shared, "/1"), answer)
    again = ask(owner, "POST", at(shared, "/1"), answer)
    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json() == made.json()
    # A key is its author's own.
    assert ask(editor, "POST", at(shared, "/1"), answer).status_code == 201
    assert Comment.objects.filter(document=shared.document).count() == 3


def test_who_asks_after_a_revision_is_told_what_came_after_it(
    shared: Shared, visitor: Visitor
) -> None:
    owner = visitor("owner")
    for number in range(1, 4):
        begun(shared, "owner", f"k{number}")
    ask(owner, "POST", at(shared, "/1"), {"key": "second", "text": "It is."})
    changed = read(owner, shared, after=2)
    assert [(one["number"], one["revision"]) for one in changed["threads"]] == [
        (3, 3),
        (1, 4),
    ]
    assert changed["revision"] == read(owner, shared, after=4)["revision"] == 4
    assert read(owner, shared, after=4)["threads"] == []
    assert read(owner, shared, after=99) == {
        "revision": 4,
        "threads": [],
        "more": False,
    }


def full(document: Document, threads: int, each: int) -> None:
    """Fill a document with threads of so many comments each."""
    anchor = comments.anchor(**ANCHOR)
    common = {"document": document}
    Thread.objects.bulk_create(
        Thread(**common, number=number, revision=number, **anchor._asdict())
        for number in range(1, threads + 1)
    )
    Comment.objects.bulk_create(
        Comment(
            **common,
            thread=thread,
            number=number,
            author=document.owner,
            key=f"k-{thread}-{number}",
            at=document.created,
            text="x",
        )
        for thread in range(1, threads + 1)
        for number in range(1, each + 1)
    )


@pytest.mark.parametrize(
    ("threads", "each", "pages"),
    [
        (100, 1, [100]),
        (101, 1, [100, 1]),
        (5, 400, [3, 2]),  # the third page of comments is full in the third thread
        (3, 500, [2, 1]),
    ],
)
def test_many_threads_come_in_pages(
    shared: Shared, visitor: Visitor, threads: int, each: int, pages: list[int]
) -> None:
    full(shared.document, threads, each)
    known, found, more = 0, [], True
    while more:
        page = read(visitor("owner"), shared, after=known)
        found.append(len(page["threads"]))
        known, more = page["threads"][-1]["revision"], page["more"]
        assert page["revision"] == threads
    assert found == pages
    assert known == threads


def test_reading_asks_as_often_however_much_was_said(
    shared: Shared,
    visitor: Visitor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owner = visitor("owner")
    full(shared.document, 2, 2)
    with connection.execute_wrapper(counting := Counting()):
        read(owner, shared)
    Thread.objects.all().delete()
    Comment.objects.all().delete()
    full(shared.document, 90, 5)
    with django_assert_num_queries(counting.count):
        assert len(read(owner, shared)["threads"]) == 90


class Counting:
    """Counts what is asked of the database."""

    count = 0

    def __call__(self, execute: Any, *given: Any) -> Any:
        self.count += 1
        return execute(*given)


def test_full_is_full(shared: Shared, visitor: Visitor) -> None:
    owner = visitor("owner")
    full(shared.document, comments.OPEN, 1)
    begin = ask(owner, "POST", at(shared), FIRST)
    assert begin.status_code == 409
    assert "too many" in begin.json()["detail"]
    answer = {"key": "one", "text": "more"}
    assert ask(owner, "POST", at(shared, "/1"), answer).status_code == 201
    Thread.objects.all().delete()
    Comment.objects.all().delete()
    full(shared.document, 1, comments.COMMENTS)
    answer = ask(owner, "POST", at(shared, "/1"), {"key": "one", "text": "more"})
    assert answer.status_code == 409
    assert "Begin another one" in answer.json()["detail"]
    assert comments.revision(shared.document.pk) == 1


def test_what_is_settled_or_taken_back_leaves_room(
    shared: Shared, visitor: Visitor
) -> None:
    owner = visitor("owner")
    full(shared.document, comments.OPEN, 1)
    ask(owner, "PUT", at(shared, "/1/settled"), {"settled": True})
    assert ask(owner, "POST", at(shared), FIRST).status_code == 201
    opening = ask(owner, "PUT", at(shared, "/1/settled"), {"settled": False})
    answering = ask(owner, "POST", at(shared, "/1"), {"key": "one", "text": "more"})
    assert (opening.status_code, answering.status_code) == (409, 409)
    ask(owner, "DELETE", at(shared, "/2/1"))
    answer = {"key": "two", "text": "more"}
    assert ask(owner, "POST", at(shared, "/1"), answer).status_code == 201
    assert (
        ask(owner, "POST", at(shared, "/2"), answer | {"key": "three"}).status_code
        == 409
    )
    Thread.objects.update(settled=timezone.now())
    Thread.objects.filter(number=1).update(number=comments.THREADS)
    last = {**FIRST, "key": "last"}
    assert ask(owner, "POST", at(shared), last).status_code == 409


LONG = "🏔" * (settings.SAYING_CHARACTERS // 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": LONG + "!"},
        {"text": " \n\0"},
        {"text": "\u200b \u202e\ufeff"},
        {"key": ""},
        {"key": "a" * 65},
        {"key": "no space"},
        {"key": "end\n"},
        {"quote": "🏔" * 500 + "!"},
        {"quote": None},
        {"start": ""},
        {"start": "AAECAA"},  # without its padding
        {"start": place(3)[:-4]},
        {"end": "é" * 8},
        {"end": "A" * 100_000},
        {"end": base64.b64encode(bytes(64)).decode()},
    ],
)
def test_what_is_no_comment_is_refused(
    shared: Shared, visitor: Visitor, wrong: dict[str, object]
) -> None:
    answer = ask(visitor("owner"), "POST", at(shared), {**FIRST, **wrong})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert Thread.objects.count() == Comment.objects.count() == 0


def test_half_a_pair_is_no_character(shared: Shared, visitor: Visitor) -> None:
    """JavaScript cuts texts so; neither Postgres nor UTF-8 knows such a thing."""
    half = {"text": "Yes\ud83c", "quote": "the \udfd4 words"}
    made = ask(visitor("owner"), "POST", at(shared), {**FIRST, **half})
    assert made.status_code == 201
    assert made.json()["comments"][0]["text"] == "Yes\ufffd"
    assert made.json()["quote"] == "the \ufffd words"
    for field in ("key", "start"):
        wrong = {**FIRST, field: "\ud83c"}
        assert ask(visitor("owner"), "POST", at(shared), wrong).status_code == 422


def test_the_longest_comment_is_taken(shared: Shared, visitor: Visitor) -> None:
    longest = {"text": f" {LONG}\n", "quote": "🏔" * 500, "key": "a" * 64}
    assert (
        ask(visitor("owner"), "POST", at(shared), {**FIRST, **longest}).status_code
        == 201
    )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/2", {"key": "k", "text": "Yes."}),
        ("POST", f"/{2**70}", {"key": "k", "text": "Yes."}),
        ("PUT", "/2/settled", {"settled": True}),
        ("PUT", "/2/anchor", SEEN),
        ("DELETE", "/2/1", None),
        ("DELETE", "/1/2", None),
        ("DELETE", f"/1/{2**70}", None),
    ],
)
def test_what_is_not_there_is_said_so(
    shared: Shared,
    visitor: Visitor,
    thread: Thread,
    method: str,
    path: str,
    body: object,
) -> None:
    answer = ask(visitor("owner"), method, at(shared, path), body)
    assert answer.status_code == 404
    assert "There is no such" in answer.json()["detail"]


@pytest.mark.parametrize("after", ["-1", "x", str(2**63)])
def test_a_revision_that_is_none_is_refused(
    shared: Shared, visitor: Visitor, after: str
) -> None:
    answer = ask(visitor("owner"), "GET", at(shared, f"?after={after}"))
    assert answer.status_code == 422


def test_what_is_taken_back_is_gone_from_the_database(
    shared: Shared, visitor: Visitor
) -> None:
    ask(visitor("editor"), "POST", at(shared), {**FIRST, "text": "hunter2"})
    answer = {"key": "second", "text": "hunter3"}
    ask(visitor("owner"), "POST", at(shared, "/1"), answer)
    assert ask(visitor("editor"), "DELETE", at(shared, "/1/2")).status_code == 403
    told = ask(visitor("editor"), "DELETE", at(shared, "/1/1")).json()
    assert told["revision"] == 3
    assert [(one["text"], one["removed"]) for one in told["comments"]] == [
        ("", True),
        ("hunter3", False),
    ]
    told = ask(visitor("owner"), "DELETE", at(shared, "/1/2")).json()
    assert told["quote"] == ""
    assert read(visitor("owner"), shared)["threads"] == [told]
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM documents_comment c")
        assert not any("hunter" in row for (row,) in cursor.fetchall())
        cursor.execute("SELECT t::text FROM documents_thread t")
        assert not any("words" in row for (row,) in cursor.fetchall())


def test_a_passage_is_followed_where_it_went(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    ask(visitor("editor"), "PUT", at(shared, "/1/anchor"), WENT)
    (told,) = read(visitor("owner"), shared, after=1)["threads"]
    assert {name: told[name] for name in MOVED} == MOVED
    assert told["comments"][0]["text"] == "Is that so?"


@pytest.mark.parametrize("audience", Audience)
def test_a_quote_is_for_those_who_may_see_the_history(
    shared: Shared, visitor: Visitor, thread: Thread, audience: Audience
) -> None:
    access.show_history(shared.document, audience)
    sees = {
        Audience.OWNER: {"owner"},
        Audience.EDITORS: {"owner", "editor"},
        Audience.READERS: {"owner", "editor", "commenter"},
    }[audience]
    for who in ("owner", "editor", "commenter"):
        quote = ANCHOR["quote"] if who in sees else None
        (told,) = read(visitor(who), shared)["threads"]
        assert told["quote"] == quote
        settling = ask(visitor(who), "PUT", at(shared, "/1/settled"), {"settled": True})
        assert settling.json()["quote"] == quote


def test_a_redaction_empties_what_comments_quote(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    paper = Paper(shared.document)
    seq = paper.write(shared.people["owner"], "the words")
    (before,) = read(visitor("owner"), shared)["threads"]
    ranges = {"ranges": paper.ids(seq)}
    path = f"/{shared.document.pk}/history/redact"
    assert ask(visitor("owner"), "POST", path, ranges).status_code == 200
    (told,) = read(visitor("owner"), shared)["threads"]
    assert told == {**before, "quote": ""}
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM documents_thread t")
        assert not any("the words" in row for (row,) in cursor.fetchall())


def test_what_was_read_before_a_redaction_is_quoted_no_more(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    """As by a browser that has not heard of it, or whose person was still writing."""
    Head.objects.filter(document=shared.document).update(epoch=2)
    late = {**FIRST, "key": "late"}
    begun = ask(visitor("editor"), "POST", at(shared), late).json()
    assert {**begun, **ANCHOR} == {**begun, "quote": "the words"}
    assert begun["quote"] == ""
    ask(visitor("editor"), "PUT", at(shared, "/1/anchor"), WENT)
    told = read(visitor("owner"), shared)["threads"]
    assert [one["quote"] for one in told] == ["", ""]
    ask(visitor("editor"), "PUT", at(shared, "/1/anchor"), {**WENT, "epoch": 2})
    assert read(visitor("owner"), shared, after=3)["threads"][0]["quote"] == "the word"


def test_who_has_left_is_nobody_and_what_they_said_stays(
    shared: Shared, visitor: Visitor, thread: Thread
) -> None:
    late = shared.people["late"]
    comments.settle(shared.document.pk, 1, late, timezone.now(), settled=True)
    late.delete()
    (told,) = read(visitor("owner"), shared)["threads"]
    assert told["comments"][0]["by"] is None
    assert told["comments"][0]["text"] == "Is that so?"
    assert told["settled"]["by"] is None


def test_script_in_a_comment_is_text(shared: Shared, visitor: Visitor) -> None:
    wicked = "<script>alert(1)</script>"
    body = {**FIRST, "text": wicked, "quote": wicked}
    made = ask(visitor("owner"), "POST", at(shared), body)
    assert made["Content-Type"].startswith("application/json")
    assert made["X-Content-Type-Options"] == "nosniff"
    assert made.json()["quote"] == made.json()["comments"][0]["text"] == wicked


@pytest.mark.django_db(transaction=True)
def test_a_comment_waits_for_no_edit(shared: Shared) -> None:
    """Who appends to a log holds its head; a comment is stored all the same."""
    with psycopg.connect(conninfo()) as writer:
        held = "SELECT FROM documents_head WHERE document_id = %s FOR UPDATE"
        assert writer.execute(held, (shared.document.pk,)).fetchone() is not None
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        begun(shared, "owner", "first")
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_speak_at_once_each_has_a_revision_of_their_own(
    shared: Shared,
) -> None:
    begun(shared, "owner", "first")

    def speak(turn: int) -> None:
        try:
            for who in ("owner", "editor"):
                remark = comments.remark(shared.people[who], f"k{turn}", "Yes.")
                comments.answer(shared.document.pk, 1, remark, timezone.now())
                begun(shared, who, f"new{turn}")
                begun(shared, who, "the-same")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(speak, range(4)))
    (page, more) = comments.after(shared.document.pk, 0)
    assert not more
    assert [thread.number for thread in page].count(1) == 1
    assert sorted(thread.number for thread in page) == list(range(1, 12))
    said = comments.said(shared.document.pk, page)
    assert [one.number for one in said[1]] == list(range(1, 10))
    assert page[-1].revision == 1 + 8 + 8 + 2

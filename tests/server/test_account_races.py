"""An account that is deleted in the very moment in which comments change."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.utils import timezone

from documents import comments
from documents.models import Comment, Thread, User
from tests.server.conftest import Shared
from tests.server.test_comments import ANCHOR, MOVED, begun
from tests.server.test_history_races import alone, is_waited_for
from tests.waiting import waited

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@contextmanager
def before(statement: str, act: Callable[[], object]) -> Iterator[list[Future[object]]]:
    """Act aside before this thread says such a statement, until done or held up."""
    acts: list[Future[object]] = []

    def step(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        if sql.startswith(statement) and not acts:
            acts.append(aside.submit(alone, act))
            waited(lambda: acts[0].done() or is_waited_for())
        return execute(sql, *given)

    with ThreadPoolExecutor(1) as aside, connection.execute_wrapper(step):
        yield acts
    assert acts


def acts_of(shared: Shared, by: User) -> dict[str, Callable[[], object]]:
    """Give all by which somebody comes to stand in the comments."""
    document, now = shared.document.pk, timezone.now()
    seen = comments.Seen(comments.anchor(**ANCHOR), 1)
    said = comments.remark(by, "last", "Farewell.")
    return {
        "begin": lambda: comments.begin(document, said, seen, now),
        "answer": lambda: comments.answer(document, 1, said, now),
        "settle": lambda: comments.settle(document, 1, by, now, settled=True),
    }


@pytest.mark.parametrize("name", ["begin", "answer", "settle"])
def test_who_is_being_deleted_says_no_more(shared: Shared, name: str) -> None:
    begun(shared, "owner", "first")
    editor = shared.people["editor"]
    act = acts_of(shared, editor)[name]
    with before('DELETE FROM "documents_user"', act) as acts:
        editor.delete()
    with pytest.raises(Http404):
        acts[0].result()
    assert Comment.objects.get().text == "Is that so?"


@pytest.mark.parametrize("name", ["begin", "answer", "settle"])
def test_what_somebody_just_said_stays_without_them(shared: Shared, name: str) -> None:
    begun(shared, "owner", "first")
    editor = shared.people["editor"]
    act = acts_of(shared, editor)[name]
    stored = 'UPDATE "documents_thread"' if name == "settle" else "INSERT"
    with before(stored, editor.delete) as acts:
        act()
    acts[0].result()
    assert not User.objects.filter(pk=editor.pk).exists()
    thread = Thread.objects.order_by("number").last()
    assert thread is not None
    assert thread.settled_by is None
    assert (thread.settled is not None) == (name == "settle")
    last = Comment.objects.order_by("thread", "number").last()
    assert last is not None
    assert last.author == (shared.people["owner"] if name == "settle" else None)


def test_a_change_by_another_names_nobody_who_is_gone(shared: Shared) -> None:
    begun(shared, "owner", "first")
    document, now = shared.document.pk, timezone.now()
    editor = shared.people["editor"]
    comments.settle(document, 1, editor, now, settled=True)
    moved = comments.Seen(comments.anchor(**MOVED), 1)
    with before('UPDATE "documents_thread"', editor.delete) as acts:
        comments.move(document, 1, moved)
    acts[0].result()
    thread = Thread.objects.get()
    assert (thread.quote, thread.settled_by) == (MOVED["quote"], None)

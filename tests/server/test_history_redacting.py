"""Redaction that takes longer than a request waits goes on, and tells how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.test import Client

from documents import aside
from documents.models import Document, Head
from documents.postgres import conninfo
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper, holds
from tests.server.test_api import ask
from tests.server.test_history_redaction import SECRET, redact
from tests.waiting import waited

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is short enough to be done at once, and nobody waits."""
    monkeypatch.setattr(aside, "ROWS", 0)
    monkeypatch.setattr(aside, "PATIENCE", 0.0)


@pytest.fixture
def paper(shared: Shared) -> Paper:
    """Somebody pasted a secret."""
    made = Paper(shared.document)
    made.write(shared.people["owner"], "The password is ")
    made.write(shared.people["owner"], SECRET)
    return made


@contextmanager
def held(document: Document) -> Iterator[None]:
    """Hold the head, so that nothing can be rewritten."""
    with psycopg.connect(conninfo()) as connection:
        connection.execute(
            "SELECT FROM documents_head WHERE document_id = %s FOR UPDATE",
            (document.pk,),
        )
        yield


def waiting() -> list[int]:
    """The sessions that wait for who holds the head."""
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND query LIKE '%documents_head%FOR UPDATE%'"
            " AND datname = current_database()"
        ).fetchall()
    return [row[0] for row in rows]


def asked(client: Client, document: Document) -> tuple[int, dict[str, object]]:
    """Ask how a redaction is going that was begun in the first epoch."""
    path = f"/{document.pk}/history/redact?epoch=1"
    answer = ask(client, "GET", path)
    return answer.status_code, answer.json()


def test_it_goes_on_and_is_done(visitor: Visitor, paper: Paper) -> None:
    owner = visitor("owner")
    with held(paper.document):
        answer = redact(owner, paper, 3)
        assert answer.status_code == 202
        assert answer.json() == {"done": False, "epoch": 1}
        waited(waiting)
        assert asked(owner, paper.document) == (200, {"done": False, "epoch": 1})
        assert holds(paper.document, SECRET)
    waited(lambda: asked(owner, paper.document)[1] == {"done": True, "epoch": 1})
    assert not holds(paper.document, SECRET)
    assert Head.objects.get(document=paper.document).epoch == 2


def test_who_asks_is_told_that_it_failed(visitor: Visitor, paper: Paper) -> None:
    owner = visitor("owner")
    with held(paper.document):
        redact(owner, paper, 3)
        waited(waiting)
        [session] = waiting()
        with psycopg.connect(conninfo(), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (session,))
        waited(lambda: asked(owner, paper.document)[0] != 200)
    status, told = asked(owner, paper.document)
    assert status == 409
    assert "Nothing has changed" in str(told["detail"])
    assert holds(paper.document, SECRET)


def test_nothing_is_begun_twice(visitor: Visitor, paper: Paper) -> None:
    owner = visitor("owner")
    with held(paper.document):
        redact(owner, paper, 3)
        waited(waiting)
        assert redact(owner, paper, 3).status_code == 409
    waited(lambda: asked(owner, paper.document)[1] == {"done": True, "epoch": 1})


def test_only_the_owner_is_told(visitor: Visitor, paper: Paper) -> None:
    assert asked(visitor("editor"), paper.document)[0] == 403
    assert asked(visitor("stranger"), paper.document)[0] == 404

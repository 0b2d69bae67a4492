"""Readings of documents, and the search in them: only ever in one's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from documents import trash
from documents.engine import reading, readings
from documents.engine.reading import Whole
from documents.models import Document, Head, Reading, User
from documents.search.words import VECTOR_BYTES, vector
from documents.storage import log
from tests.server.conftest import Shared, Visitor
from tests.server.test_pages import write

pytestmark = [pytest.mark.server, pytest.mark.django_db]

NOBODY = {"stranger", "late", "refused"}


def told(document: UUID, text: str, seq: int = 1, epoch: int = 1) -> None:
    """Store a reading; its first line is its first word."""
    line = text.split(maxsplit=1)[0]
    readings.keep(document, epoch, seq, Whole(line, text, vector(text)))


def found(client: Any, typed: str) -> list[dict[str, Any]]:
    answer = client.get("/api/documents", {"q": typed})
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()
    return listed


def titles(client: Any, typed: str) -> list[str]:
    return [document["title"] for document in found(client, typed)]


@pytest.fixture
def desk(person: Callable[[str], User]) -> tuple[Callable[[str, str], Document], User]:
    """Call it with a title and a text for one more document of one person."""
    mia = person("mia")

    def add(title: str, text: str) -> Document:
        document = log.create(mia, title, timezone.now())
        told(document.pk, text)
        return document

    return add, mia


# Readings


def test_a_reading_is_made_where_the_log_has_grown(shared: Shared) -> None:
    document = shared.document
    write(document, shared.people["owner"], "It rains in Bern.")
    readings.refresh(document.pk)
    kept = Reading.objects.get(document=document)
    assert (kept.seq, kept.epoch, kept.text.strip()) == (2, 1, "It rains in Bern.")
    document.refresh_from_db()
    assert (document.excerpt, document.excerpt_seq) == ("It rains in Bern.", 2)


def test_what_was_read_is_not_read_again(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings.refresh(shared.document.pk)

    def again(_document: UUID, _state: bytes) -> Whole:
        pytest.fail("it had been read")

    monkeypatch.setattr(reading, "whole", again)
    readings.refresh(shared.document.pk)


@pytest.mark.parametrize(
    ("epoch", "seq", "kept"),
    [
        (1, 4, "old"),
        (1, 5, "old"),
        (1, 6, "new"),
        (2, 1, "old"),  # of an epoch that the log is not in
    ],
)
def test_a_reading_never_goes_back(
    shared: Shared, epoch: int, seq: int, kept: str
) -> None:
    told(shared.document.pk, "old", seq=5)
    told(shared.document.pk, "new", seq=seq, epoch=epoch)
    assert Reading.objects.get(document=shared.document).text == kept
    shared.document.refresh_from_db()
    assert shared.document.excerpt == kept


def test_a_new_epoch_is_read_from_its_first_seq(
    shared: Shared, visitor: Visitor
) -> None:
    told(shared.document.pk, "A secret", seq=5)
    log.renew_epoch(shared.document.pk)
    assert titles(visitor("owner"), "secret") == []
    told(shared.document.pk, "open", seq=1, epoch=2)
    assert titles(visitor("owner"), "open") == ["Minutes"]
    assert Reading.objects.get(document=shared.document).text == "open"


def test_the_longest_text_of_different_words_is_stored_and_found(
    shared: Shared, visitor: Visitor
) -> None:
    Document.objects.update(title=" ".join(f"{n:03x}" for n in range(50)))
    text = " ".join(f"{n:04x}" for n in range(200_000))
    told(shared.document.pk, text)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_column_size(words || ''), words FROM documents_reading"
        )
        size = cursor.fetchone()[0]
    assert size > VECTOR_BYTES
    assert len(found(visitor("owner"), "00ff 031")) == 1


def test_those_behind_are_found_by_a_round(shared: Shared) -> None:
    document, now = shared.document.pk, timezone.now() + timedelta(seconds=1)
    assert readings.behind(now, 10, set()) == [document]
    assert readings.behind(now, 10, {document}) == []
    assert readings.behind(now - timedelta(hours=1), 10, set()) == []
    told(document, "read", seq=1)
    assert readings.behind(now, 10, set()) == []
    Head.objects.filter(pk=document).update(seq=2)
    assert readings.behind(now, 10, set()) == [document]
    told(document, "read", seq=2)
    log.renew_epoch(document)
    assert readings.behind(now, 10, set()) == [document]


# Rights


@pytest.mark.parametrize("typed", ["rain", "minutes", "-sun", "rain or sun"])
def test_only_those_who_can_open_a_document_find_it(
    shared: Shared, visitor: Visitor, typed: str
) -> None:
    told(shared.document.pk, "It may rain in Bern.")
    seen = {who: titles(visitor(who), typed) for who in shared.people}
    assert {who for who, some in seen.items() if not some} == NOBODY
    assert visitor("anonymous").get("/api/documents?q=rain").status_code == 401


def test_what_is_in_the_trash_is_not_found(shared: Shared, visitor: Visitor) -> None:
    told(shared.document.pk, "It may rain in Bern.")
    trash.trash(shared.document, timezone.now())
    assert {tuple(titles(visitor(who), "rain")) for who in shared.people} == {()}


def test_a_search_asks_the_database_for_ones_own_documents_alone(
    shared: Shared, visitor: Visitor, person: Callable[[str], User]
) -> None:
    """What is not asked for cannot be timed."""
    told(shared.document.pk, "It may rain in Bern.")
    with CaptureQueriesContext(connection) as asked:
        assert titles(visitor("stranger"), "rain") == []
    assert not [one["sql"] for one in asked if "documents_reading" in one["sql"]]
    log.create(shared.people["stranger"], "Own", timezone.now())
    with CaptureQueriesContext(connection) as asked:
        assert titles(visitor("stranger"), "rain") == []
    (search,) = [one["sql"] for one in asked if "documents_reading" in one["sql"]]
    assert str(shared.document.pk) not in search


def test_a_search_costs_the_same_queries_for_any_number(
    desk: tuple[Callable[[str, str], Document], User],
    visitor: Visitor,
    shared: Shared,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    add, mia = desk
    for n in range(20):
        add(f"Paper {n}", "rain")
    client = visitor("stranger")
    client.force_login(mia)
    with django_assert_num_queries(5):  # session, person, documents, roles, search
        assert len(titles(client, "rain")) == 20


# What is found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("budget", ["Budget", "Minutes"]),  # the title counts more
        ("budg", ["Budget", "Minutes"]),
        ("minutes budget", ["Minutes"]),  # one word in the title, one in the text
        ("udge", ["Budget"]),  # part of a word: in titles and first lines
        ('"we spend"', ["Budget"]),
        ('"spend we"', []),
        ("budget -spend", ["Minutes"]),
        ("spend or lunch", ["Budget", "Minutes"]),
        ("BUDGET ZÜR", ["Minutes"]),
        ("会議", ["Minutes"]),
        ("'); DROP TABLE documents_reading; --", []),
        ("\0", []),
        ("&|!():*<->\\'", []),
    ],
)
def test_what_is_found(
    desk: tuple[Callable[[str, str], Document], User],
    visitor: Visitor,
    shared: Shared,
    typed: str,
    expected: list[str],
) -> None:
    add, mia = desk
    add("Budget", "What we spend.")
    add("Minutes", "We had lunch in Zürich, then the budget, 会議録.")
    client = visitor("stranger")
    client.force_login(mia)
    assert titles(client, typed) == expected


def test_a_new_title_is_found_at_once(shared: Shared, visitor: Visitor) -> None:
    told(shared.document.pk, "It may rain in Bern.")
    Document.objects.update(title="Weather")
    assert titles(visitor("owner"), "weather bern") == ["Weather"]
    assert titles(visitor("owner"), "minutes") == []


def test_a_hit_shows_where_it_is(shared: Shared, visitor: Visitor) -> None:
    told(shared.document.pk, "🏔 It rains\nin Bern & <b>Basel</b>.")
    (listed,) = found(visitor("reader"), "rains bas")
    text = listed["snippet"]["text"]
    assert text == "🏔 It rains in Bern & <b>Basel</b>."
    units = text.encode("utf-16-le")
    shown = [
        units[2 * start : 2 * end].decode("utf-16-le")
        for start, end in listed["snippet"]["ranges"]
    ]
    assert shown == ["rains", "Basel"]
    (listed,) = found(visitor("reader"), "minutes")
    assert listed["snippet"] is None


def test_the_page_marks_what_was_found_and_escapes_the_rest(
    built: None, shared: Shared, visitor: Visitor
) -> None:
    told(shared.document.pk, "It rains in Bern & <b>Basel</b>.")
    page = visitor("reader").get("/", {"q": "basel"}).content.decode()
    assert "Bern &amp; &lt;b&gt;<mark>Basel</mark>&lt;/b&gt;." in page
    page = visitor("stranger").get("/", {"q": "basel"}).content.decode()
    assert "Basel" not in page

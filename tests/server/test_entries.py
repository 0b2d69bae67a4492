"""Entries of a log are read in order and whole, whatever their sizes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from collab.process import conninfo
from documents import entries as reading
from documents.chain import START, Entry, link
from documents.entries import entries, head
from documents.models import Document, Head, Update, User
from documents.moments import moment

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

BEGAN = datetime(2026, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def store(document: Document, written: list[Entry]) -> None:
    """Put a log there, linked."""
    chain = START
    rows = []
    for one in written:
        chain = link(chain, document.pk, one)
        rows.append(
            Update(
                document=document,
                seq=one.seq,
                author_id=one.author,
                at=moment(one.at),
                recovered=one.recovered,
                payload=one.payload,
                chain=chain,
            )
        )
    Update.objects.bulk_create(rows)
    Head.objects.create(document=document, seq=len(rows), at=BEGAN, chain=chain)


@pytest.fixture
def paper(transactional_db: None) -> Document:
    owner = User.objects.create_user("ana@example.org", name="Ana")
    return Document.objects.create(owner=owner, title="Paper", created=BEGAN)


def made(count: int, size: int = 10) -> list[Entry]:
    """Entries of several authors, some of none, some recovered."""
    began = int((BEGAN - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    return [
        Entry(
            seq,
            (None, 1, 7)[seq % 3],
            began + 7 * seq,
            recovered=seq % 5 == 0,
            payload=seq.to_bytes(size, "big"),
        )
        for seq in range(1, count + 1)
    ]


def test_entries_are_what_was_stored(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 7)
    written = made(50)
    store(paper, written)
    with psycopg.connect(conninfo()) as given:
        assert list(entries(given, paper.pk, 1)) == written
        assert list(entries(given, paper.pk, 14, 28)) == written[13:28]
        assert list(entries(given, paper.pk, 51)) == []
        assert list(entries(given, paper.pk, 9, 8)) == []
        assert list(entries(given, UUID(int=1), 1)) == []


def test_large_entries_come_a_few_at_a_time(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_BYTES", 2000)
    written = made(10, size=1500)
    store(paper, written)
    with psycopg.connect(conninfo()) as given:
        assert reading._batch(given, paper.pk, 1, 10) == written[:2]
        assert list(entries(given, paper.pk, 1)) == written


def test_a_connection_of_django_serves_too(paper: Document) -> None:
    written = made(3)
    store(paper, written)
    connection.ensure_connection()
    given = connection.connection
    assert list(entries(given, paper.pk, 1)) == written
    found = head(given, paper.pk)
    assert found is not None
    assert (found.seq, found.epoch) == (3, 1)
    assert found.chain == Head.objects.get(document=paper).chain
    assert head(given, UUID(int=1)) is None

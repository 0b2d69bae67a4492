"""Entries of a log are read in order and whole, whatever their sizes."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import LiteralString, cast
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.db import connection
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from documents.models import Chapter, Document, Head, Update, User
from documents.postgres import conninfo
from documents.storage import entries as reading
from documents.storage.chain import START, Entry, link
from documents.storage.chapters import Malformed, pack
from documents.storage.entries import entries, head
from documents.storage.moments import moment
from documents.storage.rows import Row, rows_since

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
        assert reading._rows(given, paper.pk, 1, 10) == written[:2]
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


def packed(document: Document, first: int, last: int) -> None:
    """Move entries into a chapter by hand."""
    rows = Update.objects.filter(document=document, seq__range=(first, last))
    with psycopg.connect(conninfo()) as given:
        body = pack(list(entries(given, document.pk, first, last)))
    chain = {"before": START, "after": START}
    Chapter.objects.create(
        document=document, first=first, last=last, body=body, **chain
    )
    assert rows.delete()[0] == last - first + 1


def test_entries_are_read_through_chapters(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 7)
    written = made(60)
    store(paper, written)
    packed(paper, 1, 20)
    packed(paper, 21, 25)
    packed(paper, 41, 50)  # rows stay between chapters where some were redacted
    with psycopg.connect(conninfo()) as given:
        for first in range(1, 61):
            assert list(entries(given, paper.pk, first)) == written[first - 1 :]
            for last in (first, 19, 20, 22, 25, 38, 49, 60):
                found = list(entries(given, paper.pk, first, last))
                assert found == written[first - 1 : last]


def test_what_is_packed_while_it_is_read_is_not_overlooked(
    paper: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 10)
    written = made(60)
    store(paper, written)
    found = []
    with psycopg.connect(conninfo()) as given:
        for entry in entries(given, paper.pk, 1):
            found.append(entry)
            if entry.seq == 15:
                packed(paper, 1, 30)
            if entry.seq == 21:
                packed(paper, 31, 59)
    assert found == written


class Between:
    """A connection on which something happens before chapters are asked for."""

    def __init__(self, real: AsyncConnection, happens: Callable[[], object]) -> None:
        self._real = real
        self._happens = happens

    async def execute(
        self, query: LiteralString, given: Sequence[object], *, binary: bool
    ) -> AsyncCursor[TupleRow]:
        """Ask Postgres."""
        if "documents_chapter" in query:
            await database_sync_to_async(self._happens)()
        return await self._real.execute(query, given, binary=binary)


async def test_rows_that_are_packed_while_rooms_read_come_once(paper: Document) -> None:
    written = made(60)
    await database_sync_to_async(store)(paper, written)
    await database_sync_to_async(packed)(paper, 1, 20)
    expected = [Row(one.seq, one.author, one.payload) for one in written]
    async with await AsyncConnection.connect(conninfo(), autocommit=True) as real:
        between = Between(real, lambda: packed(paper, 21, 50))
        found = await rows_since(cast("AsyncConnection", between), paper.pk, 5)
        assert found == expected[5:]
        assert await Chapter.objects.acount() == 2
        for seq in (0, 19, 20, 21, 49, 50, 51, 59, 60, 61):
            assert await rows_since(real, paper.pk, seq) == expected[seq:]


def test_a_chapter_of_other_entries_is_refused(paper: Document) -> None:
    store(paper, made(20))
    packed(paper, 1, 10)
    Chapter.objects.update(last=9)
    with (
        psycopg.connect(conninfo()) as given,
        pytest.raises(Malformed, match="holds other entries"),
    ):
        list(entries(given, paper.pk, 1))

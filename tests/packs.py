"""Documents of many entries and their chapters, for tests of packing."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg

from documents.custody.verifying import verdict
from documents.models import Chapter, Head, Update, User
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.packing import Rules, pack_next
from tests.paper import load, typed

NOW: Final = datetime.now(UTC)
TOMORROW: Final = NOW + timedelta(days=1)
AT_ONCE: Final = Rules(TOMORROW, TOMORROW, updates=100, least=1)
"""Chapters of a hundred, and whatever rest there is."""


def written(owner: User, count: int) -> UUID:
    """Make a document with so many edits after its first entry."""
    paper = log.create(owner, "Paper", NOW).pk
    with psycopg.connect(conninfo()) as given:
        (first,) = entries(given, paper, 1)
        load(given, paper, typed(first, (owner.pk, owner.pk + 1), count))
    return paper


def whole(paper: UUID) -> list[Entry]:
    """All entries as they are read now."""
    with psycopg.connect(conninfo()) as given:
        return list(entries(given, paper, 1))


def layout(paper: UUID) -> tuple[list[tuple[int, int]], list[int]]:
    """The chapters' firsts and lasts, and the seqs that are rows."""
    chapters = Chapter.objects.filter(document=paper).order_by("first")
    rows = Update.objects.filter(document=paper).order_by("seq")
    return (
        list(chapters.values_list("first", "last")),
        list(rows.values_list("seq", flat=True)),
    )


def check(paper: UUID) -> None:
    """Assert that every entry lies in one place and that the chain is whole."""
    chapters, rows = layout(paper)
    seqs = [seq for first, last in chapters for seq in range(first, last + 1)] + rows
    assert seqs == list(range(1, Head.objects.get(document=paper).seq + 1))
    with psycopg.connect(conninfo()) as given:
        found = verdict(given, paper)
    assert found.said.startswith("intact"), found.said


def pack_all(rules: Rules = AT_ONCE, document: UUID | None = None) -> int:
    """Pack until nothing is old; give how many entries."""
    total = 0
    while (packed := pack_next(conninfo(), rules, (), document)) is not None:
        total += packed.entries
    return total

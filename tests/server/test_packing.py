"""Packing: old updates become chapters, and every reader reads what it read before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Final
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection as django_connection
from pytest_django import Settings

from documents.models import Chapter, Redaction, Snapshot, Update, User
from documents.postgres import conninfo
from documents.storage import log, packing
from documents.storage.chain import START, Entry
from documents.storage.chapters import unpack
from documents.storage.packing import Unpackable, pack_next
from documents.storage.snapshots import compact
from tests.packs import AT_ONCE, NOW, check, layout, pack_all, whole, written

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

FULL: Final = replace(AT_ONCE, rests_before=NOW - timedelta(days=36_500))


@pytest.fixture
def ana(transactional_db: None) -> User:
    return User.objects.create_user("ana@example.org", name="Ana")


@pytest.fixture
def paper(ana: User) -> UUID:
    return written(ana, 450)


# What is packed


def test_entries_are_the_same_after_packing(paper: UUID) -> None:
    before = whole(paper)
    assert pack_all() == 450
    assert whole(paper) == before
    assert layout(paper) == (
        [(1, 100), (101, 200), (201, 300), (301, 400), (401, 450)],
        [451],
    )
    check(paper)
    ends = Chapter.objects.filter(document=paper).order_by("first")
    assert ends[0].before == START
    assert [one.before for one in ends[1:]] == [one.after for one in ends[:4]]


def test_a_rest_stays_until_it_is_very_old(paper: UUID) -> None:
    assert pack_all(FULL) == 400
    assert layout(paper)[1] == list(range(401, 452))
    assert pack_all(replace(AT_ONCE, least=51)) == 0
    assert pack_all(replace(AT_ONCE, least=50)) == 50


def test_what_is_young_stays(paper: UUID) -> None:
    young = whole(paper)[150].at
    before = datetime.fromtimestamp(young / 1000, UTC)
    assert pack_all(replace(FULL, before=before)) == 100
    assert layout(paper)[0] == [(1, 100)]


def test_a_chapter_is_full_of_large_updates_sooner(
    paper: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = whole(paper)
    monkeypatch.setattr(packing, "BYTES", 1000)
    assert pack_all() == 450
    assert len(layout(paper)[0]) > 8
    assert whole(paper) == before
    check(paper)


def test_a_snapshot_covers_what_is_packed(paper: UUID) -> None:
    first = pack_next(conninfo(), FULL)
    assert first == (paper, 0)
    assert not layout(paper)[0]
    assert Snapshot.objects.get(document=paper).seq == 451
    assert pack_next(conninfo(), FULL) == (paper, 100)


def test_packers_exclude_one_another(paper: UUID) -> None:
    with psycopg.connect(conninfo()) as other:
        assert packing._alone(other, patient=False)
        assert pack_next(conninfo(), AT_ONCE) is None
    assert pack_next(conninfo(), AT_ONCE) is not None


# Logs that are not as they should be


def test_a_changed_row_is_not_packed(paper: UUID) -> None:
    pack_next(conninfo(), AT_ONCE)
    Update.objects.filter(document=paper, seq=150).update(recovered=True)
    assert pack_next(conninfo(), AT_ONCE) == (paper, 100)
    with pytest.raises(Unpackable, match=f"{paper}: entry 150 has another link"):
        pack_next(conninfo(), AT_ONCE)
    assert len(layout(paper)[1]) == 351
    assert pack_next(conninfo(), AT_ONCE, (paper,)) is None


def test_a_missing_row_is_told(paper: UUID) -> None:
    compact(conninfo(), paper)
    Update.objects.filter(document=paper, seq=1).delete()
    with pytest.raises(Unpackable, match="entry 1 is missing"):
        pack_next(conninfo(), AT_ONCE)
    Update.objects.filter(document=paper, seq=2).delete()


@pytest.mark.parametrize("stretch", [(1, 150), (101, 200), (120, 130), (250, 450)])
def test_redacted_stretches_are_packed_with_void_ends(
    paper: UUID, stretch: tuple[int, int]
) -> None:
    first, last = stretch
    rows = Update.objects.filter(document=paper)
    links = {0: START, **dict(rows.values_list("seq", "chain"))}
    compact(conninfo(), paper)
    rows.filter(seq__range=stretch).update(chain=None, recovered=True)
    Redaction.objects.create(
        document_id=paper,
        first=first,
        last=last,
        before=links[first - 1],
        after=links[last],
        at=NOW,
    )
    before = whole(paper)
    assert pack_all() == 450
    assert whole(paper) == before
    check(paper)
    for one in Chapter.objects.filter(document=paper):
        void = list(range(first, last))
        assert one.before == (START if one.first - 1 in void else links[one.first - 1])
        assert one.after == (START if one.last in void else links[one.last])


def test_nothing_is_packed_of_a_log_rewritten_meanwhile(
    paper: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact(conninfo(), paper)

    def rewriting(body: bytes) -> list[Entry]:
        log.renew_epoch(paper)
        monkeypatch.setattr(packing, "unpack", unpack)
        return unpack(body)

    monkeypatch.setattr(packing, "unpack", rewriting)
    assert pack_next(conninfo(), AT_ONCE) == (paper, 0)
    assert not layout(paper)[0]
    assert pack_next(conninfo(), AT_ONCE) == (paper, 100)


# The command


def pack(*given: str) -> str:
    """Run `manage.py pack` and give what it says."""
    out = StringIO()
    call_command("pack", *given, stdout=out, stderr=out)
    return out.getvalue().strip()


def said(updates: int, documents: int) -> str:
    """What the command says in the end."""
    return f"updates packed: {updates}, documents: {documents}"


def test_the_command_packs_what_is_old(ana: User, settings: Settings) -> None:
    settings.CHAPTER_UPDATES = 100
    one, other = written(ana, 250), written(ana, 150)
    before = whole(one), whole(other)
    age = (NOW.timestamp() * 1000 - before[0][250].at) / 1000
    assert pack("--older-than", f"{age * 2}") == said(0, 0)
    assert pack("--older-than", f"{age / 2}", "--document", f"{other}") == said(100, 1)
    assert pack("--older-than", f"{age / 2}") == said(200, 1)
    assert pack("--all") == said(100, 2)
    assert layout(one) == ([(1, 100), (101, 200), (201, 250)], [251])
    assert (whole(one), whole(other)) == before
    check(one)
    check(other)


def test_the_command_names_logs_that_it_leaves(ana: User, settings: Settings) -> None:
    settings.CHAPTER_UPDATES = 100
    one, other = written(ana, 150), written(ana, 150)
    Update.objects.filter(document=one, seq=7).update(author=None)
    out = StringIO()
    with pytest.raises(CommandError, match="logs left as they are: 1"):
        call_command("pack", stdout=out, stderr=out)
    assert f"{one}: entry 7 has another link" in out.getvalue()
    assert layout(one)[0] == []
    assert layout(other)[0] == [(1, 100), (101, 150)]


# How small it is


def test_a_chapter_takes_a_fraction_of_its_rows(ana: User) -> None:
    """With all of Postgres' overhead; bench/chapters.py says it of the whole of B4."""
    edits = 16 * 4096
    empty("documents_update", "documents_chapter")
    paper = written(ana, edits)
    rows = size("documents_update")
    assert pack_all(replace(AT_ONCE, updates=4096)) == edits
    chapters = size("documents_chapter")
    assert chapters <= 4 * edits
    assert rows >= 40 * chapters
    assert sum(len(bytes(one.body)) for one in Chapter.objects.all()) <= 2 * edits
    assert len(whole(paper)) == edits + 1


def empty(*tables: str) -> None:
    """Free what tests before took and rolled back."""
    with django_connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


def size(table: str) -> int:
    """What a table takes on disk, with indexes and TOAST."""
    with django_connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        return int(cursor.fetchone()[0])

"""Packing: old updates become chapters, and every reader reads what it read before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import pytest

from documents import log, packing
from documents.chain import START, Entry
from documents.chapters import unpack
from documents.entries import entries
from documents.models import Chapter, Head, Redaction, Snapshot, Update, User
from documents.packing import Rules, Unpackable, pack_next
from documents.postgres import conninfo
from documents.snapshots import compact
from documents.verifying import verdict
from tests.paper import load, typed

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

NOW: Final = datetime.now(UTC)
ROOT: Final = Path(__file__).parent.parent.parent
AT_ONCE: Final = Rules(NOW + timedelta(days=1), NOW + timedelta(days=1), 100, 1)
FULL: Final = replace(AT_ONCE, rests_before=NOW - timedelta(days=36_500))


@pytest.fixture
def ana(transactional_db: None) -> User:
    return User.objects.create_user("ana@example.org", name="Ana")


def written(owner: User, count: int) -> UUID:
    """A document with so many edits after its first entry."""
    paper = log.create(owner, "Paper", NOW).pk
    with psycopg.connect(conninfo()) as given:
        (first,) = entries(given, paper, 1)
        load(given, paper, typed(first, (owner.pk, owner.pk + 1), count))
    return paper


@pytest.fixture
def paper(ana: User) -> UUID:
    return written(ana, 450)


def whole(paper: UUID) -> list[Entry]:
    """All entries as they are read now."""
    with psycopg.connect(conninfo()) as given:
        return list(entries(given, paper, 1))


def layout(paper: UUID) -> tuple[list[tuple[int, int]], list[int]]:
    """The chapters' firsts and lasts, and the seqs that are rows."""
    chapters = Chapter.objects.filter(document=paper).order_by("first")
    rows = Update.objects.filter(document=paper).order_by("seq")
    return list(chapters.values_list("first", "last")), list(
        rows.values_list("seq", flat=True)
    )


def sound(paper: UUID) -> None:
    """Every entry lies in one place, and the chain is whole."""
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


# What is packed


def test_entries_are_the_same_after_packing(paper: UUID) -> None:
    before = whole(paper)
    assert pack_all() == 450
    assert whole(paper) == before
    assert layout(paper) == (
        [(1, 100), (101, 200), (201, 300), (301, 400), (401, 450)],
        [451],
    )
    sound(paper)
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
    sound(paper)


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
    sound(paper)
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

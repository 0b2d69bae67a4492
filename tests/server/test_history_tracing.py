"""What carries what in a long log is found slice by slice, while all else is told."""

from typing import Any

import pytest
from django.test import Client

from documents import aside
from documents.history import chronicle, telling
from documents.history.columns import decode, part
from documents.history.recent import Recent
from documents.models import Chapter, Columns, Document, Update
from documents.postgres import conninfo
from documents.storage.chapters import MOST_BYTES
from tests.server.conftest import Visitor
from tests.server.papers import chapter
from tests.server.test_history_bytes import ROWS, anew, fetch, notes

__all__ = ["notes"]
"""A fixture from elsewhere."""

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SLICE = 25


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Let the log be a long one; give the documents that are traced aside."""
    begun: list[object] = []
    monkeypatch.setattr(chronicle, "AT_ONCE", 5)
    monkeypatch.setattr(chronicle, "AHEAD", SLICE)
    monkeypatch.setattr(chronicle, "SLICE", 3600.0)  # ends by its rows alone
    monkeypatch.setattr(aside, "trace", begun.append)
    return begun


def described(owner: Client, notes: Document) -> Any:
    return owner.get(f"/api/documents/{notes.pk}/history").json()


def test_all_but_who_wrote_what_is_told_at_once(
    visitor: Visitor, notes: Document, begun: list[object]
) -> None:
    owner, whole = visitor("owner"), anew(notes)
    assert whole.carries
    assert described(owner, notes)["traced"] == 0
    assert begun == [notes.pk]
    stretch = f"epoch=1&from=1&to={ROWS}"
    answer = fetch(owner, notes, f"columns?{stretch}")
    found = decode(answer.content)
    assert (found.stamps, found.births, found.deaths) == (
        whole.stamps,
        whole.births,
        whole.deaths,
    )
    assert not found.carries
    for path in (f"log?{stretch}", f"at/{ROWS // 2}?epoch=1", "versions"):
        assert fetch(owner, notes, path).status_code == 200
    for path in (f"blame?{stretch}", "search?q=the"):
        later = fetch(owner, notes, path)
        assert later.status_code == 202
        assert int(later["Retry-After"]) > 0


def test_slices_are_kept_and_find_what_all_at_once_finds(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, whole = visitor("owner"), anew(notes)
    stretch = f"epoch=1&from=1&to={ROWS}"
    tags, traced = [], []
    for _ in range(ROWS // SLICE):
        tags.append(fetch(owner, notes, f"columns?{stretch}")["ETag"])
        monkeypatch.setattr(chronicle, "_recent", Recent())  # as after a restart
        assert chronicle.keep(conninfo(), notes.pk) is False
        traced.append(described(owner, notes)["traced"])
        found = decode(fetch(owner, notes, f"columns?{stretch}").content)
        early = part(whole, 1, traced[-1])
        assert part(found, 1, traced[-1]) == early
    assert traced == [SLICE * (at + 1) for at in range(ROWS // SLICE)]
    assert chronicle.keep(conninfo(), notes.pk) is True
    last = fetch(owner, notes, f"columns?{stretch}")
    assert decode(last.content) == whole
    assert len({*tags, last["ETag"]}) == len(tags) + 1
    assert described(owner, notes)["traced"] == ROWS
    assert fetch(owner, notes, f"blame?{stretch}").status_code == 200
    assert Columns.objects.get(document=notes).seq == ROWS


def test_a_slice_ends_with_its_time_and_the_next_goes_on_behind_it(
    notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = anew(notes)
    monkeypatch.setattr(chronicle, "SLICE", 0)
    begun = [chronicle.keep(conninfo(), notes.pk)]
    assert chronicle._slices.until(notes.pk, 1, ROWS)
    while not begun[-1]:
        begun.append(chronicle.keep(conninfo(), notes.pk))
    assert len(begun) > ROWS // SLICE + 1
    assert chronicle._slices.until(notes.pk, 1, ROWS) is None
    end = chronicle.expect(aside.own(), notes.pk, 1)
    assert chronicle.current(aside.own(), notes.pk, end) == whole


def test_who_asks_again_brings_it_nearer(visitor: Visitor, notes: Document) -> None:
    owner = visitor("owner")
    answers = [fetch(owner, notes, "search?q=the").status_code for _ in range(6)]
    assert answers == [202, 202, 202, 202, 200, 200]


def test_few_rows_end_with_their_time_too_and_are_told_in_the_end(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, whole = visitor("owner"), anew(notes)
    monkeypatch.setattr(chronicle, "AT_ONCE", ROWS)
    monkeypatch.setattr(chronicle, "SLICE", -1.0)  # is over when it begins
    path = f"columns?epoch=1&from=1&to={ROWS}"
    codes: list[int] = []
    answer = fetch(owner, notes, path)
    while len(codes) < ROWS and answer.status_code == 202:
        assert "ETag" not in answer
        codes.append(answer.status_code)
        monkeypatch.setattr(chronicle, "_recent", Recent())  # as after a restart
        answer = fetch(owner, notes, path)
    assert len(codes) > 1
    assert answer.status_code == 200
    assert decode(answer.content) == whole


def test_what_must_be_read_is_weighed_though_nothing_is_kept(
    notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads = Update.objects.filter(document=notes).values_list("payload", flat=True)
    whole = sum(map(len, payloads))
    assert telling.weight(aside.own(), notes.pk) == (ROWS, whole)
    while not chronicle.keep(conninfo(), notes.pk):
        pass
    assert telling.weight(aside.own(), notes.pk).size > whole  # there is no snapshot
    asked: list[object] = []
    monkeypatch.setattr(aside, "BYTES", whole - 1)
    monkeypatch.setattr(aside._workers, "wait", lambda *given: asked.append(given))
    aside.ask(telling.versions, notes.pk, telling.Wanted())
    assert len(asked) == 1


def test_what_is_packed_weighs_what_it_comes_to(notes: Document) -> None:
    loose = telling.weight(aside.own(), notes.pk)
    chapter(notes, 1, ROWS - 1)
    assert len(Chapter.objects.get().body) < loose.size // 2
    found = telling.weight(aside.own(), notes.pk)
    assert found.rows == ROWS
    assert found.size > loose.size * 3 // 4
    Chapter.objects.update(body=b"damaged")
    assert telling.weight(aside.own(), notes.pk).size > MOST_BYTES

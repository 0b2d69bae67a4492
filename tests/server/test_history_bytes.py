"""A history as bytes: columns, logs and former states, out of what is kept."""

import gzip
from random import Random
from threading import Event
from typing import Any

import pytest
from django.test import Client

from documents import aside
from documents.history import chronicle, columns, entire, telling
from documents.history.carries import traced
from documents.history.columns import grown
from documents.history.kept import Kept, unpack
from documents.history.recent import Recent
from documents.models import Columns, Document, Head, Update
from documents.postgres import conninfo
from documents.storage import wholes
from documents.storage.entries import entries
from documents.storage.snapshots import compact
from documents.yjs.extents import extent
from documents.yjs.merging import merge, squash
from documents.yjs.updates import encode, parse
from tests.server.conftest import Shared, Visitor
from tests.writers import grow

pytestmark = [pytest.mark.server, pytest.mark.django_db]

ROWS = 120


@pytest.fixture
def notes(shared: Shared) -> Document:
    """A log of two people, written at random."""
    people = [shared.people["owner"], shared.people["editor"]]
    grow(shared.document, people, ROWS - 1, seed=3)
    return shared.document


@pytest.fixture(params=["few", "cut"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let logs be merged from their rows, or be cut out of the whole."""
    monkeypatch.setattr(telling, "FEW", ROWS if request.param == "few" else 0)
    return str(request.param)


def fetch(client: Client, notes: Document, path: str, **headers: str) -> Any:
    return client.get(f"/api/documents/{notes.pk}/history/{path}", headers=headers)


def rows(notes: Document, first: int = 1, last: int = ROWS) -> Any:
    return list(entries(aside.own(), notes.pk, first, last))


def anew(notes: Document, last: int = ROWS) -> columns.Columns:
    """The columns of a log, out of its rows alone."""
    many = rows(notes, 1, last)
    whole = squash(merge([parse(row.payload) for row in many]))
    return traced(grown(columns.EMPTY, many), whole)


def stretches() -> list[tuple[int, int]]:
    random = Random(8)
    some = [sorted(random.choices(range(1, ROWS + 1), k=2)) for _ in range(12)]
    return [(1, ROWS), (1, 1), (ROWS, ROWS), *((a, b) for a, b in some)]


def test_a_log_is_what_its_rows_say_together(
    visitor: Visitor, notes: Document, way: str
) -> None:
    owner = visitor("owner")
    for first, last in stretches():
        answer = fetch(owner, notes, f"log?epoch=1&from={first}&to={last}")
        assert answer["Content-Type"] == "application/octet-stream"
        found = parse(answer.content)
        merged = merge([parse(row.payload) for row in rows(notes, first, last)])
        assert squash(found) == squash(merged), (first, last)


def test_columns_are_those_of_the_rows(visitor: Visitor, notes: Document) -> None:
    owner = visitor("owner")
    whole = anew(notes)
    for first, last in stretches():
        answer = fetch(owner, notes, f"columns?epoch=1&from={first}&to={last}")
        found = columns.decode(answer.content)
        assert found == columns.part(whole, first, last), (first, last)


def test_a_former_state_is_what_was_written_until_then(
    visitor: Visitor, notes: Document, way: str
) -> None:
    owner = visitor("owner")
    for seq in (1, 2, 50, ROWS):
        found = parse(fetch(owner, notes, f"at/{seq}?epoch=1").content)
        merged = merge([parse(row.payload) for row in rows(notes, 1, seq)])
        assert extent(found) == extent(merged)
        assert squash(found) == squash(merged)


PATHS = ["log?epoch={}&from=1&to={}", "columns?epoch={}&from=1&to={}"]
PATHS += ["at/{1}?epoch={0}", "blame?epoch={}&from=1&to={}"]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_there_is_told_apart(
    visitor: Visitor, notes: Document, path: str
) -> None:
    owner = visitor("owner")

    def code(*given: object) -> int:
        status: int = fetch(owner, notes, path.format(*given)).status_code
        return status

    assert code(1, ROWS) == 200
    assert code(1, ROWS + 1) == 404
    assert code(1, 0) in {404, 422}
    assert code(2, ROWS) == 409
    assert code(2, ROWS + 1) == 409
    assert code("x", ROWS) == 422
    assert code(0, ROWS) == 422
    Head.objects.filter(document=notes).update(epoch=2)
    assert code(1, ROWS) == 409
    assert code(2, ROWS) == 200


@pytest.mark.parametrize("path", PATHS[:2])
def test_a_stretch_that_is_none_or_too_long_is_refused(
    visitor: Visitor, notes: Document, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = visitor("owner")
    backwards = path.format(1, 5).replace("from=1", "from=6")
    assert fetch(owner, notes, backwards).status_code == 422
    monkeypatch.setattr("documents.api.past.MOST_ROWS", 5)
    assert fetch(owner, notes, path.format(1, 5)).status_code == 200
    assert fetch(owner, notes, path.format(1, 6)).status_code == 422


@pytest.mark.parametrize("path", [path.format(1, ROWS) for path in PATHS])
def test_bytes_are_kept_until_the_epoch_ends(
    visitor: Visitor, notes: Document, path: str
) -> None:
    owner = visitor("owner")
    first = fetch(owner, notes, path)
    assert first["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first["ETag"]}
    assert fetch(owner, notes, path, **again).status_code == 304
    other = path.replace(str(ROWS), str(ROWS - 1))
    assert fetch(owner, notes, other, **again).status_code == 200
    Head.objects.filter(document=notes).update(epoch=2)
    assert fetch(owner, notes, path, **again).status_code == 409
    path = path.replace("epoch=1", "epoch=2")
    assert fetch(owner, notes, path, **again).status_code == 200


def test_bytes_go_out_small(visitor: Visitor, notes: Document) -> None:
    path = f"log?epoch=1&from=1&to={ROWS}"
    plain = fetch(visitor("owner"), notes, path)
    small = fetch(visitor("owner"), notes, path, **{"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content


# What is kept


def columns_of(notes: Document) -> columns.Columns:
    end = chronicle.expect(aside.own(), notes.pk, 1)
    return chronicle.current(aside.own(), notes.pk, end)


def test_columns_are_kept_when_enough_was_read(
    notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = columns_of(notes)
    assert not Columns.objects.exists()
    monkeypatch.setattr(chronicle, "STORED", 100)
    assert columns_of(notes) == whole
    kept = Columns.objects.get(document=notes)
    assert (kept.seq, kept.epoch) == (ROWS, 1)
    assert unpack(bytes(kept.body)) == Kept(whole, ROWS)


def test_columns_go_on_from_what_is_kept(
    shared: Shared, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle, "STORED", 1)
    columns_of(notes)
    read: list[int] = []

    def counted(where: Any, document: Any, first: int, last: int) -> Any:
        for entry in entries(where, document, first, last):
            read.append(entry.seq)
            yield entry

    monkeypatch.setattr(chronicle, "entries", counted)
    grow(notes, [shared.people["editor"]], 30, seed=4)
    whole = anew(notes, ROWS + 30)
    assert columns_of(notes) == whole
    assert read == list(range(ROWS + 1, ROWS + 31))
    assert Columns.objects.get(document=notes).seq == ROWS + 30


def unread(*_: object) -> object:
    raise AssertionError("read, to be written down again")


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_of_a_whole_log_is_told_unread(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "FEW", 0)
    merged = merge([parse(row.payload) for row in rows(notes)])
    expected = [columns.encode(anew(notes)), encode(squash(merged))]
    compact(conninfo(), notes.pk)
    assert chronicle.keep(conninfo(), notes.pk)
    for remembered in (chronicle, entire):
        monkeypatch.setattr(remembered, "_recent", Recent())
    monkeypatch.setattr(chronicle, "unpack", unread)
    monkeypatch.setattr(wholes, "parse", unread)
    paths = [f"{one}?epoch=1&from=1&to={ROWS}" for one in ("columns", "log")]
    found = [fetch(visitor("owner"), notes, path).content for path in paths]
    assert found == expected


@pytest.mark.parametrize("spoil", ["body", "epoch"])
def test_columns_that_cannot_be_used_are_made_anew(
    notes: Document, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    monkeypatch.setattr(chronicle, "STORED", 1)
    whole = columns_of(notes)
    monkeypatch.setattr(chronicle, "_recent", Recent())
    kept = Columns.objects.filter(document=notes)
    kept.update(**{"body": b"\xff"} if spoil == "body" else {"epoch": 0})
    assert columns_of(notes) == whole
    found = kept.get()
    assert (found.seq, found.epoch) == (ROWS, 1)
    assert unpack(bytes(found.body)) == Kept(whole, ROWS)


def test_long_logs_are_read_in_goes_and_each_is_kept(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle, "STRIDE", 50)
    monkeypatch.setattr(chronicle, "SECONDS", -1.0)  # are over when they begin
    path = f"columns?epoch=1&from=1&to={ROWS}"
    reached = []
    codes = []
    for _ in range(3):
        codes.append(fetch(visitor("owner"), notes, path).status_code)
        reached.append(Columns.objects.get(document=notes).seq)
    assert codes == [202, 202, 200]
    assert reached == [50, 100, 100]


@pytest.mark.django_db(transaction=True)
def test_much_is_read_in_another_process(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"log?epoch=1&from=1&to={ROWS - 1}"
    here = fetch(visitor("owner"), notes, path).content
    monkeypatch.setattr(aside, "ROWS", 0)
    assert fetch(visitor("owner"), notes, path).content == here
    beyond = f"columns?epoch=1&from=1&to={ROWS}"
    assert fetch(visitor("owner"), notes, beyond).status_code == 200


def test_nobody_waits_for_ever(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "ROWS", 0)
    monkeypatch.setattr(aside, "PATIENCE", 0.0)
    owner, free = visitor("owner"), Event()
    aside._workers._turns.submit(free.wait)  # or it might be done before anybody waits
    try:
        answer = fetch(owner, notes, f"columns?epoch=1&from=1&to={ROWS}")
    finally:
        free.set()
    assert answer.status_code == 202
    assert int(answer["Retry-After"]) > 0
    assert "goes on" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_whoever_has_time_keeps_columns(
    notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle, "STORED", 1)
    monkeypatch.setattr(chronicle, "STRIDE", 50)
    monkeypatch.setattr(chronicle, "TURN", -1.0)  # is over when it begins
    turns = [chronicle.keep(conninfo(), notes.pk) for _ in range(3)]
    assert turns == [False, False, True]
    assert Columns.objects.get(document=notes).seq == ROWS


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_old_epoch_is_kept_after_it(notes: Document) -> None:
    whole = columns_of(notes)
    Head.objects.filter(document=notes).update(epoch=2)
    chronicle._store(aside.own(), notes.pk, 1, Kept(whole, ROWS))
    assert not Columns.objects.exists()


def test_a_look_reads_only_what_came_since_the_last_one(
    visitor: Visitor, notes: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "FEW", 1)
    path = f"at/{ROWS - 1}?epoch=1"
    first = fetch(visitor("owner"), notes, path).content
    Columns.objects.filter(document=notes).delete()
    Update.objects.filter(document=notes).delete()
    assert fetch(visitor("owner"), notes, path).content == first
    earlier = fetch(visitor("owner"), notes, f"at/{ROWS // 2}?epoch=1")
    assert earlier.status_code == 200

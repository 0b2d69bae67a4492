"""`manage.py check_log`: all damage is told, caches are mended, logs never."""

from collections.abc import Callable, Sequence
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from documents.custody.redaction import redact as redact_ids
from documents.models import (
    Chapter,
    Columns,
    Document,
    Head,
    Reading,
    Snapshot,
    Update,
    User,
)
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.snapshots import compact
from tests.writers import BEGAN, grow, ids_of, redact, rows, telling

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

COUNT = 60
SEQ = 40
"""Where the snapshot was taken."""
BEYOND = bytes.fromhex("0101ff010084fe01030361626300")
"""Client 255 writes abc after an id of client 254, whom nobody knows."""


def check(*given: str) -> str:
    said = StringIO()
    call_command("check_log", *given, stdout=said)
    return said.getvalue()


def complaints(document: Document, *given: str) -> list[str]:
    """What it says of a document that it finds wrong."""
    said = StringIO()
    with pytest.raises(CommandError, match="wrong: 1 of 1 documents"):
        call_command("check_log", *given, stdout=said)
    lines = said.getvalue().splitlines()
    assert all(line.startswith(f"{document.pk}: ") for line in lines)
    return [line.partition(": ")[2] for line in lines]


@pytest.fixture
def notes(transactional_db: None) -> Document:
    people = [
        User.objects.create_user(f"{name}@example.org", name=name)
        for name in ("ana", "bo")
    ]
    made: Document = log.create(people[0], "Notes", BEGAN)
    grow(made, people, SEQ - 1, seed=5)
    assert compact(conninfo(), made.pk) == SEQ
    grow(made, people, COUNT - SEQ, seed=6)
    Columns.objects.create(document=made, seq=COUNT, epoch=1, body=b"")
    Reading.objects.create(document=made, seq=3, epoch=1, text="", words="")
    return made


def test_a_right_log_is_right(notes: Document) -> None:
    assert check() == "right: 1 documents\n"
    redact(notes.pk, SEQ + 1, SEQ + 5)
    assert check("--document", str(notes.pk)) == "right: 1 documents\n"
    log.create(notes.owner, "Other", BEGAN)
    assert check("--repair") == "right: 2 documents\n"


def test_a_packed_log_is_right_and_its_snapshot_mended(notes: Document) -> None:
    call_command("pack", "--all", "--older-than", "0", stdout=StringIO())
    assert Chapter.objects.exists()
    assert check() == "right: 1 documents\n"
    right = log.state(notes.pk)
    Snapshot.objects.update(state=b"rubbish")
    assert "snapshot: mended" in check("--repair")
    assert check() == "right: 1 documents\n"
    assert log.state(notes.pk) == right


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("places", [(2,), (-2,), (1, 5, -1)])
def test_a_log_that_was_redacted_is_right(
    notes: Document, places: Sequence[int], packed: bool
) -> None:
    said = telling(notes.pk)
    ids = ids_of(notes.pk, [said[place] for place in places])
    if packed:
        call_command("pack", "--all", "--older-than", "0", stdout=StringIO())
    with psycopg.connect(conninfo()) as given:
        redact_ids(given, notes.pk, ids, notes.owner_id, BEGAN)
    assert check() == "right: 1 documents\n"
    assert Snapshot.objects.exists()


Damage = Callable[[Document], object]


def change(seq: int, **values: object) -> Damage:
    def damage(document: Document) -> None:
        Update.objects.filter(document=document, seq=seq).update(**values)

    return damage


def delete(*seqs: int) -> Damage:
    def damage(document: Document) -> None:
        Update.objects.filter(document=document, seq__in=seqs).delete()

    return damage


def head(**values: object) -> Damage:
    def damage(document: Document) -> None:
        Head.objects.filter(document=document).update(**values)
        Columns.objects.all().delete()

    return damage


def chapter(first: int, last: int) -> Damage:
    """Put a chapter of rubbish over rows that are still there."""

    def damage(document: Document) -> None:
        Chapter.objects.create(
            document=document,
            first=first,
            last=last,
            before=bytes(32),
            after=bytes(32),
            body=b"rubbish",
        )

    return damage


def packed(document: Document) -> None:
    """Leave a chapter of rubbish in the place of rows."""
    chapter(4, 6)(document)
    delete(4, 5, 6)(document)


LOGS: dict[str, tuple[Damage, list[str]]] = {
    "gap": (delete(45), ["entry 45 is missing"]),
    "gaps": (delete(1, 2, 45), ["entries 1 to 2 are missing", "entry 45 is missing"]),
    "end": (delete(59, 60), ["entries 59 to 60 are missing"]),
    "past": (head(seq=58), ["entries 59 to 60 are past the head"]),
    "twice": (chapter(44, 45), ["entry 44 is there twice", "entry 45 is there twice"]),
    "backwards": (chapter(44, 41), ["the chapter of 44 ends at 41"]),
    "no update": (
        change(45, payload=b"\x01rubbish"),
        ["entry 45 is no update of this log: "],
    ),
    "lacking": (
        change(45, payload=BEYOND),
        ["entry 45 is no update of this log: a row of a log depends"],
    ),
    "unreadable": (
        packed,
        ["the chapter after entry 3 cannot be read: unknown format of chapter"],
    ),
    "no head": (
        lambda document: Head.objects.filter(document=document).delete(),
        ["there is no log of this document"],
    ),
}


@pytest.mark.parametrize("how", LOGS)
def test_damage_of_a_log_is_told_and_never_mended(notes: Document, how: str) -> None:
    damage, told = LOGS[how]
    damage(notes)
    before = list(Update.objects.values()), list(Chapter.objects.values())
    snapshot = list(Snapshot.objects.values())
    for given in ((), ("--repair",)):
        said = complaints(notes, *given)
        assert len(said) == len(told)
        assert all(a.startswith(b) for a, b in zip(said, told, strict=True)), said
    assert (list(Update.objects.values()), list(Chapter.objects.values())) == before
    assert list(Snapshot.objects.values()) == snapshot


def test_a_badly_damaged_log_is_not_told_at_length(notes: Document) -> None:
    delete(*range(1, COUNT, 2))(notes)
    assert len(complaints(notes)) == 20


def snapshot(**values: object) -> Damage:
    def damage(document: Document) -> None:
        Snapshot.objects.filter(document=document).update(**values)

    return damage


def state_of_another_seq(document: Document) -> None:
    before = Snapshot.objects.get(document=document)
    Snapshot.objects.all().delete()
    compact(conninfo(), document.pk)
    snapshot(seq=before.seq, ledger=before.ledger)(document)


def ledger_of_another_seq(document: Document) -> None:
    before = Snapshot.objects.get(document=document)
    Snapshot.objects.all().delete()
    compact(conninfo(), document.pk)
    snapshot(seq=before.seq, state=before.state)(document)


def columns(**values: object) -> Damage:
    def damage(document: Document) -> None:
        Columns.objects.filter(document=document).update(**values)

    return damage


def reading(**values: object) -> Damage:
    def damage(document: Document) -> None:
        Reading.objects.filter(document=document).update(**values)

    return damage


def excerpt(document: Document) -> None:
    Document.objects.update(excerpt="Once", excerpt_seq=COUNT + 1)


CACHES: dict[str, tuple[Damage, str]] = {
    "state": (
        state_of_another_seq,
        "snapshot as of entry 40: its state is not what the log gives",
    ),
    "ledger": (
        ledger_of_another_seq,
        "snapshot as of entry 40: its ledger is not what the log gives",
    ),
    "rubbish": (
        snapshot(state=b"rubbish", ledger=b""),
        "snapshot as of entry 40: its state is not what the log gives",
    ),
    "seq": (
        snapshot(seq=F("seq") - 1),
        "snapshot as of entry 39: its state is not what the log gives",
    ),
    "ahead": (
        snapshot(seq=61),
        "snapshot as of entry 61: it is as of entry 61, the log ends at 60",
    ),
    "none": (
        snapshot(seq=0),
        "snapshot as of entry 0: it is as of entry 0, the log ends at 60",
    ),
    "epoch": (
        snapshot(epoch=2),
        "snapshot as of entry 40: it is of epoch 2, the log of epoch 1",
    ),
    "columns ahead": (
        columns(seq=61),
        "columns as of entry 61: it is as of entry 61, the log ends at 60",
    ),
    "columns' epoch": (
        columns(epoch=3),
        "columns as of entry 60: it is of epoch 3, the log of epoch 1",
    ),
    "reading ahead": (
        reading(seq=99),
        "reading as of entry 99: it is as of entry 99, the log ends at 60",
    ),
    "reading's epoch": (
        reading(epoch=3),
        "reading as of entry 3: it is of epoch 3, the log of epoch 1",
    ),
    "first line ahead": (
        excerpt,
        "first line as of entry 61: it is as of entry 61, the log ends at 60",
    ),
}


@pytest.mark.parametrize("how", CACHES)
def test_a_wrong_cache_is_told_and_mended(notes: Document, how: str) -> None:
    damage, told = CACHES[how]
    right = log.state(notes.pk)
    damage(notes)
    before = [row.payload for row in rows(notes.pk)]
    assert complaints(notes) == [told]
    said = check("--repair").splitlines()
    cache = told.partition(" as of ")[0]
    assert said == [
        f"{notes.pk}: {told}",
        f"{notes.pk}: {cache}: mended",
        "right: 1 documents",
    ]
    assert check() == "right: 1 documents\n"
    assert [row.payload for row in rows(notes.pk)] == before
    assert log.state(notes.pk) == right


def test_a_snapshot_is_rebuilt_at_the_head(notes: Document) -> None:
    snapshot(state=b"rubbish")(notes)
    check("--repair")
    rebuilt = Snapshot.objects.get()
    assert (rebuilt.seq, rebuilt.epoch) == (COUNT, 1)


def test_a_document_that_is_not_there_is_said_so(transactional_db: None) -> None:
    with pytest.raises(CommandError, match="wrong: 1 of 1"):
        check("--document", "00000000-0000-0000-0000-000000000007")

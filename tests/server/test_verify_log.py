"""`manage.py verify_log`: whatever is changed in the database, it finds and names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from documents.models import Chapter, Document, Head, Redaction, Update, User
from documents.storage import log
from documents.storage.chain import Entry
from documents.storage.chapters import pack as repack
from documents.storage.chapters import unpack
from tests.writers import BEGAN, forge_links, grow, redact

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

EMPTY = b"\0\0"
COUNT = 40
STRANGER = 2_000_000_000


def verify(*given: str) -> str:
    said = StringIO()
    call_command("verify_log", *given, stdout=said)
    return said.getvalue()


def complaint(document: Document) -> str:
    """What it says of a log that it finds broken."""
    said = StringIO()
    with pytest.raises(CommandError, match="broken logs: 1 of 1"):
        call_command("verify_log", "--document", str(document.pk), stdout=said)
    found = said.getvalue()
    assert found.startswith(f"{document.pk}: BROKEN, ")
    return found.partition("BROKEN, ")[2].strip()


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    return [
        User.objects.create_user(f"{name}@example.org", name=name)
        for name in ("ana", "bo", "cy")
    ]


@pytest.fixture
def notes(people: list[User]) -> Document:
    made: Document = log.create(people[0], "Notes", BEGAN)
    grow(made, people, COUNT - 1, seed=1)
    return made


def test_whole_logs_are_intact(notes: Document, people: list[User]) -> None:
    other = log.create(people[0], "Other", BEGAN)
    said = verify()
    for document, count in ((notes, COUNT), (other, 1)):
        end = bytes(Head.objects.get(document=document).chain).hex()
        assert f"{document.pk}: intact, {count} entries, head {end}\n" in said
    assert verify("--document", str(other.pk)).count("\n") == 1


def test_an_account_that_is_deleted_breaks_nothing(
    notes: Document, people: list[User]
) -> None:
    people[1].delete()
    people[2].delete()
    assert "intact" in verify()


Change = Callable[[Document], object]


def change(seq: int, **values: object) -> Change:
    def tamper(document: Document) -> None:
        Update.objects.filter(document=document, seq=seq).update(**values)

    return tamper


def swap(document: Document) -> None:
    seven, eight = Update.objects.filter(document=document, seq__in=(7, 8))
    change(7, payload=eight.payload)(document)
    change(8, payload=seven.payload)(document)


def delete(*seqs: int) -> Change:
    def tamper(document: Document) -> None:
        Update.objects.filter(document=document, seq__in=seqs).delete()

    return tamper


def insert(document: Document) -> None:
    """Put an entry between others, and move those behind it."""
    for seq in range(COUNT, 6, -1):
        Update.objects.filter(document=document, seq=seq).update(seq=F("seq") + 1)
    Update.objects.create(
        document=document, seq=7, at=BEGAN, payload=EMPTY, chain=bytes(32)
    )
    Head.objects.filter(document=document).update(seq=COUNT + 1)


def append(document: Document) -> None:
    Update.objects.create(
        document=document, seq=COUNT + 1, at=BEGAN, payload=EMPTY, chain=bytes(32)
    )


def head(**values: object) -> Change:
    def tamper(document: Document) -> None:
        Head.objects.filter(document=document).update(**values)

    return tamper


TAMPERING: dict[str, tuple[Change, str]] = {
    "payload": (change(7, payload=EMPTY), "entry 7: it does not give the link"),
    "author": (change(7, author_id=STRANGER), "entry 7: it does not give the link"),
    "nobody": (change(7, author_id=None), "entry 7: it does not give the link"),
    "time": (
        change(7, at=F("at") + timedelta(milliseconds=1)),
        "entry 7: it does not give the link",
    ),
    "recovered": (change(7, recovered=True), "entry 7: it does not give the link"),
    "order": (swap, "entry 7: it does not give the link"),
    "deleted": (delete(7), "entry 7: it is missing"),
    "first deleted": (delete(1), "entry 1: it is missing"),
    "end deleted": (delete(COUNT - 1, COUNT), f"entry {COUNT - 1}: it is missing"),
    "all deleted": (delete(*range(COUNT + 1)), "entry 1: it is missing"),
    "inserted": (insert, "entry 7: it does not give the link"),
    "appended": (append, f"entry {COUNT + 1}: "),
    "link": (change(7, chain=bytes(32)), "entry 7: it does not give the link"),
    "no link": (change(7, chain=None), "entry 7: it has no link"),
    "head's link": (head(chain=bytes(32)), f"entry {COUNT}: the head has another"),
    "head moved back": (head(seq=COUNT - 1), f"entry {COUNT}: it lies past the head"),
    "head moved on": (head(seq=COUNT + 1), f"entry {COUNT + 1}: it is missing"),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_and_named(notes: Document, how: str) -> None:
    tamper, named = TAMPERING[how]
    tamper(notes)
    assert complaint(notes).startswith(named)


def test_links_computed_anew_differ_from_the_head(notes: Document) -> None:
    change(7, payload=EMPTY)(notes)
    forge_links(notes.pk)
    assert complaint(notes) == f"entry {COUNT}: the head has another link"


def test_a_log_that_became_another_documents_is_broken(
    notes: Document, people: list[User]
) -> None:
    other = log.create(people[0], "Other", BEGAN)
    Update.objects.filter(document=other).delete()
    Head.objects.filter(document=other).delete()
    with connection.cursor() as cursor:
        for table in ("documents_update", "documents_head"):
            cursor.execute(f"UPDATE {table} SET document_id = %s", [other.pk])
    assert complaint(other).startswith("entry 1: it does not give the link")
    with pytest.raises(CommandError, match="broken logs: 1 of 1"):
        verify("--document", str(notes.pk))


def test_a_redacted_stretch_is_said_and_the_rest_still_checked(notes: Document) -> None:
    redact(notes.pk, 5, 9)
    said = verify()
    assert f"intact, {COUNT} entries, head " in said
    assert "; redacted, and so not checked: 5 to 9\n" in said
    change(6, payload=b"\1")(notes)
    assert "intact" in verify()
    change(10, author_id=STRANGER)(notes)
    assert complaint(notes).startswith("entry 10: it does not give the link")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"before": bytes(32)}, "entry 5: the redaction does not follow"),
        ({"after": bytes(32)}, "entry 10: it does not give the link"),
        ({"last": 8}, "entry 9: "),
        ({"last": COUNT + 5}, f"entry {COUNT}: a redaction lies past it"),
    ],
)
def test_a_changed_redaction_is_found(
    notes: Document, changed: dict[str, object], named: str
) -> None:
    redact(notes.pk, 5, 9)
    Redaction.objects.filter(document=notes).update(**changed)
    assert complaint(notes).startswith(named)


def test_a_document_that_is_not_there_is_said_so(transactional_db: None) -> None:
    with pytest.raises(CommandError, match="broken logs: 1 of 1"):
        verify("--document", "00000000-0000-0000-0000-000000000007")


def pack(document: Document) -> Chapter:
    """Put all but the last entry into chapters, as servers do; give the first."""
    call_command("pack", "--all", "--older-than", "0", stdout=StringIO())
    assert Update.objects.filter(document=document).count() == 1
    return Chapter.objects.filter(document=document).earliest("first")


def test_packed_logs_are_intact(notes: Document, people: list[User]) -> None:
    pack(notes)
    assert f"intact, {COUNT} entries, head " in verify()
    people[1].delete()
    grow(notes, people[:1], 5, seed=2)
    assert f"intact, {COUNT + 5} entries, head " in verify()
    redact(notes.pk, COUNT + 1, COUNT + 2)
    assert "redacted" in verify()


FORGED: dict[str, Callable[[Entry], Entry]] = {
    "payload": lambda entry: replace(entry, payload=EMPTY),
    "author": lambda entry: replace(entry, author=STRANGER),
    "nobody": lambda entry: replace(entry, author=None),
    "time": lambda entry: replace(entry, at=entry.at + 1),
    "recovered": lambda entry: replace(entry, recovered=not entry.recovered),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_chapter_is_found_and_named(notes: Document, how: str) -> None:
    chapter = pack(notes)
    entries = unpack(bytes(chapter.body))
    entries[6] = FORGED[how](entries[6])
    chapter.body = repack(entries)
    chapter.save()
    named = f"one of {chapter.first} to {chapter.last}: it does not give the link"
    assert complaint(notes).startswith(named)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"body": b"rubbish"}, "one of 1 to 39: unreadable (unknown format"),
        ({"before": b"x" * 32}, "one of 1 to 39: the chapter's beginning has"),
        ({"after": b"x" * 32}, "one of 1 to 39: it does not give the link"),
        ({"last": 38}, "one of 1 to 38: unreadable (the chapter holds other"),
    ],
)
def test_a_changed_chapter_is_found_and_named(
    notes: Document, changed: dict[str, object], named: str
) -> None:
    pack(notes)
    Chapter.objects.filter(document=notes).update(**changed)
    assert complaint(notes).startswith(named)


def test_a_chapter_that_is_deleted_is_named_by_its_first(notes: Document) -> None:
    pack(notes).delete()
    assert complaint(notes) == "entry 1: it is missing"


def test_an_entry_beside_its_chapter_is_found(notes: Document) -> None:
    seven = Update.objects.get(document=notes, seq=7)
    pack(notes)
    seven.save(force_insert=True)
    assert complaint(notes) == "entry 7: it is there twice"

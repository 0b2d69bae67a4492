"""`export_log` and `import_log`: a log leaves a server and comes back, or goes on."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from documents import access, trash
from documents.custody import exports
from documents.custody.records import Record
from documents.custody.redaction import redact as redact_ids
from documents.models import (
    Audience,
    Bookmark,
    Document,
    Head,
    Membership,
    Redaction,
    Role,
    Snapshot,
    Update,
    User,
    Writer,
)
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.chain import Entry
from documents.storage.snapshots import fold
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.waiting import until
from tests.writers import BEGAN, entry_of, grow, ids_of, redact, rows, telling

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

COUNT = 60
FOREVER = 1 << 30


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return {
        name: User.objects.create_user(f"{name}@example.org", "secret", name=name)
        for name in ("ana", "bo", "cy")
    }


@pytest.fixture
def notes(people: dict[str, User]) -> Document:
    """A log of three people, one of whom is no more, with all that goes with it."""
    ana, bo = people["ana"], people["bo"]
    made: Document = log.create(ana, "Notes 👩‍💻", BEGAN)
    made.history_for = Audience.OWNER
    made.save()
    grow(made, [ana, bo, people["cy"]], COUNT - 1, seed=3)
    for seq, by in ((9, bo), (4, ana), (COUNT, people["cy"])):
        at = BEGAN + timedelta(microseconds=1234567)
        Bookmark.objects.create(
            document=made, seq=seq, name=f"at {seq}", by=by, at=at, locked=seq == 4
        )
    redact(made.pk, COUNT - 9, COUNT - 7)
    Redaction.objects.update(by=bo)
    people["cy"].delete()
    access.grant(made, bo, Role.EDITOR)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notes.log"


def export(document: UUID, file: Path) -> bytes:
    call_command("export_log", str(document), str(file))
    return file.read_bytes()


def bring(file: Path, *given: str) -> str:
    said = io.StringIO()
    call_command("import_log", str(file), *given, stdout=said)
    return said.getvalue()


def purge(document: UUID) -> None:
    trash.trash(Document.objects.get(pk=document), timezone.now())
    call_command("purge_document", str(document), "--yes", stdout=io.StringIO())


def verified(document: UUID) -> str:
    said = io.StringIO()
    call_command("verify_log", "--document", str(document), stdout=said)
    return said.getvalue()


def records(file: Path) -> list[Record]:
    with file.open("rb") as source:
        exports.check(source)
        return list(exports.read(source, FOREVER))


def entries(document: UUID) -> list[Entry]:
    return [entry_of(row) for row in rows(document)]


def all_there_is() -> list[object]:
    """Everything that an import could make."""
    tables = (User, Document, Head, Update, Writer, Bookmark, Redaction, Membership)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_what_came_back_is_exported_to_the_same_bytes(
    notes: Document, file: Path
) -> None:
    before = entries(notes.pk)
    chain = [row.chain for row in rows(notes.pk)]
    first = export(notes.pk, file)
    purge(notes.pk)
    assert not Update.objects.exists()
    said = bring(file)
    assert f"{notes.pk}: {COUNT} entries imported" in said
    assert "the chain is the file's own" in said
    assert "account" not in said
    assert export(notes.pk, file.with_suffix(".again")) == first
    assert entries(notes.pk) == before
    assert [row.chain for row in rows(notes.pk)] == chain
    assert "redacted, and so not checked: 51 to 53" in verified(notes.pk)


def test_a_packed_log_is_exported_to_the_same_bytes(
    notes: Document, file: Path
) -> None:
    first = export(notes.pk, file)
    call_command("pack", "--all", "--older-than", "0", stdout=io.StringIO())
    assert Update.objects.count() < COUNT
    assert export(notes.pk, file.with_suffix(".again")) == first


@pytest.mark.parametrize("places", [slice(2, 3), slice(1, None, 4), slice(None)])
def test_a_log_that_an_owner_redacted_comes_back_as_it_was(
    notes: Document, file: Path, places: slice
) -> None:
    ids = ids_of(notes.pk, telling(notes.pk)[places])
    call_command("pack", "--all", "--older-than", "0", stdout=io.StringIO())
    with psycopg.connect(conninfo()) as given:
        redact_ids(given, notes.pk, ids, notes.owner_id, BEGAN)
    said = verified(notes.pk)
    first = export(notes.pk, file)
    purge(notes.pk)
    bring(file)
    assert export(notes.pk, file.with_suffix(".again")) == first
    assert verified(notes.pk) == said


def test_the_document_comes_back_without_rights_and_in_a_new_epoch(
    notes: Document, people: dict[str, User], file: Path
) -> None:
    writers = list(Writer.objects.order_by("client_id").values())
    export(notes.pk, file)
    purge(notes.pk)
    bring(file)
    found = Document.objects.get(pk=notes.pk)
    assert (found.title, found.owner, found.created) == (
        notes.title,
        people["ana"],
        BEGAN,
    )
    assert (found.history_for, found.trashed) == (Audience.OWNER, None)
    assert not Membership.objects.exists()
    assert list(Writer.objects.order_by("client_id").values()) == writers
    head = Head.objects.get(document=notes)
    assert head.epoch > Head._meta.get_field("epoch").default + 1
    assert (head.seq, head.at) == (COUNT, rows(notes.pk)[-1].at)
    marks = Bookmark.objects.order_by("pk").values_list("seq", "name", "by", "locked")
    ana, bo = people["ana"].pk, people["bo"].pk
    assert list(marks) == [
        (9, "at 9", bo, False),
        (4, "at 4", ana, True),
        (COUNT, f"at {COUNT}", None, False),
    ]


def test_it_comes_with_a_snapshot_such_as_the_log_gives(
    notes: Document, file: Path
) -> None:
    export(notes.pk, file)
    purge(notes.pk)
    bring(file)
    snapshot = Snapshot.objects.get(document=notes)
    head = Head.objects.get(document=notes)
    assert (snapshot.seq, snapshot.epoch) == (COUNT, head.epoch)
    payloads = [bytes(row.payload) for row in rows(notes.pk)]
    assert bytes(snapshot.state) == fold(b"", payloads) == log.state(notes.pk)


def elsewhere(people: dict[str, User], document: UUID) -> dict[str, User]:
    """Make this another server: no document, and everybody has another id."""
    purge(document)
    for one in people.values():
        User.objects.filter(pk=one.pk).delete()
    User.objects.create_user("dee@example.org", name="Dee")
    return {
        "bo": User.objects.create_user("Bo@EXAMPLE.org", "secret", name="Bo Elsewhere")
    }


def test_elsewhere_people_are_found_by_email_or_made(
    notes: Document, people: dict[str, User], file: Path
) -> None:
    before = entries(notes.pk)
    ids = {name: person.pk for name, person in people.items() if person.pk}
    former = {entry.author for entry in before} - {*ids.values(), None}
    export(notes.pk, file)
    there = elsewhere(people, notes.pk)
    said = bring(file, "--owner", "dee@example.org")
    assert "an inactive account was made for ana@example.org" in said
    assert "bo@example.org" not in said.lower()
    assert "computed anew" in said
    ana = User.objects.get(email="ana@example.org")
    assert (ana.name, ana.is_active, ana.has_usable_password()) == ("ana", False, False)
    found = entries(notes.pk)
    authors = {
        one.author: another.author for one, another in zip(before, found, strict=True)
    }
    assert authors[ids["ana"]] == ana.pk
    assert authors[ids["bo"]] == there["bo"].pk
    assert [(e.seq, e.at, e.recovered, e.payload) for e in found] == [
        (e.seq, e.at, e.recovered, e.payload) for e in before
    ]
    (nobody,) = (authors[one] for one in former)
    assert nobody is not None
    assert not User.objects.filter(pk=nobody).exists()
    assert "redacted, and so not checked: 51 to 53" in verified(notes.pk)


def test_a_former_members_id_never_becomes_somebody_elses(
    people: dict[str, User], file: Path
) -> None:
    former = people["ana"].pk + 1000
    made: Document = log.create(people["ana"], "Notes", BEGAN)
    grow(made, [User(pk=former)], 5, seed=1)
    export(made.pk, file)
    purge(made.pk)
    bring(file)
    author = entries(made.pk)[-1].author
    assert author is not None
    assert author != former
    assert User.objects.create_user("eve@example.org", name="Eve").pk > author


@pytest.mark.parametrize("name", ["ana", "nobody"])
def test_the_document_needs_an_owner_who_can_open_it(
    notes: Document, people: dict[str, User], file: Path, name: str
) -> None:
    export(notes.pk, file)
    purge(notes.pk)
    User.objects.filter(email="ana@example.org").update(is_active=False)
    before = all_there_is()
    with pytest.raises(CommandError, match=r"ana@example\.org has no account"):
        bring(file)
    with pytest.raises(CommandError, match=f"nobody here has .* {name}@"):
        bring(file, "--owner", f"{name}@example.org")
    assert all_there_is() == before
    bring(file, "--owner", "bo@example.org")
    assert Document.objects.get().owner == people["bo"]


def test_a_document_that_is_there_is_not_replaced(notes: Document, file: Path) -> None:
    export(notes.pk, file)
    before = all_there_is()
    with pytest.raises(CommandError, match=f"a document {notes.pk} already"):
        bring(file)
    assert all_there_is() == before


def test_a_file_cut_short_or_changed_imports_nothing(
    notes: Document, file: Path
) -> None:
    whole = export(notes.pk, file)
    purge(notes.pk)
    before = all_there_is()
    middle = len(whole) // 2
    changed = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    for damaged in (
        whole[:-1],
        whole[:middle],
        whole[:20],
        whole[: len(exports.FIRST_LINE)],
        changed,
        whole + b"\0",
    ):
        file.write_bytes(damaged)
        with pytest.raises(CommandError, match=r"its seal is wrong\. Nothing is imp"):
            bring(file)
    file.write_bytes(b"PK" + whole)
    with pytest.raises(CommandError, match="this is not an exported log"):
        bring(file)
    file.write_bytes(whole.replace(b"log 1\n", b"log 2\n", 1))
    with pytest.raises(CommandError, match="made by a later Palimpsest"):
        bring(file)
    with pytest.raises(CommandError, match="No such file"):
        bring(file.with_suffix(".nowhere"))
    assert all_there_is() == before


def test_what_breaks_late_leaves_nothing_either(notes: Document, file: Path) -> None:
    export(notes.pk, file)
    purge(notes.pk)
    forged = records(file)
    last = max(n for n, one in enumerate(forged) if isinstance(one, Entry))
    del forged[last]
    with file.open("wb") as out:
        exports.write(out, forged)
    before = all_there_is()
    with pytest.raises(
        CommandError, match=f"broken at entry {COUNT} or .*: it is missing"
    ):
        bring(file)
    assert all_there_is() == before


def test_an_update_larger_than_any_here_is_refused(
    notes: Document, file: Path, settings: Settings
) -> None:
    export(notes.pk, file)
    purge(notes.pk)
    settings.REPLY_BYTES = 20
    with pytest.raises(CommandError, match=r"a record of .* bytes, over 40"):
        bring(file)
    assert not Document.objects.exists()


def test_a_broken_chain_is_not_exported(notes: Document, file: Path) -> None:
    Update.objects.filter(document=notes, seq=7).update(recovered=True)
    with pytest.raises(CommandError, match="its chain is broken, and verify_log"):
        export(notes.pk, file)
    assert not file.exists()
    with pytest.raises(CommandError, match="there is no document"):
        export(UUID(int=7), file)
    assert not file.exists()


def test_a_file_is_for_the_one_who_made_it_and_replaces_none(
    notes: Document, file: Path
) -> None:
    export(notes.pk, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="File exists"):
        export(notes.pk, file)


class Standard:
    """Standard input or output, for a test."""

    def __init__(self, given: bytes = b"") -> None:
        self.buffer = io.BytesIO(given)


def test_a_dash_is_standard_output_and_input(
    notes: Document, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = export(notes.pk, file)
    out = Standard()
    monkeypatch.setattr("sys.stdout", out)
    call_command("export_log", str(notes.pk), "-")
    monkeypatch.undo()
    assert out.buffer.getvalue() == whole
    purge(notes.pk)
    monkeypatch.setattr("sys.stdin", Standard(whole))
    bring(Path("-"))
    assert Document.objects.get().pk == notes.pk


async def test_who_had_an_older_life_of_it_open_joins_the_imported_one(
    webs: Webs, file: Path
) -> None:
    web = webs(AUDIT_SECONDS="1")
    ana, session = await person("Ana")
    paper = await document(ana)
    actor = await Actor(web, paper, session).join()
    await actor.ready()
    await actor.write("Exported.")
    await actor.saved()
    await database_sync_to_async(export)(paper, file)
    await actor.write(" Written later.")
    await actor.saved()
    await database_sync_to_async(purge)(paper)
    assert await actor.gone() in {4503, 4404}
    await database_sync_to_async(bring)(file)

    async def joined() -> bool:
        await actor.join()
        await actor.until(lambda: actor.code or (actor.epoch > 1 and actor.durable))
        return actor.code is None

    await until(joined)  # whom a room of the older life sends away comes back
    await actor.write(" And more.")
    await actor.saved()
    other = await Actor(web, paper, session).join()
    await other.until(lambda: "And more" in other.text())
    assert other.text() == "Exported. Written later. And more."
    assert "intact" in await database_sync_to_async(verified)(paper)
    await actor.leave()
    await other.leave()

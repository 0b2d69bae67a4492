"""`manage.py purge_document`: nothing of a document stays, and nobody stays in it."""

import io
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents import access, trash
from documents.models import (
    Bookmark,
    Chapter,
    ChatMessage,
    Columns,
    Comment,
    Document,
    Head,
    Reading,
    Redaction,
    Role,
    Snapshot,
    Thread,
    User,
    Visit,
)
from documents.storage import log
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.writers import BEGAN, grow

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


def purge(which: UUID, *given: str) -> str:
    said = io.StringIO()
    call_command("purge_document", str(which), *given, stdout=said)
    return said.getvalue()


def kept(which: UUID) -> dict[str, int]:
    """How many rows each table that belongs to documents has of this one."""
    tables = [
        model
        for model in apps.get_app_config("documents").get_models()
        if any(one.name == "document" for one in model._meta.fields)
    ]
    return {
        table.__name__: table._default_manager.filter(document=which).count()
        for table in tables
    }


def full(owner: User, other: User) -> Document:
    """A document of which every table has a row."""
    made: Document = log.create(owner, "Notes", BEGAN)
    grow(made, [owner, other], 9, seed=1)
    ends = {"first": 1, "last": 2, "before": bytes(32), "after": bytes(32)}
    Chapter.objects.create(document=made, body=b"", **ends)
    Redaction.objects.create(document=made, at=BEGAN, **ends)
    cache = {"document": made, "seq": 1, "epoch": 1}
    Snapshot.objects.create(state=b"", ledger=b"", **cache)
    Columns.objects.create(body=b"", **cache)
    Reading.objects.create(text="", words="", **cache)
    Bookmark.objects.create(document=made, seq=1, name="One", by=owner, at=BEGAN)
    said = {"document": made, "author": owner, "at": BEGAN}
    ChatMessage.objects.create(number=1, key="k", text="One", **said)
    Comment.objects.create(thread=1, number=1, key="k", text="One", **said)
    Thread.objects.create(document=made, number=1, revision=1, start=b"", end=b"")
    Visit.objects.create(document=made, user=other, seq=1, at=BEGAN)
    token = access.create_link(made, Role.EDITOR, timezone.now())
    access.redeem(token, other, timezone.now())
    return made


@pytest.fixture
def people(transactional_db: None) -> list[User]:
    return [
        User.objects.create_user(f"{name}@example.org", name=name)
        for name in ("ana", "bo")
    ]


@pytest.fixture
def notes(people: list[User]) -> Document:
    return full(*people)


def test_nothing_of_it_stays_and_others_keep_everything(
    notes: Document, people: list[User]
) -> None:
    assert all(kept(notes.pk).values())
    other = full(*people)
    before = kept(other.pk)
    trash.trash(notes, timezone.now())
    assert f"{notes.pk} is deleted for ever" in purge(notes.pk, "--yes")
    assert not any(kept(notes.pk).values())
    assert not Document.objects.filter(pk=notes.pk).exists()
    assert kept(other.pk) == before
    assert User.objects.count() == 2


def test_what_is_not_in_the_trash_stays_unless_forced(notes: Document) -> None:
    with pytest.raises(CommandError, match="it is not in the trash"):
        purge(notes.pk, "--yes")
    assert all(kept(notes.pk).values())
    purge(notes.pk, "--yes", "--force")
    assert not Document.objects.exists()


@pytest.mark.parametrize("answer", ["", "y", "Delete", "no"])
def test_it_asks_and_only_delete_deletes(
    notes: Document, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    trash.trash(notes, timezone.now())
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n" if answer else ""))
    with pytest.raises(CommandError, match="nothing is deleted"):
        purge(notes.pk)
    assert all(kept(notes.pk).values())
    monkeypatch.setattr("sys.stdin", io.StringIO("delete\n"))
    said = purge(notes.pk)
    assert "'Notes' of ana@example.org, 10 entries" in said
    assert not Document.objects.exists()


def test_what_is_not_there_is_said_so(notes: Document) -> None:
    with pytest.raises(CommandError, match="there is no document"):
        purge(UUID(int=7), "--yes")
    Head.objects.all().delete()
    trash.trash(notes, timezone.now())
    purge(notes.pk, "--yes")
    assert not Document.objects.exists()


NOWHERE = "redis://127.0.0.1:1/0"


async def test_those_who_are_in_it_are_sent_away_for_good(webs: Webs) -> None:
    # Newcomers' rights are looked at again when the channel layer knows them: here
    # never, or that could find the document gone before the journal or the audit.
    web = webs(AUDIT_SECONDS="1", RECHECK_SECONDS="3600", LAYER_URLS=NOWHERE)
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    a = await Actor(web, notes, ana_session).join()
    b = await Actor(web, notes, bo_session).join()
    await a.ready()
    await b.ready()
    await a.write("Gone soon.")
    await a.saved()
    await database_sync_to_async(purge)(notes, "--yes", "--force")
    await a.write(" Or sooner?")
    for actor in (a, b):
        assert await actor.gone() == 4503
        await actor.join()
        assert await actor.gone() == 4404
    assert not any((await database_sync_to_async(kept)(notes)).values())


async def test_a_review_of_rights_says_that_the_document_is_gone(webs: Webs) -> None:
    web = webs(AUDIT_SECONDS="3600", RECHECK_SECONDS="1")
    ana, session = await person("Ana")
    notes = await document(ana)
    a = await Actor(web, notes, session).join()
    await a.ready()
    await database_sync_to_async(purge)(notes, "--yes", "--force")
    assert await a.gone() == 4404

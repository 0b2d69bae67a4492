"""A log that lost its end, as by restoring a backup, and gets it back from browsers."""

from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.core.management import call_command
from django.db import transaction

from documents.engine import reading
from documents.models import Head, Update, Writer
from documents.storage import log
from tests.actors import Actor, document, person
from tests.conftest import Webs

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@database_sync_to_async
def restore(notes: UUID, seq: int) -> None:
    """Put the database back to an older backup, as an administrator would.

    At once: an audit that sees the shorter log in the old epoch begins one itself.
    """
    with transaction.atomic():
        Update.objects.filter(document=notes, seq__gt=seq).delete()
        Writer.objects.filter(document=notes, client_id__gt=1).delete()
        Head.objects.filter(document=notes).update(seq=seq)
        call_command("renew_epoch", "--document", str(notes))


@database_sync_to_async
def rows(notes: UUID) -> list[tuple[int, int | None, bool]]:
    """Give seq, author and whether it was recovered."""
    found = Update.objects.filter(document=notes).order_by("seq")
    return list(found.values_list("seq", "author", "recovered"))


@database_sync_to_async
def text_of(notes: UUID) -> str:
    """Give what the log says."""
    return reading.text(notes, log.state(notes)).strip()


async def test_browsers_bring_back_what_a_restored_backup_lacks(webs: Webs) -> None:
    web = webs(AUDIT_SECONDS="1")
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    a = await Actor(web, notes, ana_session).join()
    b = await Actor(web, notes, bo_session).join()
    await a.ready()
    await b.ready()
    await a.write("Ana wrote this. ")
    await b.until(lambda: "Ana wrote" in b.text())
    await b.write("Bo wrote that.")
    await a.until(lambda: "Bo wrote" in a.text())
    whole = a.text()

    await restore(notes, seq=1)
    assert await a.gone() == 4503
    assert await b.gone() == 4503
    await b.join()
    await b.until(lambda: b.durable)

    assert await text_of(notes) == whole
    assert b.epoch == 2
    assert (2, bo.pk, True) in await rows(notes)
    await b.write(" And more.")
    await b.saved()
    await a.join()
    await a.until(lambda: "And more" in a.text())
    await a.leave()
    await b.leave()


async def test_a_deletion_that_a_restored_backup_lacks_is_done_again(
    webs: Webs,
) -> None:
    web = webs(AUDIT_SECONDS="1")
    ana, session = await person("Ana")
    notes = await document(ana)
    a = await Actor(web, notes, session).join()
    await a.ready()
    await a.write("Stays. Goes.")
    await a.saved()
    before = await rows(notes)
    with a.doc.transaction():
        del a.paragraph()[7:]
    await a.flush()
    await a.saved()

    await restore(notes, seq=before[-1][0])
    assert await a.gone() == 4503
    await a.join()
    await a.until(lambda: a.durable)
    assert len(await rows(notes)) == len(before) + 1
    assert await text_of(notes) == "Stays."
    await a.leave()

"""Caches that are made while a log is rewritten: nothing old is stored after it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.db import connection, transaction

from documents import comments
from documents.comments import Anchor, Seen
from documents.custody import redaction
from documents.custody.purging import purge
from documents.engine import reading, readings
from documents.engine.reading import Whole
from documents.history import chronicle
from documents.history.chronicle import keep
from documents.models import (
    Columns,
    Document,
    Reading,
    Redaction,
    Snapshot,
    Thread,
    User,
)
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.chain import Entry
from documents.storage.entries import entries
from documents.storage.log import renew_epoch
from documents.storage.snapshots import compact
from documents.yjs import positions
from documents.yjs.positions import Position
from documents.yjs.ranges import normal
from documents.yjs.updates import ClientId
from tests.actors import document, person
from tests.server.papers import BEGAN, Paper, chapter, holds, verified
from tests.waiting import until, waited

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SECRET = "hunter2"
T = TypeVar("T")


def make_snapshot(notes: UUID) -> None:
    compact(conninfo(), notes)


def keep_columns(notes: UUID) -> None:
    keep(conninfo(), notes)


def keep_reading(notes: UUID) -> None:
    readings.keep(notes, 1, 2, Whole(SECRET, SECRET, ""))


@pytest.mark.parametrize(
    ("make", "stored"),
    [(make_snapshot, Snapshot), (keep_columns, Columns), (keep_reading, Reading)],
)
async def test_a_cache_of_the_old_log_waits_and_is_not_stored(
    make: Callable[[UUID], None],
    stored: type[Snapshot] | type[Columns] | type[Reading],
) -> None:
    ana, _ = await person("Ana")
    notes = await document(ana)
    row = await Document.objects.aget(pk=notes)
    await database_sync_to_async(lambda: Paper(row).write(ana, SECRET))()
    aside = database_sync_to_async(make, thread_sensitive=False)
    async with await psycopg.AsyncConnection.connect(conninfo()) as rewriting:
        await rewriting.execute(
            "SELECT FROM documents_head WHERE document_id = %s FOR UPDATE", (notes,)
        )
        making = asyncio.create_task(aside(notes))

        async def waits() -> bool:
            found = await rewriting.execute(
                "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
            )
            return await found.fetchone() is not None

        await until(waits)
        await rewriting.execute(
            "UPDATE documents_head SET epoch = 2 WHERE document_id = %s", (notes,)
        )
    await making
    assert not await stored.objects.filter(document=notes).aexists()
    assert not (await Document.objects.aget(pk=notes)).excerpt


def test_a_document_that_is_purged_meanwhile_needs_no_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()

    def purged(*given: Any) -> Iterator[Entry]:
        yield from entries(*given)
        purge(desk.document.pk, force=True)

    monkeypatch.setattr(chronicle, "entries", purged)
    assert keep(conninfo(), desk.document.pk)
    assert not Columns.objects.exists()


class Desk:
    """A paper whose third row says the secret."""

    def __init__(self) -> None:
        self.ana = User.objects.create_user("ana@example.org", name="Ana")
        self.document = log.create(self.ana, "Notes", BEGAN)
        self.paper = Paper(self.document)
        for words in ("Kept. ", SECRET, " Kept too."):
            self.paper.write(self.ana, words)

    def redact(self, seq: int) -> redaction.Redacted:
        """Take out what a row brought."""
        ids: dict[ClientId, list[tuple[int, int]]] = {}
        for client, clock, length in self.paper.ids(seq):
            ids.setdefault(ClientId(client), []).append((clock, clock + length))
        normalised = {client: normal(ranges) for client, ranges in ids.items()}
        with psycopg.connect(conninfo(), autocommit=True) as connection:
            return redaction.redact(
                connection, self.document.pk, normalised, self.ana.pk, self.paper.now
            )


def grows(desk: Desk) -> None:
    desk.paper.write(desk.ana, " More.")
    desk.paper.delete(desk.ana, 6, 8)


def packs(desk: Desk) -> None:
    chapter(desk.document, 1, 3)


def covers(desk: Desk) -> None:
    compact(conninfo(), desk.document.pk)


def redacts(desk: Desk) -> None:
    desk.redact(4)


@pytest.mark.parametrize(
    ("meanwhile", "plans"),
    [(grows, 1), (packs, 2), (covers, 2), (redacts, 3)],
)
def test_what_happens_while_a_redaction_is_planned_is_heeded(
    meanwhile: Callable[[Desk], None], plans: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk()
    planned: list[object] = []
    plan = redaction._plan

    def interrupted(*given: Any) -> redaction.Plan:
        found = plan(*given)
        planned.append(found)
        if len(planned) == 1:
            meanwhile(desk)
        return found

    monkeypatch.setattr(redaction, "_plan", interrupted)
    done = desk.redact(3)
    assert (done.first, done.last) == (3, 4 if meanwhile is redacts else 3)
    assert len(planned) == plans
    assert not holds(desk.document, SECRET)
    assert "intact" in verified(desk.document)
    words = reading.text(desk.document.pk, log.state(desk.document.pk)).strip()
    left = {"grows": "Kept.  Kept too. More.", "redacts": "Kept."}
    assert words == left.get(meanwhile.__name__, "Kept.  Kept too.")


def test_a_log_that_never_rests_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    plan = redaction._plan

    def interrupted(*given: Any) -> redaction.Plan:
        found = plan(*given)
        renew_epoch(desk.document.pk)
        return found

    monkeypatch.setattr(redaction, "_plan", interrupted)
    with pytest.raises(redaction.Moved):
        desk.redact(3)
    assert holds(desk.document, SECRET)
    assert not Redaction.objects.exists()


def quote(desk: Desk) -> Thread:
    """Comment on the secret, as who reads it in the first epoch."""
    place = positions.encode(Position((ClientId(1), 0), None, 0))
    seen = Seen(Anchor(place, place, SECRET), 1)
    remark = comments.remark(desk.ana, "key", "Is that so?")
    return comments.begin(desk.document.pk, remark, seen, BEGAN)[0]


def alone(work: Callable[..., T], *given: object) -> T:
    """Work in a thread, over a connection of its own."""
    try:
        return work(*given)
    finally:
        connection.close()


def is_waited_for() -> bool:
    """Whether somebody waits for a row."""
    with psycopg.connect(conninfo()) as asking:
        waiting = (
            "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
        )
        return asking.execute(waiting).fetchone() is not None


def test_a_redaction_empties_also_what_is_just_being_quoted() -> None:
    desk = Desk()
    with ThreadPoolExecutor(1) as aside:
        with transaction.atomic():
            assert quote(desk).quote == SECRET
            redacting = aside.submit(alone, desk.redact, 3)
            waited(is_waited_for)
        assert redacting.result().epoch == 2
    assert Thread.objects.get().quote == ""


def test_what_is_quoted_during_a_redaction_is_not_kept() -> None:
    desk = Desk()
    ((client, clock, length),) = desk.paper.ids(3)
    ids = {ClientId(client): normal([(clock, clock + length)])}
    with ThreadPoolExecutor(1) as aside, psycopg.connect(conninfo()) as redacting:
        now = desk.paper.now
        redaction.redact(redacting, desk.document.pk, ids, desk.ana.pk, now)
        quoting = aside.submit(alone, quote, desk)
        waited(is_waited_for)
        redacting.commit()
        assert quoting.result().quote == ""
    assert Thread.objects.get().quote == ""

"""What an edit costs Postgres, and that a head is what its rows rely on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.db import connection, transaction
from psycopg_pool import AsyncConnectionPool

from documents.custody.purging import purge
from documents.listing import entries
from documents.models import Head as HeadRow
from documents.models import Update, User
from documents.postgres import conninfo
from documents.storage.appending import Continuation, Head, NewRow
from documents.storage.chain import START
from documents.storage.log import Log
from documents.storage.moments import milliseconds, now_ms
from tests.actors import document, person
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

LOGS = "logs"
"""What connections of the log are called, and no other."""


@asynccontextmanager
async def opened() -> AsyncIterator[Log]:
    async with AsyncConnectionPool(
        conninfo(),
        min_size=1,
        max_size=2,
        open=False,
        kwargs={"application_name": LOGS},
    ) as pool:
        log = Log(pool)
        try:
            yield log
        finally:
            await log.close()


def letters(notes: UUID, after: int, *authors: int) -> Continuation:
    """Rows of these authors, behind a head whose chain is at its start."""
    rows = [
        NewRow(notes, seq, author, b"letter", recovered=False)
        for seq, author in enumerate(authors, after + 1)
    ]
    return Continuation(Head(after, 1), START, rows)


def test_an_edit_is_found_by_its_key_alone_and_asks_no_other_table() -> None:
    written = {"documents_head", "documents_update"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, tablename FROM pg_indexes")
        indexes = {name for name, table in cursor.fetchall() if table in written}
        # Moving a head never changes its document, so its own key asks nothing.
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid::regclass::text = ANY(%s)",
            (sorted(written),),
        )
        keys = [name for (name,) in cursor.fetchall()]
    assert indexes == {"documents_head_pkey", "documents_update_pkey"}
    assert [name.startswith("documents_head_document_id") for name in keys] == [True]


async def test_a_head_moves_within_its_page_whoever_writes() -> None:
    await execute("VACUUM documents_head")  # of heads that other tests took back
    ana, _ = await person("Ana")
    bo, _ = await person("Bo")
    notes = await document(ana, editor=bo)

    @database_sync_to_async
    def moved() -> tuple[int, int]:
        with transaction.atomic(), connection.cursor() as cursor:
            for seq, author in enumerate([ana, bo] * 20, 2):
                HeadRow.objects.filter(document=notes).update(seq=seq, author=author)
            cursor.execute(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
                " WHERE relname = 'documents_head'"
            )
            updated, within = cursor.fetchone()
            return updated, within

    updated, within = await moved()
    assert updated == within == 40


@database_sync_to_async
def sessions() -> dict[int, str | None]:
    """What each session of this database but our own waits for, by its process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, wait_event_type FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("count", [1, 2])
async def test_what_is_appended_while_a_document_is_purged_leaves_nothing(
    count: int,
) -> None:
    ana, _ = await person("Ana")
    notes = await document(ana)

    async def both_wait() -> bool:
        return list((await sessions()).values()).count("Lock") == 2

    async with (
        opened() as log,
        await psycopg.AsyncConnection.connect(conninfo()) as one,
    ):
        # Whoever purges holds the head before anything is deleted.
        await one.execute(
            "SELECT FROM documents_head WHERE document_id = %s FOR UPDATE", (notes,)
        )
        head = (await log.heads([notes]))[notes]
        stretch = letters(notes, head.seq, *[ana.pk] * count)
        late = asyncio.ensure_future(log.follow([stretch], now_ms()))
        purging = asyncio.ensure_future(
            database_sync_to_async(purge, thread_sensitive=False)(notes, force=True)
        )
        await until(both_wait)
        await one.rollback()
        found, _ = await asyncio.gather(late, purging)
    rows = database_sync_to_async(Update.objects.filter(document=notes).count)
    assert found.keys() <= {notes}
    assert await rows() == 0


async def test_what_is_larger_than_the_kernel_takes_at_once_is_stored() -> None:
    ana, _ = await person("Ana")
    notes = await document(ana)
    large = bytes(range(256)) * 32_768
    async with opened() as log:
        head = (await log.heads([notes]))[notes]
        rows = [NewRow(notes, head.seq + 1, ana.pk, large, recovered=False)]
        assert await log.follow([Continuation(head, START, rows)], now_ms())
        (stored,) = await log.since(notes, head.seq)
    assert stored.payload == large


@database_sync_to_async
def cut() -> bool:
    """End what connections the log has; tell whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            (LOGS,),
        )
        return bool(cursor.fetchall())


async def is_cut() -> bool:
    return not await cut()


async def test_who_appends_over_a_line_that_was_cut_gets_another() -> None:
    ana, _ = await person("Ana")
    notes = await document(ana)

    async with opened() as log:

        async def stored() -> bool:
            with suppress(psycopg.OperationalError):  # the pool's others are cut, too
                found = await log.follow([stretch], now_ms())
                return found.keys() == {notes}
            return False

        head = (await log.heads([notes]))[notes]
        stretch = letters(notes, head.seq, ana.pk)
        nowhere = letters(UUID(int=7), 0, ana.pk)
        assert await log.follow([nowhere], now_ms()) == {}
        assert await cut()
        await until(is_cut)
        await until(stored)


async def test_one_row_is_appended_at_once_where_the_line_is_free() -> None:
    ana, _ = await person("Ana")
    notes = await document(ana)
    told = asyncio.Queue[bytes | None]()
    async with opened() as log:
        head = (await log.heads([notes]))[notes]
        first = letters(notes, head.seq, ana.pk)
        assert not log.follow_at_once(first, now_ms(), told.put_nowait)  # no line yet
        chains = await log.follow([first], now_ms())
        second = Continuation(
            Head(head.seq + 1, head.epoch),
            chains[notes],
            letters(notes, head.seq + 1, ana.pk).rows,
        )
        assert log.follow_at_once(second, now_ms(), told.put_nowait)
        assert not log.follow_at_once(second, now_ms(), told.put_nowait)  # in use
        chain = await told.get()
        assert log.follow_at_once(second, now_ms(), told.put_nowait)
        assert await told.get() is None  # its end is elsewhere by now
        async with log.appending([notes], datetime.now(UTC)) as held:
            assert held.chains[notes] == chain
            assert held.heads[notes].seq == head.seq + 2


@asynccontextmanager
async def under_way() -> AsyncIterator[
    tuple[Log, Continuation, asyncio.Queue[bytes | None]]
]:
    """A row of some log that waits in Postgres, and what its sender is told."""
    ana, _ = await person("Ana")
    notes = await document(ana)
    told = asyncio.Queue[bytes | None]()
    async with (
        opened() as log,
        await psycopg.AsyncConnection.connect(conninfo()) as other,
    ):
        head = (await log.heads([notes]))[notes]
        stretch = letters(notes, head.seq, ana.pk)
        await log.follow([letters(UUID(int=7), 0, ana.pk)], now_ms())
        await other.execute(
            "SELECT FROM documents_head WHERE document_id = %s FOR UPDATE", (notes,)
        )
        assert log.follow_at_once(stretch, now_ms(), told.put_nowait)
        yield log, stretch, told


async def test_who_is_cut_off_while_a_row_is_on_its_way_is_told() -> None:
    async with under_way() as (log, stretch, told):
        assert await cut()
        assert await told.get() is None
        assert not log.follow_at_once(stretch, now_ms(), told.put_nowait)


async def test_who_waits_for_a_row_is_told_when_the_log_is_closed() -> None:
    async with under_way() as (log, _, told):
        await log.close()
        assert told.get_nowait() is None


@database_sync_to_async
def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


async def test_a_row_that_is_refused_at_the_commit_is_not_stored() -> None:
    """Postgres says by then that it was added, and takes that back."""
    ana, _ = await person("Ana")
    notes = await document(ana)
    told = asyncio.Queue[bytes | None]()
    await execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE 'no'; END $$",
        "CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON documents_update"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    try:
        async with opened() as log:
            head = (await log.heads([notes]))[notes]
            stretch = letters(notes, head.seq, ana.pk)
            with pytest.raises(psycopg.errors.RaiseException):
                await log.follow([stretch], now_ms())
            await log.follow([letters(UUID(int=7), 0, ana.pk)], now_ms())
            assert log.follow_at_once(stretch, now_ms(), told.put_nowait)
            assert await told.get() is None
            assert (await log.heads([notes]))[notes] == head
    finally:
        await execute("DROP FUNCTION refuse CASCADE")


async def test_a_log_that_is_gone_takes_nothing() -> None:
    ana, _ = await person("Ana")
    async with opened() as log:
        nobodys = letters(UUID(int=7), 0, ana.pk)
        assert await log.follow([nobodys], now_ms()) == {}


async def test_one_row_and_several_are_chained_alike() -> None:
    """The short statement for one row stores what the other one stores."""
    ana, _ = await person("Ana")
    one, two = await document(ana), await document(ana)
    async with opened() as log:
        now = datetime.now(UTC)
        for notes, sizes in ((one, (1, 1)), (two, (2,))):
            after, chain = 0, START
            async with log.appending([notes], now) as held:
                after, chain = held.heads[notes].seq, held.chains[notes]
            for size in sizes:
                rows = letters(notes, after, *[ana.pk] * size).rows
                stretch = Continuation(Head(after, 1), chain, rows)
                found = await log.follow([stretch], milliseconds(now))
                after, chain = after + size, found[notes]
            async with log.appending([notes], now) as held:
                assert (held.heads[notes].seq, held.chains[notes]) == (after, chain)
                stored = await held.since(notes, after - 2)
            assert [row.payload for row in stored] == [b"letter"] * 2


async def test_the_list_names_nobody_where_the_last_author_is_gone() -> None:
    ana, _ = await person("Ana")
    bo, _ = await person("Bo")
    notes = await document(ana, editor=bo)

    @database_sync_to_async
    def listed() -> list[object]:
        HeadRow.objects.filter(document=notes).update(author=bo)
        User.objects.filter(pk=bo.pk).delete()
        assert HeadRow.objects.get(document=notes).author_id is None
        # As it would stand where an edit came between.
        HeadRow.objects.filter(document=notes).update(author_id=bo.pk)
        return [entry.by for entry in entries(ana, datetime.now(UTC))]

    assert await listed() == [None]

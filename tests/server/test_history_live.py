"""What people write is in its history as soon as somebody looks."""

from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from documents import aside
from documents.history import columns
from documents.history.carries import traced
from documents.history.columns import EMPTY, grown
from documents.history.kept import Kept, unpack
from documents.models import Columns, Head, Snapshot, User
from documents.storage.entries import entries
from documents.yjs.merging import merge, squash
from documents.yjs.updates import parse
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@database_sync_to_async
def told(user: User, notes: UUID) -> columns.Columns:
    """The columns of a whole log, as the browser gets them."""
    client = Client()
    client.force_login(user)
    seq = Head.objects.get(document=notes).seq
    path = f"/api/documents/{notes}/history/columns?epoch=1&from=1&to={seq}"
    return columns.decode(client.get(path).content)


@database_sync_to_async
def kept(notes: UUID) -> tuple[int | None, int | None]:
    """Up to which seq there are a snapshot and columns."""
    snapshot = Snapshot.objects.filter(document=notes).first()
    found = Columns.objects.filter(document=notes).first()
    return snapshot.seq if snapshot else None, found.seq if found else None


async def test_what_is_written_is_in_the_history_at_once(webs: Webs) -> None:
    web = webs(SNAPSHOT_UPDATES="40")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with Actor(web, notes, session) as a:
        await a.ready()
        for number in range(30):
            await a.write(f"{number} ")
        await a.saved()
        found = await told(ana, notes)
        assert found.last == a.head
        assert found.stamps.author(found.last) == ana.pk
        assert await kept(notes) == (None, None)
        for number in range(30):
            await a.write(f"{number} ")
        await a.saved()

        async def both() -> bool:
            return None not in await kept(notes)

        await until(both)
    assert (await told(ana, notes)).last == a.head


async def test_columns_are_made_when_the_last_person_leaves(webs: Webs) -> None:
    web = webs()
    ana, session = await person("Ana")
    notes = await document(ana)
    async with Actor(web, notes, session) as a:
        await a.ready()
        for number in range(80):
            await a.write(f"{number} ")
        await a.saved()
        assert await kept(notes) == (None, None)

    async def whole() -> bool:
        return await kept(notes) == (a.head, a.head)

    await until(whole)
    row = await Columns.objects.aget(document=notes)
    assert unpack(bytes(row.body)) == Kept(await read_anew(notes), a.head)


@database_sync_to_async
def read_anew(notes: UUID) -> columns.Columns:
    rows = list(entries(aside.own(), notes, 1))
    whole = squash(merge([parse(row.payload) for row in rows]))
    return traced(grown(EMPTY, rows), whole)

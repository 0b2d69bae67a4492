"""Live editing over real sockets, Postgres and Valkey."""

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from documents.models import Update
from tests.actors import Actor, document, greet, person

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


async def test_two_people_write_one_document(web: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with Actor(web, notes, ana_session) as a, Actor(web, notes, bo_session) as b:
        await greet(a, b)
        assert a.cursor == b.cursor
    authors = await database_sync_to_async(
        lambda: list(Update.objects.order_by("seq").values_list("author", flat=True))
    )()
    assert authors[0] == ana.pk
    assert bo.pk in authors

"""What Saved means."""

import pytest
from django.db import connections
from playwright.sync_api import expect

from collab.boot.stack import Stack
from collab.boot.web import Web
from tests.browser.conftest import Backstage, Notes, People
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def place(web: Web) -> Web:
    """A server of its own, whose log tells only of this."""
    return web


def test_saved_is_said_only_after_the_commit(
    people: People, notes: Notes, place: Web, stack: Stack, backstage: Backstage
) -> None:
    assert stack.postgres, "this test stops Postgres: it needs an embedded one"
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = ana.sit_down(document), bo.sit_down(document)

    async def server_misses_postgres() -> bool:
        assert place.child.log is not None
        return "postgres away" in place.child.log.read_text()

    connections.close_all()
    stack.postgres.stop()
    try:
        left.write("Not yet. ")
        expect(left.status).to_have_text("Saving…")
        backstage.run(until(server_misses_postgres))
        expect(left.status).to_have_text("Saving…")
        right.reads("")
    finally:
        stack.postgres.start()
    left.saved()
    right.shows("Not yet. ")
    assert ana.head(document) > 1

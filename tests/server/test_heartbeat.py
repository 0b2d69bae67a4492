"""Signs of life in both directions, and who is here when there are none."""

import pytest

from collab.boot.web import Web
from collab.protocol import Activity, Close, Resume
from tests.actors import document, person
from tests.conftest import Webs
from tests.listening import heard_of
from tests.sockets import Socket, connected, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV = {
    "PING_SECONDS": "1",
    "PONG_SECONDS": "10",
    "HEARTBEAT_SECONDS": "1",
    "PRESENCE_SECONDS": "12",
}
"""Silence is noticed soon, and not where a busy machine only takes its time."""


async def seen(socket: Socket, client: int) -> None:
    """Wait until a client's caret shows."""
    await socket.until(lambda: socket.shows(client))


async def unseen(socket: Socket, client: int) -> None:
    """Wait until it is gone."""
    await socket.until(lambda: not socket.shows(client))


async def test_a_client_hears_a_receipt_again_and_again(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.heard(19, 3)
        assert set(socket.receipts()) == {(0, 1)}


async def test_a_stock_client_hears_its_own_caret(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session, palimpsest=False) as socket:
        await socket.point(7, 1, user={"name": "somebody else", "id": 99})
        await socket.until(lambda: socket.of(1))
        await socket.point(7, 2)
        await socket.until(lambda: socket.shows(7))
        shown = socket.carets()[7].state
        assert shown is not None
        assert shown["user"]["name"] == "Ana"  # type: ignore[index, call-overload]
        heard = len(socket.of(1))
        await socket.point(7, 3)
        await socket.heard(1, heard + 1)
        await socket.point(8, 1)
        await socket.heard(1, heard + 2)
        assert not socket.shows(8)


async def test_a_peer_that_fell_silent_is_noticed(house: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(house, notes, session) as socket:
        dead = await connected(house, notes, other, palimpsest=True)
        await dead.send(Resume(0, 0))
        await dead.point(8)
        await socket.until(lambda: socket.shows(8) and len(socket.roster()) == 2)
        dead.wire.transport.pause_reading()
        await socket.until(lambda: not socket.shows(8) and len(socket.roster()) == 1)
        dead.wire.transport.abort()


async def test_carets_go_with_their_socket(house: Web, annex: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        opened(house, notes, session) as here,
        opened(annex, notes, session) as there,
    ):
        await heard_of(notes)
        for clock, end in enumerate(("close", "cut"), 1):
            async with opened(house, notes, other) as bos:
                await bos.point(8, clock)
                for socket in (here, there):
                    await seen(socket, 8)
                await getattr(bos, end)()
                for socket in (here, there):
                    await unseen(socket, 8)


async def test_people_come_do_something_and_go(house: Web, annex: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)

    def told(*people: tuple[str, int]) -> bool:
        return [(p["name"], p["tabs"]) for p in socket.roster()] == [*people]

    async with opened(house, notes, session) as socket:
        await socket.until(lambda: told(("Ana", 1)))
        async with opened(annex, notes, other) as bos:
            await socket.until(lambda: told(("Ana", 1), ("Bo", 1)))
            async with opened(house, notes, other):
                await socket.until(lambda: told(("Ana", 1), ("Bo", 2)))
            await socket.until(lambda: told(("Ana", 1), ("Bo", 1)))
            await bos.send(Activity())
            await bos.heard(19, 2)
        await socket.until(lambda: told(("Ana", 1)))
        assert socket.roster()[0]["status"] == "active"
        assert socket.roster()[0]["user"] == ana.pk


async def test_people_of_a_killed_process_are_gone(webs: Webs) -> None:
    one, other = webs(**ENV), webs(**ENV)
    ana, session = await person("Ana")
    bo, bos = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(one, notes, session) as socket:
        lost = await connected(other, notes, bos, palimpsest=True)
        await lost.send(Resume(0, 0))
        await heard_of(notes)
        await lost.point(8)
        await socket.until(lambda: socket.shows(8) and len(socket.roster()) == 2)
        other.kill9()
        await socket.until(lambda: not socket.shows(8) and len(socket.roster()) == 1)
        async with opened(one, notes, session) as late:
            assert not late.shows(8)


async def test_who_does_nothing_is_sent_away_to_come_back(webs: Webs) -> None:
    web = webs(IDLE_SECONDS="1", HEARTBEAT_SECONDS="1")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(web, notes, session) as socket:
        assert await socket.gone() == Close.TRY_LATER

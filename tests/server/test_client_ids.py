"""A Yjs client id belongs to whoever wrote under it first; everybody else hears so."""

from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from collab.protocol import Change, Step1
from documents.models import Update as Row
from documents.yjs.updates import ClientId, Item, Update, encode, parse
from tests.actors import document, person
from tests.sockets import Socket, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

STOLEN = ClientId(7)


def words(text: str, clock: int = 0, client: ClientId = STOLEN) -> Change:
    """A text beside the rich one."""
    length = len(text)
    item = Item(clock, length, 4, None, None, "note", None, text.encode())
    return Change(encode(Update({client: (item,)})))


@database_sync_to_async
def stored(notes: UUID) -> list[tuple[str, bytes]]:
    """Who wrote what, after the server's paragraph."""
    rows = Row.objects.filter(document=notes, seq__gt=1).order_by("seq")
    return [(name, bytes(p)) for name, p in rows.values_list("author__name", "payload")]


async def settled(socket: Socket, frames: int) -> None:
    """Wait until so many frames are durable or refused."""
    await socket.until(lambda: [n for n, _ in socket.receipts() if n >= frames])


async def test_nobody_writes_under_the_id_of_another(house: Web, annex: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    for second in (house, annex):
        notes = await document(ana, editor=bo)
        async with opened(house, notes, session) as anas:
            await anas.send(words("good words"))
            await settled(anas, 1)
            async with opened(second, notes, other) as bos:
                await bos.send(words("more", 10), words("evil words"))
                await bos.send(
                    words("mine", 0, ClientId(1)), words("mine", 0, ClientId(8))
                )
                await settled(bos, 4)
                assert bos.notices() == [
                    ("client-taken", {"client": 7, "frame": 1}),
                    ("client-taken", {"client": 7, "frame": 2}),
                    ("client-taken", {"client": 1, "frame": 3}),
                ]
        assert await stored(notes) == [
            ("Ana", words("good words").update),
            ("Bo", words("mine", 0, ClientId(8)).update),
        ]


@pytest.mark.parametrize("theirs", ["evil words", "evil", "evil words and more"])
async def test_of_two_who_take_one_id_at_once_one_wins_and_one_hears(
    house: Web, annex: Web, theirs: str
) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    for second in (house, annex) * 4:
        notes = await document(ana, editor=bo)
        async with (
            opened(house, notes, session) as anas,
            opened(second, notes, other) as bos,
        ):
            said = {"Ana": words("good words"), "Bo": words(theirs)}
            await anas.send(said["Ana"])
            await bos.send(said["Bo"])
            await settled(anas, 1)
            await settled(bos, 1)
            heard = {"Ana": anas.notices(), "Bo": bos.notices()}
        [(winner, payload)] = await stored(notes)
        loser = "Bo" if winner == "Ana" else "Ana"
        assert payload == said[winner].update
        assert heard[winner] == []
        assert heard[loser] == [("client-taken", {"client": 7, "frame": 1})]


async def test_a_stock_client_may_repeat_what_everybody_wrote(house: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(house, notes, session) as anas:
        await anas.send(words("good words"))
        await settled(anas, 1)
        async with opened(house, notes, other, palimpsest=False) as bos:
            await bos.send(Step1(b"\x00"))
            await bos.until(lambda: bos.steps(1))
            await bos.send(Change(bos.steps(1)[0]), Step1(b"\x00"))
            await bos.until(lambda: bos.code or len(bos.steps(1)) == 2)
            assert bos.code is None
    assert [parse(payload).structs.keys() for _, payload in await stored(notes)] == [
        {STOLEN}
    ]

"""What one socket, one person or one slow peer may take of the server."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async

from collab.awareness import State
from collab.awareness import encode as encode_states
from collab.boot.web import Web
from collab.protocol import Awareness, Change, Close, Step1, Step2
from documents.models import Update as Row
from documents.postgres import conninfo
from documents.yjs.updates import ClientId, Item, Update, encode
from tests.actors import document, person
from tests.conftest import Webs
from tests.sockets import Socket, connected, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV = {
    "UPDATE_BYTES": "20000",
    "REPLY_BYTES": "200000",
    "UNSENT_BYTES": "300000",
    "SOCKETS_PER_USER": "4",
    "SOCKETS_PER_DOCUMENT": "6",
    "WAITING_BYTES": "30000",
    "WAITING_PER_SOCKET": "20",
}
MINE = ClientId(10)


def text(length: int, clock: int = 0) -> bytes:
    """An update of a text beside the rich one."""
    item = Item(clock, length, 4, None, None, "note", None, b"x" * length)
    return encode(Update({MINE: (item,)}))


def other_text(length: int, number: int) -> bytes:
    """A text of another client, number by number."""
    item = Item(0, length, 4, None, None, "note", None, b"y" * length)
    return encode(Update({ClientId(1000 + number): (item,)}))


def durable(socket: Socket) -> int:
    """How many of a socket's frames have a receipt."""
    return max((count for count, _ in socket.receipts()), default=0)


async def fill(socket: Socket, times: int) -> None:
    """Write so many times 150 kB, each when the last one is durable."""
    for number in range(times):
        await socket.send(Step2(text(150_000, number * 150_000)))
        await written(socket, number + 1)


async def written(socket: Socket, frames: int) -> None:
    """Wait until so many frames are durable."""
    await socket.until(lambda: socket.code or durable(socket) == frames)
    assert socket.code is None


def padded(size: int) -> bytes:
    """An update of exactly so many bytes."""
    return text(size - (len(text(size)) - size))


async def test_sizes(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await socket.send(Change(padded(20_000)))
        await socket.until(lambda: socket.receipts()[-1:] == [(1, 2)])
        await socket.send(Change(padded(20_001)))
        assert await socket.gone() == Close.TOO_LARGE
    async with opened(house, notes, session) as socket:
        await socket.send(Step2(padded(200_000)))
        await socket.until(lambda: socket.receipts()[-1:] == [(1, 3)])
        await socket.send(Step2(padded(200_001)))
        assert await socket.gone() == Close.TOO_LARGE
    async with opened(house, notes, session) as socket:
        await socket.send(Change(bytes(1_000_000)))
        assert await socket.gone() == Close.TOO_LARGE
    async with opened(house, notes, session) as socket:
        state = State(7, 1, {"note": "x" * 5000})
        await socket.send(Awareness(encode_states([state])))
        assert await socket.gone() == Close.TOO_LARGE


async def test_a_document_greater_than_every_bound_still_opens(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        await fill(socket, 4)
    for palimpsest in (True, False):
        async with opened(house, notes, session, palimpsest=palimpsest) as socket:
            await socket.send(Step1(b"\x00"))
            await answers(socket, 1)
            assert len(socket.steps(1)[0]) > 600_000


async def test_sockets_of_one_person_and_on_one_document(house: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(opened(house, notes, session))
        assert await (await connected(house, notes, session)).gone() == Close.TOO_MANY
        for _ in range(2):
            await stack.enter_async_context(opened(house, notes, other))
        assert await (await connected(house, notes, other)).gone() == Close.TOO_MANY
    async with opened(house, notes, session) as socket:
        assert socket.code is None


async def test_haste_waits_and_everything_arrives(webs: Webs) -> None:
    web = webs(FRAMES_PER_SECOND="500", BYTES_PER_SECOND="100000")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(web, notes, session) as socket:
        await socket.send(*[Change(text(1, clock)) for clock in range(2000)])
        await socket.until(
            lambda: socket.receipts()[-1:] and socket.receipts()[-1][0] == 2000
        )
        assert socket.code is None


async def test_who_sends_in_haste_is_read_no_faster_than_its_pace(webs: Webs) -> None:
    web = webs(BYTES_PER_SECOND="1000")
    ana, session = await person("Ana")
    notes = await document(ana)
    async with (
        opened(web, notes, session) as hasty,
        opened(web, notes, session) as other,
    ):
        await hasty.send(
            Change(text(10_000)), Step1(b"\x00")
        )  # 8 s of it are not saved
        await other.send(Step1(b"\x00"))
        await answers(other, 1)
        assert not hasty.steps(1)
        await hasty.until(lambda: hasty.steps(1))
        await hasty.until(lambda: durable(hasty) == 1)
        assert hasty.code is None


@asynccontextmanager
async def stuck(notes: UUID) -> AsyncIterator[None]:
    """Hold a document's head: nothing of it is committed meanwhile."""
    async with await psycopg.AsyncConnection.connect(conninfo()) as holding:
        head = "SELECT 1 FROM documents_head WHERE document_id = %s FOR UPDATE"
        await holding.execute(head, (notes,))
        yield


async def answers(socket: Socket, times: int) -> None:
    """Wait until the server has come so far, or has closed."""
    await socket.until(lambda: socket.code or len(socket.steps(1)) == times)


async def test_what_waits_for_postgres_is_bounded(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with (
        opened(house, notes, session) as patient,
        opened(house, notes, session) as greedy,
    ):
        async with stuck(notes):
            await patient.send(Change(text(1)), Step1(b"\x00"))
            await answers(patient, 1)
            for number in range(10):
                await greedy.send(Change(other_text(9_000, number)), Step1(b"\x00"))
                await answers(greedy, number + 1)
            assert greedy.code == Close.TRY_LATER
            assert (durable(patient), len(patient.of(18))) == (0, 1)
        await patient.until(lambda: durable(patient) == 1)


async def test_a_socket_whose_frames_wait_is_not_read_on(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session) as socket:
        async with stuck(notes):
            frames = [Change(text(1, clock)) for clock in range(100)]
            await socket.send(*frames, Step1(b"\x00"))
            async with opened(house, notes, session) as other:
                await other.send(Step1(b"\x00"))
                await answers(other, 1)
            assert not socket.steps(1)
        await socket.until(lambda: durable(socket) == 100)
        await answers(socket, 1)


async def test_who_sends_on_unheeding_still_learns_why_it_was_closed(
    house: Web,
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(house, notes, session, palimpsest=False) as socket:
        socket.wire.transport.pause_reading()
        await socket.send(b"\xff", *[Change(b"x" * 10_000)] * 2000)
        socket.wire.transport.resume_reading()
        assert await socket.gone() == Close.MALFORMED


async def test_a_question_without_an_answer_ends(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    lacking = Update(
        {
            MINE: (Item(0, 1, 4, None, None, "note", None, b"x"),),
            ClientId(11): (
                Item(0, 1, 0x84, (ClientId(99), 5), None, None, None, b"y"),
            ),
        }
    )
    async with opened(house, notes, session) as socket:
        await socket.until(lambda: socket.steps(0))
        asked = len(socket.steps(0))
        for _ in range(10):
            await socket.send(Change(encode(lacking)))
        await socket.send(Step1(b"\x00"))
        await socket.heard(0, asked + 3 + 1)
        await socket.until(lambda: socket.steps(1))
        assert len(socket.steps(0)) == asked + 3
        await socket.send(Step2(encode(lacking)))
        await socket.heard(18, 2)
    stored = await database_sync_to_async(
        lambda: [
            bytes(p)
            for p in Row.objects.order_by("seq").values_list("payload", flat=True)
        ]
    )()
    assert stored[1:] == [encode(Update({MINE: lacking.structs[MINE]}))]


async def says(web: Web, what: bytes) -> bool:
    """Whether the server's log holds this."""
    assert web.child.log is not None
    return what in web.child.log.read_bytes()


def resident(web: Web) -> int:
    """Pages in memory of the server's process."""
    return int(Path(f"/proc/{web.child.pid}/statm").read_text().split()[1])


async def test_who_never_reads_is_dropped_and_memory_stays(house: Web) -> None:
    ana, session = await person("Ana")
    bo, other = await person("Bo")
    notes = await document(ana, editor=bo)
    async with opened(house, notes, other) as writer:
        slow = await connected(house, notes, session)
        await slow.heard(0)
        slow.wire.transport.pause_reading()
        before = resident(house)
        await fill(writer, 100)
        assert await says(house, b"slow reader dropped")
        grown = (resident(house) - before) * os.sysconf("SC_PAGESIZE")
        assert grown < 64 * 2**20
        slow.wire.transport.abort()
    assert writer.code == 1000

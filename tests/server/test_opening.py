"""Opening a document: its snapshot goes out as it lies, then what came later."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from collab.opening import TAIL_ROWS
from collab.protocol import Step1
from documents import access
from documents.models import Document, Role, Snapshot, Update, User
from documents.postgres import conninfo
from documents.storage import folding, log
from documents.storage.folding import LEAST
from documents.storage.snapshots import Unsound, compact, fold
from documents.yjs.merging import merge, squash
from documents.yjs.strokes import parse_rows
from documents.yjs.updates import Update as YjsUpdate
from documents.yjs.updates import encode_state_vector, parse
from tests.actors import Actor, sign_in
from tests.core.logs import absorbed
from tests.packs import NOW, whole, written
from tests.server.papers import Paper
from tests.sockets import Socket, connected, opened

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SECRET = "hunter2"
CUT = 3
"""How far the snapshot goes: what it holds is deleted later."""
HEAD = 5


@pytest.fixture
def ana(transactional_db: None) -> User:
    user = User.objects.create_user("ana@example.org", name="Ana")
    User.objects.create_user("bo@example.org", name="Bo")  # who writes long logs too
    return user


@pytest.fixture
def notes(ana: User) -> UUID:
    """Words with a secret, a snapshot of them, and the secret's deletion."""
    paper = Paper(log.create(ana, "Notes", NOW))
    paper.write(ana, "Kept ")
    paper.write(ana, SECRET)
    assert compact(conninfo(), paper.document.pk) == CUT
    paper.delete(ana, 5, 5 + len(SECRET))
    assert paper.write(ana, "words") == HEAD
    return paper.document.pk


def payloads(paper: UUID) -> list[bytes]:
    """All rows of a log."""
    return [entry.payload for entry in whole(paper)]


def stored(paper: UUID) -> Snapshot:
    """The snapshot that lies in Postgres."""
    return Snapshot.objects.get(document=paper)


rows = database_sync_to_async(payloads)
snapshot = database_sync_to_async(stored)
signed_in = database_sync_to_async(sign_in)


def stretches(socket: Socket) -> list[tuple[int, int, bytes]]:
    """The stretches that came: first, last, and what they hold."""
    return [(one.uint(), one.uint(), one.blob()) for one in socket.of(18)]


def together(updates: list[bytes]) -> YjsUpdate:
    """What these hold, in few structs."""
    return squash(merge(map(parse, updates)))


async def told_all(
    house: Web, paper: UUID, session: str, state_vector: bytes
) -> YjsUpdate:
    """Let a stock client say what it has, and give all that it is told."""
    socket = await connected(house, paper, session)
    await socket.send(Step1(state_vector))
    await socket.until(lambda: socket.steps(1))
    await socket.close()
    return together([*socket.steps(2), *socket.steps(1)])


async def test_our_client_gets_the_snapshot_and_the_folded_tail(
    house: Web, ana: User, notes: UUID
) -> None:
    state, later = bytes((await snapshot(notes)).state), (await rows(notes))[CUT:]
    async with opened(house, notes, await signed_in(ana)) as socket:
        assert stretches(socket) == [
            (1, CUT, state),
            (CUT + 1, HEAD, fold(b"", later)),
        ]


async def test_a_stock_client_is_up_to_date_after_the_step_2(
    house: Web, ana: User, notes: UUID
) -> None:
    state, later = bytes((await snapshot(notes)).state), (await rows(notes))[CUT:]
    socket = await connected(house, notes, await signed_in(ana))
    await socket.send(Step1(b"\0"))
    await socket.until(lambda: socket.steps(1))
    assert socket.steps(2) == [state]
    assert socket.steps(1) == [fold(b"", later)]
    steps = [frame[1] for frame in socket.frames if frame[0] == 0]
    assert steps.index(2) < steps.index(1)
    await socket.close()


async def test_who_has_the_snapshot_gets_what_came_later(
    house: Web, ana: User, notes: UUID
) -> None:
    all_rows = await rows(notes)
    known = merge(map(parse, all_rows[:CUT]))
    clocks = {client: structs[-1].end for client, structs in known.structs.items()}
    known_by_now = encode_state_vector(clocks)
    told = await told_all(house, notes, await signed_in(ana), known_by_now)
    assert told == together(all_rows[CUT:])


async def test_who_may_not_see_the_history_gets_one_part(
    house: Web, ana: User, notes: UUID
) -> None:
    rita = await User.objects.acreate(email="rita@example.org", name="Rita")
    shared = await Document.objects.aget(pk=notes)
    await database_sync_to_async(access.grant)(shared, rita, Role.READER)
    async with opened(house, notes, await signed_in(rita)) as socket:
        ((first, last, update),) = stretches(socket)
    assert (first, last) == (1, HEAD)
    assert SECRET.encode() not in update
    assert SECRET.encode() in bytes((await snapshot(notes)).state)


async def test_newcomers_soon_after_one_another_miss_nothing(
    house: Web, ana: User, notes: UUID
) -> None:
    session = await signed_in(ana)
    async with Actor(house, notes, session) as a:
        await a.until(lambda: a.text() == "Kept words")
        for letter in "abc":
            await a.write(letter)
            await a.saved()
            async with Actor(house, notes, session) as late:
                await late.until(lambda: late.text() == a.text())
            told = await told_all(house, notes, session, b"\0")
            assert told == together(await rows(notes))


# Long logs


async def test_a_long_tail_is_made_a_snapshot_first(house: Web, ana: User) -> None:
    paper = await database_sync_to_async(written)(ana, TAIL_ROWS + 1)
    expected = fold(b"", await rows(paper))
    async with opened(house, paper, await signed_in(ana)) as socket:
        assert stretches(socket) == [(1, TAIL_ROWS + 2, expected)]
    assert bytes((await snapshot(paper)).state) == expected


def test_a_first_snapshot_holds_no_more_than_the_state_needs(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = written(ana, 4 * LEAST)
    folds: list[int] = []

    def counted(updates: Sequence[YjsUpdate]) -> YjsUpdate:
        folds.append(len(updates) - 1)
        return merge(updates)

    monkeypatch.setattr(folding, "merge", counted)
    assert compact(conninfo(), paper) == 4 * LEAST + 1
    kept, everything = stored(paper), payloads(paper)
    assert sum(folds) == len(list(parse_rows(everything)))
    assert len(folds) > 1
    assert max(folds) <= LEAST
    assert bytes(kept.state) == fold(b"", everything)
    assert bytes(kept.ledger) == absorbed(b"", everything)


def test_a_log_with_a_gap_gets_no_snapshot(ana: User) -> None:
    paper = written(ana, 20)
    Update.objects.filter(document=paper, seq=10).delete()
    with pytest.raises((Unsound, ValueError)):
        compact(conninfo(), paper)
    assert not Snapshot.objects.filter(document=paper).exists()

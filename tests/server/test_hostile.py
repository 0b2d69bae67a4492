"""What attackers who may write can send: it is answered, or closed with its code.

The process lives, other people edit on, and documents open in yjs as before.
"""

import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab import awareness, protocol
from collab.boot.web import Web
from collab.protocol import Change, Close, Step1, Step2
from documents.models import Update as Row
from documents.yjs import contents
from documents.yjs.admission import Ledger, Refused
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import (
    GC,
    ClientId,
    Id,
    Item,
    Struct,
    Update,
    encode,
    parse,
    parse_state_vector,
)
from tests.actors import Actor, document, person
from tests.core.yjs import Judge, random_histories
from tests.fuzz import damaged, honest
from tests.sockets import Socket, connected, opened
from tests.waiting import until

pytestmark = [
    pytest.mark.server,
    pytest.mark.node,
    pytest.mark.django_db(transaction=True),
]

FRAMES: Final = 100_000
SEED: Final = 20_261_122
BURST: Final = 200
"""Frames on one socket of which the first is malformed: the others come too late."""
AT_ONCE: Final = 10
REPRODUCERS: Final = Path(__file__).parent.parent / "data" / "reproducers"
STEP1, STEP2 = b"\x00\x00", b"\x00\x01"
HARM: Final = ("Exception inside", "task failed", "part failed")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """Yjs itself, in Node."""
    with Judge() as judge:
        yield judge


@database_sync_to_async
def rows_of(notes: UUID) -> list[bytes]:
    rows = Row.objects.filter(document=notes).order_by("seq")
    return [bytes(payload) for payload in rows.values_list("payload", flat=True)]


def unharmed(web: Web, pid: int) -> None:
    """The same process, and nothing in it failed."""
    assert web.child.log is not None
    log = web.child.log.read_text()
    assert not [line for line in log.splitlines() if any(h in line for h in HARM)]
    assert (web.child.running, web.child.pid) == (True, pid)


# Noise


class Sorted:
    """Frames by what becomes of them, as a log that takes them one by one sees it."""

    def __init__(self, first: bytes, frames: Iterator[bytes]) -> None:
        self.ledger = Ledger()
        self.ledger.absorb(parse(first))
        self.taken: list[bytes] = []
        self.malformed: list[bytes] = []
        self.poison: list[bytes] = []
        for frame in frames:
            try:
                (self.taken if self._takes(frame) else self.poison).append(frame)
            except Malformed:
                self.malformed.append(frame)
            except Refused:
                self.poison.append(frame)

    def _takes(self, payload: bytes) -> bool:
        match protocol.decode(payload):
            case protocol.Change(update) | protocol.Step2(update) as frame:
                parsed = parse(update)
                if ClientId(1) in parsed.structs:
                    return False
                self.ledger.admit(parsed, partial=isinstance(frame, Step2))
            case protocol.Step1(state_vector):
                parse_state_vector(state_vector)
            case protocol.Awareness(states):
                awareness.parse(states, 4096)
        return True


async def burst(web: Web, notes: UUID, session: str, frames: list[bytes]) -> None:
    """Send frames that begin with a malformed one."""
    socket = await connected(web, notes, session)
    await socket.heard(0)
    await socket.send(*frames)
    assert await socket.gone() == Close.MALFORMED


async def bursts(web: Web, notes: UUID, session: str, sorted_: Sorted) -> int:
    late = sorted_.malformed + sorted_.poison
    waiting = [late[at : at + BURST] for at in range(0, len(sorted_.malformed), BURST)]
    sent = 0

    async def one_by_one() -> None:
        nonlocal sent
        while waiting:
            frames = waiting.pop()
            await burst(web, notes, session, frames)
            sent += len(frames)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_by_one())
    return sent


async def answered(socket: Socket, times: int) -> None:
    """Wait until so many Step1 have been answered."""
    await socket.until(lambda: socket.code or socket.counts[STEP2] == times, 600)
    assert socket.code is None


async def holds(notes: UUID, expected: Ledger) -> bool:
    """Whether the log holds what it should."""
    stored = Ledger()
    for row in await rows_of(notes):
        stored.absorb(parse(row))
    return stored.extent == expected.extent


async def keep_writing(actor: Actor, done: asyncio.Event) -> int:
    """Write and be told that it is durable, again and again."""
    words = 0
    while not done.is_set():
        await actor.write("word ")
        await actor.saved()
        words += 1
    return words


async def test_a_hundred_thousand_damaged_frames(house: Web, judge: Judge) -> None:
    pid = house.child.pid
    ana, good = await person("Ana")
    mal, bad = await person("Mal")
    notes, prey = await document(ana), await document(ana, editor=mal)
    rows = [row for one in random_histories(7, 6, 150) for row in one.rows]
    small = [row for row in rows if len(row) < 2000]
    frames = islice(damaged(Random(SEED), honest(small)), FRAMES)
    sorted_ = Sorted((await rows_of(prey))[0], frames)
    done = asyncio.Event()
    async with Actor(house, notes, good) as actor, opened(house, prey, bad) as socket:
        await actor.ready()
        writing = asyncio.create_task(keep_writing(actor, done))
        sent = await bursts(house, prey, bad, sorted_)
        await socket.send(*sorted_.taken, Step1(b"\x00"))
        await answered(socket, 1 + sum(one[:2] == STEP1 for one in sorted_.taken))
        await until(lambda: holds(prey, sorted_.ledger))
        done.set()
        words = await writing
        assert actor.text() == "word " * words
    assert sent + len(sorted_.taken) == FRAMES
    assert words > 10
    unharmed(house, pid)
    stored = [parse(row) for row in await rows_of(prey)]
    for gc in (True, False):
        judge.ruin(stored, gc=gc)
    assert judge.state(await rows_of(notes), gc=True)["visible"]


# Poison: well-formed, and harmful to whoever opens the document

MAL: Final = ClientId(10)
LEAF, ELEMENT = bytes([contents.XML_TEXT]), bytes([contents.XML_ELEMENT]) + b"\x01p"
PARAGRAPH: Final = (ClientId(1), 0)
"""What the server wrote first."""
CONTENTS: Final[dict[int, contents.Content]] = {
    contents.DELETED: b"",
    contents.JSON: (b"1",),
    contents.BINARY: b"\x01a",
    contents.STRING: b"x",
    contents.EMBED: b"\x04null",
    contents.FORMAT: b"\x01b\x04true",
    contents.ANY: (b"~",),
    contents.DOC: b"\x01gv\x00",
}


def item(
    clock: int,
    kind: int,
    *,
    at: Id | str | None = None,
    key: str | None = None,
    after: Id | None = None,
    content: contents.Content | None = None,
) -> Item:
    """An item of one id, in a parent or after another."""
    content = content or CONTENTS.get(kind, ELEMENT)
    info = kind | 0x80 * (after is not None) | 0x20 * (key is not None)
    return Item(clock, 1, info, after, None, at, key, content)


def nest(depth: int) -> list[Struct]:
    """Elements, each in the last."""
    return [
        item(n, contents.TYPE, at=(MAL, n - 1) if n else "default")
        for n in range(depth)
    ]


def text_in_root(kind: int) -> list[Struct]:
    return [item(0, kind, at="default")]


POISONS: Final[dict[str, list[Struct]]] = {
    "a document": [item(0, contents.DOC, at="meta", key="k")],
    "a document in a text": [
        item(0, contents.TYPE, at=PARAGRAPH, content=LEAF),
        item(1, contents.DOC, at=(MAL, 0)),
    ],
    "text directly under the root": text_in_root(contents.STRING),
    "a value directly under the root": text_in_root(contents.ANY),
    "a format directly under the root": text_in_root(contents.FORMAT),
    "an XmlText directly under the root": [
        item(0, contents.TYPE, at="default", content=LEAF)
    ],
    "a Map directly under the root": [
        item(0, contents.TYPE, at="default", content=b"\x01")
    ],
    "a hook directly under the root": [
        item(0, contents.TYPE, at="default", content=b"\x05\x01h")
    ],
    "text in an element": [item(0, contents.STRING, at=PARAGRAPH)],
    "an attribute of the root": [item(0, contents.ANY, at="default", key="k")],
    "a type as an attribute": [item(0, contents.TYPE, at=PARAGRAPH, key="k")],
    "an embed in a text": [
        item(0, contents.TYPE, at=PARAGRAPH, content=LEAF),
        item(1, contents.EMBED, at=(MAL, 0)),
    ],
    "a reference forward": [item(0, contents.STRING, after=(MAL, 5)), GC(1, 9)],
    "a parent that is no type": [
        item(0, contents.ANY, at="list"),
        item(1, contents.ANY, at=(MAL, 0)),
    ],
    "its own parent": [item(0, contents.TYPE, at=(MAL, 0))],
    "nested too deep at once": nest(200),
}


@pytest.fixture
async def prey() -> tuple[UUID, str]:
    """A document and the session of its attacker."""
    ana, _ = await person("Ana")
    mal, session = await person("Mal")
    return await document(ana, editor=mal), session


async def test_poison_is_refused(
    house: Web, judge: Judge, prey: tuple[UUID, str]
) -> None:
    pid = house.child.pid
    notes, session = prey
    before = judge.state(await rows_of(notes), gc=True)
    for name, structs in POISONS.items():
        poison = encode(Update({MAL: tuple(structs)}))
        for frame, palimpsest in (
            (Change(poison), False),
            (Step2(poison), False),
            (Step2(poison), True),
        ):
            async with opened(house, notes, session, palimpsest=palimpsest) as socket:
                await socket.send(frame)
                assert (name, await socket.gone()) == (name, Close.MALFORMED)
    assert judge.state(await rows_of(notes), gc=True) == before
    unharmed(house, pid)


async def test_who_can_be_told_stays_when_poison_is_refused(
    house: Web, prey: tuple[UUID, str]
) -> None:
    notes, session = prey
    before = len(await rows_of(notes))
    honest = [item(0, contents.TYPE, at="default")]
    sent: list[list[Struct]] = [*POISONS.values(), list(honest)]
    async with opened(house, notes, session) as socket:
        for structs in sent:
            await socket.send(Change(encode(Update({MAL: tuple(structs)}))))
        await socket.until(lambda: socket.receipts()[-1:] == [(len(sent), 2)])
        told = [(kind, notice["frame"]) for kind, notice in socket.notices()]
    assert told == [("refused", frame + 1) for frame in range(len(POISONS))]
    assert len(await rows_of(notes)) == before + 1


async def test_types_that_nest_one_by_one_end_at_the_depth_that_yjs_bears(
    house: Web, judge: Judge, prey: tuple[UUID, str]
) -> None:
    notes, session = prey
    async with opened(house, notes, session) as socket:
        for struct in nest(200):
            await socket.send(Change(encode(Update({MAL: (struct,)}))))
        await socket.until(socket.notices)
        assert socket.notices()[0][0] == "refused"
    stored = [parse(row) for row in await rows_of(notes)]
    judge.ruin(stored, gc=True)


async def test_long_map_entries_come_apart(
    house: Web, judge: Judge, prey: tuple[UUID, str]
) -> None:
    notes, session = prey
    entry = Item(0, 3, contents.ANY | 0x20, None, None, "meta", "k", (b"~",) * 3)
    async with opened(house, notes, session) as socket:
        await socket.send(Change(encode(Update({MAL: (entry,)}))))
        await socket.until(lambda: socket.receipts()[-1:] == [(1, 2)])
    stored = [parse(row) for row in await rows_of(notes)]
    assert [one.length for one in stored[1].structs[MAL]] == [1, 1, 1]
    judge.ruin(stored, gc=True)


async def test_deletions_beyond_the_extent_are_not_stored(
    house: Web, prey: tuple[UUID, str]
) -> None:
    notes, session = prey
    async with opened(house, notes, session) as socket:
        beyond = encode(Update({}, {ClientId(1): ((0, 2**31),), MAL: ((5, 9),)}))
        await socket.send(Change(beyond))
        await socket.until(lambda: len(socket.steps(0)) == 2)
        await socket.send(Step1(b"\x00"))
        await socket.until(lambda: socket.steps(1))
    assert len(await rows_of(notes)) == 1


UPDATES: Final = {
    path.stem: json.loads(path.read_text())["updates_hex"]
    for path in sorted(REPRODUCERS.glob("*.json"))
}


@pytest.mark.parametrize("reproducer", UPDATES)
async def test_what_kills_other_engines_does_not_harm(
    house: Web, judge: Judge, prey: tuple[UUID, str], reproducer: str
) -> None:
    pid = house.child.pid
    notes, session = prey
    updates = UPDATES[reproducer]
    for frame in (Step1, Step2, Change):
        async with opened(house, notes, session) as socket:
            for update in updates:
                await socket.send(frame(bytes.fromhex(update)))
            await socket.send(Step1(b"\x00"))
            await socket.until(lambda: socket.code or socket.steps(1))
            assert socket.code in (None, Close.MALFORMED)
    unharmed(house, pid)
    stored = [parse(row) for row in await rows_of(notes)]
    judge.ruin(stored, gc=True)

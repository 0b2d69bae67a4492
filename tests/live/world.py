"""A small world for laws of the live path: a log in memory, processes, tabs.

Everything between is real: rooms, intake, journal, frames, and pycrdt as the browsers'
CRDT. What can go wrong is drawn by a seeded generator: transactions that fail before or
after the commit, messages between processes that are lost, connections that break.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from collab.intake import Intake
from collab.joining import Joining
from collab.journal import Journal
from collab.participant import Participant, Person
from collab.room import Room
from documents.models import Role
from documents.storage.appending import Continuation, Head, NewRow
from documents.storage.log import Log, Opening
from documents.storage.rows import Row
from documents.workers import Workers
from documents.yjs.admission import Ledger
from documents.yjs.lib0 import Reader
from documents.yjs.updates import ClientId, parse

DOCUMENT = UUID(int=7)
ANA: Final = Person(1, "Ana", 1)
FIRST = bytes.fromhex("0101010007010764656661756c74030970617261677261706800")
LENGTHS: Final = {126: 2, 127: 8}
"""Bytes of a length that does not fit into the second byte (RFC 6455, 5.2)."""


def frame_in(message: bytes) -> bytes:
    return message[2 + LENGTHS.get(message[1], 0) :]


class Away(psycopg.OperationalError):
    """The log's connection broke."""


@dataclass
class MemoryLog:
    """Logs of one document, with `documents.storage.log.Log`'s manners."""

    random: Random
    rows: list[Row] = field(default_factory=lambda: [Row(1, None, FIRST)])
    bound: dict[ClientId, int | None] = field(default_factory=dict)
    trouble: float = 0.0
    followed: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def since(self, _document: UUID, seq: int) -> list[Row]:
        await asyncio.sleep(0)
        return self.rows[seq:]

    async def owners(
        self, _document: UUID, clients: Iterable[ClientId]
    ) -> dict[ClientId, int | None]:
        await asyncio.sleep(0)
        return {c: self.bound[c] for c in clients if c in self.bound}

    async def opening(self, _document: UUID) -> Opening:
        await asyncio.sleep(0)
        payloads = [row.payload for row in self.rows]
        return Opening(Head(len(self.rows), 1), 0, b"", b"", payloads)

    async def glimpse(self, document: UUID, _most: int) -> Opening:
        return await self.opening(document)

    async def follow(
        self, stretches: Sequence[Continuation], _at: int
    ) -> dict[UUID, bytes]:
        async with self.lock:
            (stretch,) = stretches
            await asyncio.sleep(0)
            if self.random.random() < self.trouble:
                raise Away
            if stretch.head.seq != len(self.rows):
                return {}
            assert stretch.chain == self.chain
            self.followed += 1
            self.rows += [Row(r.seq, r.author, r.payload) for r in stretch.rows]
            if self.random.random() < self.trouble:
                raise Away
            return {DOCUMENT: self.chain}

    def follow_at_once(
        self, stretch: Continuation, at: int, then: Callable[[bytes | None], None]
    ) -> bool:
        if self.lock.locked() or self.random.random() < self.trouble:
            return False

        async def answer() -> None:
            try:
                found = await self.follow([stretch], at)
            except Away:
                found = {}
            then(found.get(DOCUMENT))

        self._answering = asyncio.ensure_future(answer())
        return True

    @property
    def chain(self) -> bytes:
        """A chain's end as good as any: no two ends are the same."""
        return len(self.rows).to_bytes(4, "big")

    @asynccontextmanager
    async def appending(
        self, _documents: Iterable[UUID], _now: datetime
    ) -> AsyncIterator["MemoryAppending"]:
        async with self.lock:
            transaction = MemoryAppending(self)
            yield transaction
            await asyncio.sleep(0)
            if self.random.random() < self.trouble:
                raise Away
            self.rows += transaction.new
            self.bound |= transaction.bound
            if self.random.random() < self.trouble:
                raise Away


class MemoryAppending:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self.heads = {DOCUMENT: Head(len(log.rows), 1)}
        self.chains = {DOCUMENT: log.chain}
        self.new: list[Row] = []
        self.bound: dict[ClientId, int | None] = {}

    async def since(self, document: UUID, seq: int) -> list[Row]:
        return await self._log.since(document, seq)

    async def bind(
        self, _document: UUID, wishes: dict[ClientId, int]
    ) -> dict[ClientId, int | None]:
        self.bound = {c: self._log.bound.get(c, user) for c, user in wishes.items()}
        return self.bound

    async def append(self, rows: Sequence[NewRow]) -> None:
        await asyncio.sleep(0)
        self.new = [Row(row.seq, row.author, row.payload) for row in rows]
        self.chains[DOCUMENT] = (len(self._log.rows) + len(rows)).to_bytes(4, "big")
        assert [r.seq for r in self.new] == [
            len(self._log.rows) + n for n in range(1, len(self.new) + 1)
        ]


class MemoryProcess:
    """One room and its journal; `others` are told of what it commits, or not."""

    def __init__(self, log: MemoryLog, random: Random, loss: float) -> None:
        self.log = log
        self.random = random
        self.loss = loss
        self.others: list[MemoryProcess] = []
        self.journal = Journal(cast("Log", log), self._committed, self._void)
        ledger = Ledger()
        ledger.absorb(parse(FIRST))
        self.room = Room(
            DOCUMENT,
            1,
            Intake(ledger, 1),
            cast("Log", log),
            Joining(Workers(), attempts=3),
        )
        self.tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)

    def _committed(self, room: Room, first: int, last: int, payload: bytes) -> None:
        for other in self.others:
            if self.random.random() >= self.loss:
                chain = self.random.choice([room.chain, None])
                other.spawn(other.room.hear(first, last, payload, chain))

    async def _void(self, _room: Room) -> None:
        raise AssertionError("no room of these may become void")

    async def audit(self) -> None:
        if len(self.log.rows) > self.room.cursor:
            await self.room.repair()


def somebody(
    person: Person = ANA,
    post: Callable[[bytes], None] = lambda _: None,
    socket: str = "socket",
    *,
    live: bool = True,
) -> Participant:
    """An editor's socket; whoever closes it fails the test."""

    async def close(code: int) -> None:
        raise AssertionError(f"{person.name} was closed with {code}")

    return Participant(
        socket=socket,
        person=person,
        role=Role.EDITOR,
        palimpsest=True,
        since=0,
        active=0,
        session="",
        post=post,
        close=close,
        live=live,
    )


class Tab:
    """A browser's tab: a Yjs document, an outbox, a connection that may break."""

    def __init__(self, name: str, user: int) -> None:
        self.name = name
        self.person = Person(user, name, 1)
        self.doc: Doc[Any] = Doc()
        self.doc["default"] = XmlFragment()
        self.doc.observe(lambda event: self._written(event.update))
        self.cursor = 0
        self.sent: list[bytes] = []
        self.durable = 0
        self.outbox: list[bytes] = []
        self.replies: set[bytes] = set()
        self.receipted: list[bytes] = []
        self.applying = False
        self.participant: Participant | None = None
        self.process: MemoryProcess | None = None
        self.inbox: asyncio.Queue[bytes] = asyncio.Queue()

    def _written(self, update: bytes) -> None:
        if not self.applying:
            self.outbox.append(update)

    async def connect(self, process: MemoryProcess, socket: str) -> None:
        self.sent, self.durable = [], 0
        self.inbox = asyncio.Queue()
        inbox = self.inbox

        def post(message: bytes) -> None:
            inbox.put_nowait(frame_in(message))

        self.process = process
        self.participant = somebody(self.person, post, socket, live=False)
        room = process.room
        await room.joining.resume(room, self.participant, 1, self.cursor)

    def disconnect(self) -> None:
        if self.process is not None and self.participant is not None:
            self.process.room.participants.pop(self.participant.socket, None)
        self.process = self.participant = None

    async def write(self, change: Callable[[XmlFragment], None]) -> None:
        before = len(self.outbox)
        with self.doc.transaction():
            change(cast("XmlFragment", self.doc["default"]))
        for update in self.outbox[before:]:
            await self._send(update, reply=False)

    async def _send(self, update: bytes, *, reply: bool) -> None:
        if self.process is not None and self.participant is not None:
            self.sent.append(update)
            process, room = self.process, self.process.room
            if await room.receive(self.participant, update, reply=reply):
                process.journal.submit(room, len(update))

    async def read(self) -> bool:
        """Take all frames that have come; tell whether there were any."""
        came = False
        while not self.inbox.empty():
            came = True
            await self._take(self.inbox.get_nowait())
        return came

    async def _take(self, frame: bytes) -> None:
        reader = Reader(frame)
        match reader.uint():
            case 0:
                assert reader.uint() == 0
                await self._answer(reader.blob())
            case 18:
                await self._stretch(reader.uint(), reader.uint(), reader.blob())
            case 19:
                self._receipt(reader.uint())
            case 22:
                raise AssertionError(f"{self.name} was told {reader.text()}")

    async def _answer(self, state_vector: bytes) -> None:
        rest = self.doc.get_update(state_vector)
        for update in list(self.outbox):
            await self._send(update, reply=update in self.replies)
        self.outbox.append(rest)
        # It may hold others' text, so it stays a Step2 when it is sent again.
        self.replies.add(rest)
        await self._send(rest, reply=True)

    async def _stretch(self, first: int, last: int, update: bytes) -> None:
        if first > self.cursor + 1:
            await self._resume()
        elif last > self.cursor:
            self.applying = True
            self.doc.apply_update(update)
            self.applying = False
            self.cursor = last

    async def _resume(self) -> None:
        if self.process is not None and self.participant is not None:
            room = self.process.room
            await room.joining.resume(room, self.participant, 1, self.cursor)

    def _receipt(self, durable: int) -> None:
        assert self.durable <= durable <= len(self.sent), "receipt for nothing"
        done = self.sent[self.durable : durable]
        self.durable = durable
        self.receipted += done
        self.outbox = [update for update in self.outbox if update not in done]

    def text(self) -> str:
        return str(self.doc["default"])


def type_somewhere(random: Random, word: str) -> Callable[[XmlFragment], None]:
    """Make a change: type, delete, add or remove a paragraph."""

    def change(fragment: XmlFragment) -> None:
        blocks = [b for b in fragment.children if isinstance(b, XmlElement)]
        kind = random.random()
        if not blocks or kind < 0.1:
            block = XmlElement("paragraph")
            fragment.children.insert(len(blocks), block)
            block.children.append(XmlText(word))
        elif kind < 0.15 and len(blocks) > 2:
            del fragment.children[random.randrange(len(blocks))]
        else:
            _edit(random, random.choice(blocks), word)

    return change


def type_letters(random: Random, word: str) -> list[Callable[[XmlFragment], None]]:
    """Make changes that write a word somewhere, letter by letter."""
    block, place = random.random(), random.random()

    def letter(number: int, content: str) -> Callable[[XmlFragment], None]:
        def change(fragment: XmlFragment) -> None:
            blocks = [b for b in fragment.children if isinstance(b, XmlElement)]
            texts = [b.children[0] for b in blocks if len(b.children)]
            if texts:
                text = cast("XmlText", texts[int(block * len(texts))])
                start = int(place * (len(str(text)) + 1 - number))
                text.insert(start + number, content)

        return change

    return [letter(number, content) for number, content in enumerate(word)]


def _edit(random: Random, block: XmlElement, word: str) -> None:
    if not len(block.children):
        block.children.append(XmlText(word))
        return
    text = cast("XmlText", block.children[0])
    length = len(str(text))
    if length > 4 and random.random() < 0.3:
        start = random.randrange(length - 2)
        del text[start : start + 2]
    else:
        text.insert(random.randrange(length + 1), word)

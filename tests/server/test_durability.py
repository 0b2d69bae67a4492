"""kill -9 of everything: what was receipted is there, once; what others saw too."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from random import Random, SystemRandom
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.db import connection

from collab.boot.folder import hold
from collab.boot.stack import Stack
from collab.boot.valkey import Valkey
from collab.boot.web import Web
from documents.models import Update
from documents.yjs.updates import parse
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.tap import tapped
from tests.waiting import PATIENCE, until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

AHEAD: Final = 20
"""How many words a writer writes without waiting for a receipt."""
ROUNDS: Final = 4


class Writer:
    """An actor that writes words without end, each with a name of its own."""

    def __init__(self, actor: Actor, name: str) -> None:
        self.actor = actor
        self.words: dict[str, int] = {}
        self._name = name
        self._numbers = count()

    async def write(self) -> str:
        """Write one more word."""
        word = f"{self._name}{next(self._numbers)};"
        await self.actor.write(word)
        self.words[word] = self.actor.sent
        return word

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Write on and on meanwhile."""
        task = asyncio.create_task(self._go_on())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _go_on(self) -> None:
        actor = self.actor
        while True:
            await self.write()
            await actor.until(lambda: actor.durable > actor.sent - AHEAD)

    def receipted(self) -> list[str]:
        """The words that this connection had receipts for."""
        durable = self.actor.durable
        return [word for word, number in self.words.items() if number <= durable]

    async def comes_to(self, number: int) -> None:
        """Wait for a receipt of so many frames."""
        await self.actor.until(lambda: self.actor.durable >= number)


def moment() -> Random:
    """Chance, with its seed told."""
    seed = SystemRandom().randrange(2**32)
    sys.stdout.write(f"seed {seed}\n")
    return Random(seed)


async def fresh_text(web: Web, notes: UUID, session: str) -> str:
    """What a newcomer reads."""
    async with Actor(web, notes, session) as reader:
        await reader.ready()
        return reader.text()


@database_sync_to_async
def check_rows(notes: UUID) -> None:
    """Each row of the log goes on where the rows before it ended: nothing twice."""
    rows = Update.objects.filter(document=notes).order_by("seq")
    clocks: dict[int, int] = {}
    for seq, row in enumerate(rows, 1):
        assert row.seq == seq
        for client, structs in parse(bytes(row.payload)).structs.items():
            assert structs[0].clock == clocks.get(client, 0)
            clocks[client] = structs[-1].clock + structs[-1].length


def told(web: Web, event: str) -> int:
    """How often the server's log tells of an event."""
    assert web.child.log is not None
    return web.child.log.read_text().count(event)


async def says(web: Web, event: str) -> None:
    """Wait until the server's log tells of an event."""

    async def look() -> bool:
        return told(web, event) > 0

    await until(look)


async def test_receipted_words_survive_kill_9_of_the_server(web: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    chance = moment()
    kept: list[str] = []
    for turn in range(ROUNDS):
        actor = await Actor(web, notes, session).join()
        await actor.ready()
        writer = Writer(actor, f"{'abcdef'[turn]}")
        async with writer.writing():
            await writer.comes_to(actor.sent + chance.randrange(1, 80))
            web.kill9()
        await actor.gone()
        kept += writer.receipted()
        web.restart()
        text = await fresh_text(web, notes, session)
        assert [word for word in kept if text.count(word) != 1] == []
    await check_rows(notes)


async def test_one_of_two_servers_is_killed(webs: Webs) -> None:
    one, two = webs(), webs(AUDIT_SECONDS="1")
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    chance = moment()
    async with Actor(one, notes, ana_session) as a, Actor(two, notes, bo_session) as b:
        await a.ready()
        await b.ready()
        ana_writes, bo_writes = Writer(a, "a"), Writer(b, "b")
        async with bo_writes.writing():
            async with ana_writes.writing():
                await ana_writes.comes_to(chance.randrange(10, 60))
                one.kill9()
            await a.gone()
            receipted = ana_writes.receipted()
            text = await fresh_text(two, notes, bo_session)
            assert [word for word in receipted if text.count(word) != 1] == []
            a.web = two
            await a.join()
            await ana_writes.write()
            await bo_writes.comes_to(b.durable + 20)
        await all_agree(notes, [a, b], [ana_writes, bo_writes])


def holds(actor: Actor, words: list[str]) -> bool:
    """Whether an actor sees all these words."""
    text = actor.text()
    return all(word in text for word in reversed(words))


def reads(actor: Actor, text: str) -> bool:
    """Whether an actor sees exactly this."""
    return actor.text() == text


async def all_agree(notes: UUID, actors: list[Actor], writers: list[Writer]) -> None:
    """Every word of every writer is durable, once, and everybody sees it."""
    words = [word for writer in writers for word in writer.words]
    for actor in actors:
        await actor.saved()
    for actor in actors:
        await actor.until(partial(holds, actor, words))
    text = actors[0].text()
    assert [word for word in words if text.count(word) != 1] == []
    for actor in actors:
        await actor.until(partial(reads, actor, text))
    await check_rows(notes)


async def test_valkey_is_killed(webs: Webs, tmp_path: Path) -> None:
    valkey = Valkey(hold(tmp_path))
    valkey.start()
    try:
        servers = [webs(REDIS_URL=valkey.url, AUDIT_SECONDS="1") for _ in range(2)]
        ana, ana_session = await person("Ana")
        bo, bo_session = await person("Bo")
        notes = await document(ana, editor=bo)
        async with (
            Actor(servers[0], notes, ana_session) as a,
            Actor(servers[1], notes, bo_session) as b,
        ):
            await a.ready()
            await b.ready()
            ana_writes, bo_writes = Writer(a, "a"), Writer(b, "b")
            async with ana_writes.writing(), bo_writes.writing():
                await ana_writes.comes_to(20)
                valkey.child.kill9()
                await ana_writes.comes_to(a.durable + 20)
                await bo_writes.comes_to(b.durable + 20)
            await all_agree(notes, [a, b], [ana_writes, bo_writes])
            valkey.start()
            await ana_writes.write()
            await bo_writes.write()
            await all_agree(notes, [a, b], [ana_writes, bo_writes])
            await a.until(lambda: {one["name"] for one in a.roster} == {"Ana", "Bo"})
    finally:
        valkey.stop()


@pytest.fixture
def reconnecting(transactional_db: None) -> Iterator[None]:
    """Let the test's own connection be made anew where Postgres was killed."""
    yield
    connection.close()


def checkpoint() -> None:
    """Let Postgres write down what it would else replay after a crash."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


async def test_postgres_is_killed(reconnecting: None, webs: Webs, stack: Stack) -> None:
    assert stack.postgres, "this test kills Postgres: it needs an embedded one"
    one, two = webs(AUDIT_SECONDS="1"), webs(AUDIT_SECONDS="1")
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with Actor(one, notes, ana_session) as a, Actor(two, notes, bo_session) as b:
        await a.ready()
        await b.ready()
        ana_writes, bo_writes = Writer(a, "a"), Writer(b, "b")
        # What other tests wrote would be replayed for half a minute.
        await database_sync_to_async(checkpoint)()
        async with ana_writes.writing(), bo_writes.writing():
            await ana_writes.comes_to(20)
            stack.postgres.child.kill9()
        unsaved = [await ana_writes.write(), await bo_writes.write()]
        await says(one, "postgres away")
        await says(two, "postgres away")
        durable = [*ana_writes.receipted(), *bo_writes.receipted()]
        assert not set(unsaved) & set(durable)
        assert unsaved[0] not in b.text()
        assert unsaved[1] not in a.text()
        stack.postgres.child.start()  # and do not wait: nobody would answer pings
        await all_agree(notes, [a, b], [ana_writes, bo_writes])
        assert a.code is b.code is None


async def test_the_answer_to_a_commit_is_lost(webs: Webs) -> None:
    settings = connection.settings_dict
    where = urlsplit(str(settings["HOST"]))
    ana, session = await person("Ana")
    notes = await document(ana)
    with tapped(where.path or "127.0.0.1", int(settings["PORT"])) as tap:
        credentials = f"{settings['USER']}:{settings['PASSWORD']}"
        url = f"postgresql://{credentials}@127.0.0.1:{tap.port}/{settings['NAME']}"
        web = webs(DATABASE_URL=url)
        async with Actor(web, notes, session) as a, Actor(web, notes, session) as b:
            await a.ready()
            await b.ready()
            writer = Writer(a, "a")
            async with writer.writing():
                await writer.comes_to(20)
                tap.armed.set()
                await asyncio.to_thread(tap.lost.wait, PATIENCE)
                await writer.comes_to(a.durable + 20)
            await all_agree(notes, [a, b], [writer])
        assert tap.lost.is_set()
        web.stop()

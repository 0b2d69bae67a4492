"""A document whose log lies in chapters opens, resumes and grows as any other."""

from functools import partial
from typing import Final
from uuid import UUID

import pytest
from channels.db import database_sync_to_async

from collab.boot.web import Web
from documents.models import Chapter, Snapshot, Update, User
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.snapshots import compact
from tests.actors import Actor, document, frame, person, sign_in
from tests.conftest import Webs
from tests.packs import check, pack_all, whole, written
from tests.paper import edits
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV: Final = {"PACK_SECONDS": "3600"}
"""Else a server that is up for a minute packs rests, too, which are old enough."""
EDITS: Final = 1500
WORDS: Final = 150


def expected() -> str:
    """What the edits come to."""
    text = ""
    for at, deleted, inserted in edits()[:EDITS]:
        text = text[:at] + inserted + text[at + deleted :]
    return text


@pytest.fixture
def ana(transactional_db: None) -> tuple[User, str]:
    user = User.objects.create_user("ana@example.org", name="Ana")
    return user, sign_in(user)


@pytest.fixture
def paper(ana: tuple[User, str]) -> UUID:
    """A log of which all but the last entry is packed."""
    paper = written(ana[0], EDITS)
    assert pack_all() == EDITS
    return paper


@database_sync_to_async
def forget_snapshot(paper: UUID) -> None:
    """Lose the cache."""
    assert Snapshot.objects.filter(document=paper).delete()[0] == 1


async def test_newcomers(house: Web, paper: UUID, ana: tuple[User, str]) -> None:
    async with Actor(house, paper, ana[1]) as actor:
        await actor.until(lambda: actor.text() == expected())
    async with Actor(house, paper, ana[1], subprotocol=None) as stock:
        await stock.send(frame(0, 0, b"\0"))
        await stock.until(lambda: stock.text() == expected())
    await forget_snapshot(paper)
    async with Actor(house, paper, ana[1]) as late:
        await late.until(lambda: late.text() == expected())


async def test_resuming(house: Web, paper: UUID, ana: tuple[User, str]) -> None:
    entries = await database_sync_to_async(whole)(paper)
    for cursor in (1, 99, 100, 101, 777, EDITS, EDITS + 1):
        actor = Actor(house, paper, ana[1], epoch=1, cursor=cursor)
        for entry in entries[:cursor]:
            actor._apply(entry.payload)
        async with actor:
            await actor.ready()
            assert actor.welcome["epoch"] == 1
            assert actor.text() == expected()
            assert actor.cursor == EDITS + 1


async def test_writing_on(house: Web, paper: UUID, ana: tuple[User, str]) -> None:
    async with Actor(house, paper, ana[1]) as a, Actor(house, paper, ana[1]) as b:
        await a.ready()
        await b.ready()
        await a.write("The end.")
        await a.saved()
        await b.until(lambda: b.text() == expected() + "The end.")
    assert await Update.objects.filter(document=paper).acount() >= 2
    await database_sync_to_async(check)(paper)


def test_snapshots_and_states_from_nothing(paper: UUID) -> None:
    snapshot = Snapshot.objects.get(document=paper)
    state = log.state(paper)
    snapshot.delete()
    assert log.state(paper) == state
    assert compact(conninfo(), paper) == EDITS + 1
    again = Snapshot.objects.get(document=paper)
    assert (again.state, again.ledger) == (snapshot.state, snapshot.ledger)


# At quiet times


def holds(actor: Actor, words: list[str]) -> bool:
    """Whether an actor sees each of these, once."""
    return all(actor.text().count(word) == 1 for word in words)


async def test_servers_pack_by_themselves(webs: Webs) -> None:
    env = {
        "CHAPTER_AGE_SECONDS": "0",
        "CHAPTER_UPDATES": "16",
        "PACK_SECONDS": "1",
        "AUDIT_SECONDS": "1",
    }
    one, other = webs(**env), webs(**env)
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    words: list[str] = []
    async with (
        Actor(one, notes, ana_session) as a,
        Actor(other, notes, bo_session) as b,
    ):
        await a.ready()
        await b.ready()

        async def packed() -> bool:
            """Write a word more, until some chapters are there or could be."""
            if len(words) < WORDS:
                words.append(f"w{len(words)};")
                await (a if len(words) % 3 else b).write(words[-1])
            return await Chapter.objects.acount() >= 6

        await until(packed)
        for actor in (a, b):
            await actor.saved()
        for actor in (a, b):
            await actor.until(partial(holds, actor, words))
    await database_sync_to_async(check)(notes)
    async with Actor(one, notes, bo_session) as c:
        await c.until(partial(holds, c, words))


async def test_a_server_leaves_a_broken_log_alone(
    webs: Webs, ana: tuple[User, str]
) -> None:
    one, other = [await database_sync_to_async(written)(ana[0], 150) for _ in range(2)]
    await Update.objects.filter(document=one, seq=7).aupdate(recovered=True)
    web = webs(CHAPTER_UPDATES="100", PACK_SECONDS="1")

    async def packed() -> bool:
        return await Chapter.objects.filter(document=other).aexists()

    async with Actor(web, other, ana[1]) as actor:
        await actor.ready()  # the rounds begin with the first socket
        await until(packed)

        async def told() -> bool:
            assert web.child.log is not None
            return "not packed" in web.child.log.read_text()

        await until(told)
    assert not await Chapter.objects.filter(document=one).aexists()

"""Presence in a real Valkey: entering, leaving, expiry, carets, outages."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from uuid import UUID, uuid4

import pytest
import structlog
from asgiref.sync import async_to_sync

from collab import roster as rosters
from collab.awareness import State
from collab.boot.folder import hold
from collab.boot.valkey import Valkey
from collab.presence import Participant, Person
from collab.roster import Roster, RosterAway
from tests.waiting import until

pytestmark = pytest.mark.server

NOW = 1_800_000_000_000
ADA = Participant("s1", 1, "Ada", 1, NOW - 9_000, NOW)
BEN = Participant("s2", 2, "Ben", 2, NOW - 5_000, NOW)
CARET = State(77, 3, {"cursor": None, "user": {"name": "Ada"}})


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a Redis that is there may answer late."""
    monkeypatch.setattr(rosters, "ANSWER_SECONDS", 60)


@pytest.fixture
def document() -> UUID:
    return uuid4()


@pytest.fixture
async def roster() -> AsyncIterator[Roster]:
    async with Roster(os.environ["REDIS_URL"], 30) as one:
        yield one


@pytest.fixture
async def other() -> AsyncIterator[Roster]:
    """Another process."""
    async with Roster(os.environ["REDIS_URL"], 30) as one:
        yield one


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A Valkey of this test's own, to be killed."""
    tmp_path.chmod(0o700)
    own = Valkey(hold(tmp_path))
    own.start()
    yield own
    own.stop()


def names(people: list[Person]) -> list[str]:
    return [person.name for person in people]


async def here(roster: Roster, document: UUID) -> list[str]:
    return names((await roster.present([document], NOW))[document])


async def served(call: Awaitable[None]) -> bool:
    """Whether Redis was there for a call."""
    try:
        await call
    except RosterAway:
        return False
    return True


async def test_people_enter_and_leave(roster: Roster, document: UUID) -> None:
    await roster.enter(document, BEN)
    await roster.enter(document, ADA)
    await roster.enter(document, replace(ADA, socket="s3"))
    assert await here(roster, document) == ["Ada", "Ben"]
    await roster.leave(document, "s3")
    await roster.leave(document, "s2")
    await roster.leave(document, "nobody")
    assert await here(roster, document) == ["Ada"]


async def test_activity_shows(roster: Roster, document: UUID) -> None:
    await roster.enter(document, replace(ADA, active=NOW - 600_000))
    [person] = (await roster.present([document], NOW))[document]
    assert person.status == "away"
    await roster.touch(document, ADA)
    [person] = (await roster.present([document], NOW))[document]
    assert (person.status, person.since, person.tabs) == ("active", ADA.since, 1)


async def test_documents_are_asked_for_together(
    roster: Roster, other: Roster, document: UUID
) -> None:
    empty, second = uuid4(), uuid4()
    await roster.enter(document, ADA)
    await other.enter(second, BEN)
    people = await roster.present([document, empty, second], NOW)
    assert {key: names(value) for key, value in people.items()} == {
        document: ["Ada"],
        empty: [],
        second: ["Ben"],
    }
    assert await roster.present([], NOW) == {}


async def test_a_dead_process_is_forgotten_and_a_living_one_kept(
    roster: Roster, document: UUID
) -> None:
    async with Roster(os.environ["REDIS_URL"], 1) as short:
        await short.enter(document, BEN)
        await short.remember(document, [CARET])
        await roster.enter(document, ADA)

        async def ben_is_gone() -> bool:
            await roster.keep([(document, [ADA])])
            return await here(roster, document) == ["Ada"]

        await until(ben_is_gone)

        async def caret_is_gone() -> bool:
            return await roster.carets(document) == []

        await until(caret_is_gone)


async def test_keep_puts_off_the_expiry(document: UUID) -> None:
    async with Roster(os.environ["REDIS_URL"], 100) as one:
        await one.enter(document, ADA)
        await one.remember(document, [CARET])
        keys = [f"presence:{{{document}}}", f"awareness:{{{document}}}"]
        before = [await field_expiries(one, key) for key in keys]
        one._seconds = 150
        await one.keep([(document, [ADA])])
        after = [await field_expiries(one, key) for key in keys]
    assert max(before) <= 100 < min(after)


async def field_expiries(roster: Roster, key: str) -> int:
    """Give the seconds left of the only field of a hash."""
    [field] = await roster._redis.hkeys(key)
    [seconds] = await roster._redis.httl(key, field)
    return int(seconds)


async def test_a_newcomer_gets_the_latest_carets(
    roster: Roster, other: Roster, document: UUID
) -> None:
    await roster.remember(document, [replace(CARET, clock=2), State(78, 1, {})])
    await roster.remember(document, [CARET])
    states = await other.carets(document)
    assert sorted(states, key=lambda state: state.client) == [CARET, State(78, 1, {})]
    await roster.remember(document, [replace(CARET, clock=4, state=None)])
    await roster.forget(document, [78, 79])
    assert await other.carets(document) == []
    assert roster._carets == {}


async def test_an_old_socket_clears_no_state_that_came_back_elsewhere(
    roster: Roster, other: Roster, document: UUID
) -> None:
    await roster.remember(document, [CARET])
    returned = replace(CARET, clock=5, state={"cursor": None})
    await other.remember(document, [returned])
    await roster.keep([(document, [ADA])])
    assert await roster.carets(document) == [returned]
    await roster.forget(document, [CARET.client])
    assert await roster.carets(document) == [returned]


async def test_a_keep_under_way_brings_nobody_back(
    roster: Roster, document: UUID
) -> None:
    await roster.enter(document, ADA)
    await roster.remember(document, [CARET])
    await asyncio.gather(
        roster.keep([(document, [ADA])]),
        roster.leave(document, ADA.socket),
        roster.keep([(document, [])]),
        roster.forget(document, [CARET.client]),
    )
    assert await here(roster, document) == []
    assert await roster.carets(document) == []


async def test_lines_of_another_release_are_passed_over(
    roster: Roster, document: UUID
) -> None:
    await roster.enter(document, ADA)
    await roster.remember(document, [CARET])
    await roster._redis.hset(f"presence:{{{document}}}", "s9", '{"user":1}')
    await roster._redis.hset(f"awareness:{{{document}}}", "9:x", "no state")
    await roster._redis.hset(f"awareness:{{{document}}}", "10:x", "1 [")
    assert await here(roster, document) == ["Ada"]
    assert await roster.carets(document) == [CARET]


async def test_many_at_once_are_served(roster: Roster, document: UUID) -> None:
    crowd = [replace(ADA, socket=str(n), user=n) for n in range(500)]
    await asyncio.gather(*(roster.enter(document, one) for one in crowd))
    answers = await asyncio.gather(*(here(roster, document) for _ in range(200)))
    assert all(len(answer) == 500 for answer in answers)


async def test_an_outage_is_named_logged_once_and_mends_itself(
    valkey: Valkey, document: UUID
) -> None:
    with structlog.testing.capture_logs() as events:
        async with Roster(valkey.url, 30) as one:
            await one.enter(document, ADA)
            await one.remember(document, [CARET])
            valkey.child.kill9()
            for _ in range(20):
                with pytest.raises(RosterAway):
                    await one.enter(document, BEN)
                with pytest.raises(RosterAway):
                    await one.present([document], NOW)
            valkey.start()
            await until(lambda: served(one.keep([(document, [ADA, BEN])])))
            assert await here(one, document) == ["Ada", "Ben"]
            assert await one.carets(document) == [CARET]
    assert [event["event"] for event in events] == ["redis-away", "redis-back"]


async def test_a_redis_that_hangs_is_away(
    valkey: Valkey, document: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rosters, "ANSWER_SECONDS", 0.2)
    async with Roster(valkey.url, 30) as one:
        await until(lambda: served(one.enter(document, ADA)))
        assert valkey.child.process
        valkey.child.process.send_signal(SIGSTOP)
        with pytest.raises(RosterAway):
            await one.present([document], NOW)
        valkey.child.process.send_signal(SIGCONT)


def test_any_loop_may_ask_who_is_present(document: UUID) -> None:
    for _ in range(3):  # async_to_sync makes a loop each time and ends it
        assert async_to_sync(rosters.present)([document], NOW) == {document: []}


async def test_a_running_loop_may_ask_who_is_present(
    roster: Roster, document: UUID
) -> None:
    await roster.enter(document, ADA)

    def view() -> list[Person]:
        return async_to_sync(rosters.present)([document], NOW)[document]

    assert names(await asyncio.to_thread(view)) == ["Ada"]
    assert names((await rosters.present([document], NOW))[document]) == ["Ada"]

"""Presence in Redis: who is in which document, and everybody's latest caret.

The only importer of redis. Every field expires by itself, so that people whose process
died without a word are gone within PRESENCE_SECONDS. Knows nothing of sockets.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, Self, cast
from uuid import UUID

import structlog
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError

from collab.awareness import State, load
from collab.presence import Participant, Person, roster
from documents.yjs.lib0 import Malformed

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Command = tuple[str, ...]

REDIS_ERRORS: Final = (RedisError, OSError)
"""What any use of Redis raises while it is away."""

ANSWER_SECONDS: Final = 2
"""A Redis that does not answer for so long is away."""
RESPITE_SECONDS: Final = 1
"""How long calls fail at once after a failure: waiting would pile up."""
READERS: Final = 8
"""Reads under way at once, so that a thousand people who come back open no thousand
connections."""


PROCESSES: Final = "processes"


class RosterAway(Exception):
    """Redis cannot be asked now; who is here is unknown."""


class Roster:
    """Reads and writes presence; belongs to the event loop it is first used on.

    Every call raises RosterAway while Redis is away. Writes arrive in the order of the
    calls, so that no `keep` under way brings back who left meanwhile.
    """

    def __init__(self, url: str, seconds: int) -> None:
        """Name the Redis, and when a field expires; nothing is connected yet."""
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(Unreachable,)),
        )
        self._seconds = seconds
        self._outage = _outages[url]
        self._writing = asyncio.Semaphore(1)
        self._reading = asyncio.Semaphore(READERS)
        self._carets: dict[UUID, dict[str, str]] = {}
        # A client id may come back in another process while its old socket still
        # lives: each process writes fields of its own and clears only those.
        self._process = token_hex(4)

    async def __aenter__(self) -> Self:
        """Close at the end of a `with`."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Close the connections; what was written stays until it expires."""
        with suppress(*REDIS_ERRORS):
            await self._redis.aclose()

    async def enter(self, document: UUID, participant: Participant) -> None:
        """Show a participant."""
        lines = {participant.socket: participant.dump()}
        await self._run(self._writes(_presence(document), lines), self._writing)

    async def touch(self, document: UUID, participant: Participant) -> None:
        """Show a participant's new activity."""
        await self.enter(document, participant)

    async def leave(self, document: UUID, socket: str) -> None:
        """Take a socket off the roster."""
        await self._run([("HDEL", _presence(document), socket)], self._writing)

    async def keep(self, rooms: Iterable[tuple[UUID, Sequence[Participant]]]) -> None:
        """Write all participants and carets of this process anew, as one batch.

        Puts off their expiry, and puts back what a restarted Redis has forgotten.
        """
        batch: list[Command] = []
        for document, participants in rooms:
            lines = {one.socket: one.dump() for one in participants}
            batch += self._writes(_presence(document), lines)
            batch += self._writes(_awareness(document), self._carets.get(document, {}))
        await self._run(batch, self._writing)

    async def present(
        self, documents: Sequence[UUID], now: int
    ) -> dict[UUID, list[Person]]:
        """List who is in each of the documents."""
        hashes = await self._read([_presence(document) for document in documents])
        return {
            document: roster(_participants(lines), now)
            for document, lines in zip(documents, hashes, strict=True)
        }

    async def remember(self, document: UUID, states: Iterable[State]) -> None:
        """Hold the latest states for newcomers; a state of None is forgotten."""
        batch: list[Command] = []
        key = _awareness(document)
        carets = self._carets.setdefault(document, {})
        for state in states:
            field = self._field(state.client)
            if state.state is None:
                carets.pop(field, None)
                batch.append(("HDEL", key, field))
            else:
                carets[field] = f"{state.clock} {state.dump()}"
                batch += self._writes(key, {field: carets[field]})
        if not carets:
            del self._carets[document]
        await self._run(batch, self._writing)

    async def forget(self, document: UUID, clients: Iterable[int]) -> None:
        """Drop the states that this process holds of these Yjs clients."""
        await self.remember(document, [State(client, 0, None) for client in clients])

    async def carets(self, document: UUID) -> list[State]:
        """Give everybody's latest state, so that a newcomer sees all carets at once."""
        [lines] = await self._read([_awareness(document)])
        latest: dict[int, State] = {}
        for state in _states(lines):
            held = latest.get(state.client)
            if held is None or held.clock < state.clock:
                latest[state.client] = state
        return list(latest.values())

    async def attend(self, process: str, place: str) -> None:
        """Say that a process lives, and where; to be said again before it expires."""
        await self._run(self._writes(PROCESSES, {process: place}), self._writing)

    async def depart(self, process: str) -> None:
        """Say that a process has ended."""
        await self._run([("HDEL", PROCESSES, process)], self._writing)

    async def attending(self) -> dict[str, str]:
        """Give the processes that live, and where."""
        [lines] = await self._read([PROCESSES])
        return lines

    def _field(self, client: int) -> str:
        return f"{client}:{self._process}"

    def _writes(self, key: str, lines: Mapping[str, str]) -> list[Command]:
        if not lines:
            return []
        pairs = [word for line in lines.items() for word in line]
        expiry = (str(self._seconds), "FIELDS", str(len(lines)), *lines)
        return [("HSET", key, *pairs), ("HEXPIRE", key, *expiry)]

    async def _read(self, keys: Iterable[str]) -> list[dict[str, str]]:
        answers = await self._run([("HGETALL", key) for key in keys], self._reading)
        return cast("list[dict[str, str]]", answers)

    async def _run(
        self, commands: Iterable[Command], gate: asyncio.Semaphore
    ) -> list[object]:
        """Run the commands as one transaction when their turn comes."""
        batch = self._redis.pipeline()
        for command in commands:
            _ = batch.execute_command(*command)
        async with gate:
            if self._outage.respite:
                raise RosterAway
            try:
                answers = await batch.execute()
            except REDIS_ERRORS as error:
                self._outage.began(error)
                raise RosterAway from error
        self._outage.ended()
        return answers


async def present(documents: Sequence[UUID], now: int) -> dict[UUID, list[Person]]:
    """List who is in each of the documents, from any event loop. Raises RosterAway.

    For one request: it connects anew, since `async_to_sync` may bring a loop that ends
    with the call.
    """
    async with Roster(settings.REDIS_URL, settings.PRESENCE_SECONDS) as own:
        return await own.present(documents, now)


async def attending() -> dict[str, str]:
    """Give the processes that live, from any event loop. Raises RosterAway."""
    async with Roster(settings.REDIS_URL, settings.PRESENCE_SECONDS) as own:
        return await own.attending()


@dataclass
class _Outage:
    """Whether one Redis is away: logged once an outage, not once a call."""

    away: bool = False
    until: float = 0.0

    def began(self, error: Exception) -> None:
        if not self.away:
            log.warning("redis-away", reason=type(error).__name__)
        self.away, self.until = True, time.monotonic() + RESPITE_SECONDS

    def ended(self) -> None:
        if self.away:
            log.info("redis-back")
        self.away = False

    @property
    def respite(self) -> bool:
        return self.away and time.monotonic() < self.until


_outages: defaultdict[str, _Outage] = defaultdict(_Outage)


# Braces: all keys of one document stay together in a cluster.
def _presence(document: UUID) -> str:
    return f"presence:{{{document}}}"


def _awareness(document: UUID) -> str:
    return f"awareness:{{{document}}}"


def _participants(lines: Mapping[str, str]) -> Iterable[Participant]:
    for line in lines.values():
        with suppress(ValueError):  # written by another release during a deployment
            yield Participant.load(line)


def _states(lines: Mapping[str, str]) -> Iterable[State]:
    for field, line in lines.items():
        clock, _, text = line.partition(" ")
        with suppress(Malformed, ValueError):  # as above
            yield State(int(field.partition(":")[0]), int(clock), load(text))

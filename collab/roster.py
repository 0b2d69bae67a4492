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

# Of what a batch takes, nearly all is the reading of Redis' answers. So Redis does what
# belongs together by itself (docs of EVAL), and answers once.
_PUT: Final = """
local at = 2
for _, key in ipairs(KEYS) do
  for _ = 1, tonumber(ARGV[at]) do
    redis.call('HSET', key, ARGV[at + 1], ARGV[at + 2])
    redis.call('HEXPIRE', key, ARGV[1], 'FIELDS', 1, ARGV[at + 1])
    at = at + 2
  end
  at = at + 1
end
"""
"""Writes fields that expire: after the seconds, per key their number and themselves."""
_LINES: Final = """
local found = {}
for at, key in ipairs(KEYS) do
  found[at] = table.concat(redis.call('HVALS', key), '\\n')
end
return table.concat(found, '\\f')
"""
"""Gives what the fields of each key hold: JSON, which has no such ends of lines."""


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
        await self._run([self._put({_presence(document): lines})], self._writing)

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
        hashes: dict[str, Mapping[str, str]] = {}
        for document, participants in rooms:
            lines = {one.socket: one.dump() for one in participants}
            hashes[_presence(document)] = lines
            hashes[_awareness(document)] = self._carets.get(document, {})
        await self._run([self._put(hashes)], self._writing)

    async def present(
        self, documents: Sequence[UUID], now: int
    ) -> dict[UUID, list[Person]]:
        """List who is in each of the documents."""
        if not documents:
            return {}
        keys = [_presence(document) for document in documents]
        command = ("EVAL", _LINES, str(len(keys)), *keys)
        [answer] = await self._run([command], self._reading)
        hashes = [lines.split("\n") for lines in str(answer).split("\f")]
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
                batch.append(self._put({key: {field: carets[field]}}))
        if not carets:
            del self._carets[document]
        await self._run(batch, self._writing)

    async def forget(self, document: UUID, clients: Iterable[int]) -> None:
        """Drop the states that this process holds of these Yjs clients."""
        await self.remember(document, [State(client, 0, None) for client in clients])

    async def carets(self, document: UUID) -> list[State]:
        """Give everybody's latest state, so that a newcomer sees all carets at once."""
        lines = await self._read(_awareness(document))
        latest: dict[int, State] = {}
        for state in _states(lines):
            held = latest.get(state.client)
            if held is None or held.clock < state.clock:
                latest[state.client] = state
        return list(latest.values())

    async def attend(self, process: str, place: str) -> None:
        """Say that a process lives, and where; to be said again before it expires."""
        await self._run([self._put({PROCESSES: {process: place}})], self._writing)

    async def depart(self, process: str) -> None:
        """Say that a process has ended."""
        await self._run([("HDEL", PROCESSES, process)], self._writing)

    async def attending(self) -> dict[str, str]:
        """Give the processes that live, and where."""
        return await self._read(PROCESSES)

    def _field(self, client: int) -> str:
        return f"{client}:{self._process}"

    def _put(self, hashes: Mapping[str, Mapping[str, str]]) -> Command:
        words = [str(self._seconds)]
        for lines in hashes.values():
            words.append(str(len(lines)))
            words += [word for line in lines.items() for word in line]
        return ("EVAL", _PUT, str(len(hashes)), *hashes, *words)

    async def _read(self, key: str) -> dict[str, str]:
        [answer] = await self._run([("HGETALL", key)], self._reading)
        return cast("dict[str, str]", answer)

    async def _run(
        self, commands: Iterable[Command], gate: asyncio.Semaphore
    ) -> list[object]:
        """Run the commands as one transaction when their turn comes."""
        commands = list(commands)
        batch = self._redis.pipeline(transaction=len(commands) > 1)
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


def _participants(lines: Iterable[str]) -> Iterable[Participant]:
    for line in lines:
        with suppress(ValueError):  # written by another release during a deployment
            yield Participant.load(line)


def _states(lines: Mapping[str, str]) -> Iterable[State]:
    for field, line in lines.items():
        clock, _, text = line.partition(" ")
        with suppress(Malformed, ValueError):  # as above
            yield State(int(field.partition(":")[0]), int(clock), load(text))

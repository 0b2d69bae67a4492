"""Each document's chat, live: stored in Postgres, then told to all who may speak.

As with the text, whatever message between processes is lost: messages are numbered,
a gap is read from Postgres, and an audit finds what nobody heard of. Nothing that is
said makes anybody's text wait.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Final
from weakref import WeakKeyDictionary

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from collab.exchange import Exchange, document_group
from collab.participant import Participant
from collab.protocol import Notice, Said, as_message
from collab.room import Room
from collab.tally import tally
from documents import wording
from documents.access import may_own, may_speak
from documents.postgres import LOST
from documents.storage import chat
from documents.storage.chat import Message, Saying, Speaker

PATIENCE_SECONDS: Final = 3.0
"""How long Postgres may take; then one is told to say it again later."""
WAITING: Final = 100
"""Messages of one document that may wait to be stored; of people never so many."""

_log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Told:
    """How far those in a room have been told; whoever tells them holds `turn`."""

    number: int = 0
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Chat:
    """The chats of all rooms of this process; `most` characters are a message.

    One connection of the pool is used at a time: the others are the texts'.
    """

    def __init__(
        self, pool: AsyncConnectionPool, exchange: Exchange, most: int
    ) -> None:
        self._pool = pool
        self._exchange = exchange
        self._most = most
        self._rooms: WeakKeyDictionary[Room, _Told] = WeakKeyDictionary()
        self._line = asyncio.Lock()

    async def say(
        self, room: Room, participant: Participant, key: str, text: str
    ) -> None:
        """Store what a participant says, then tell everybody; or tell them why not.

        `later` is for when Postgres is away: to be said again, with the same key.
        """
        text = wording.said(text)
        saying = Saying(participant.person.id, key, text)
        try:
            async with self._turn(room) as told:
                reason = self._objection(participant, text)
                if not reason:
                    await self._say(room, told, participant, saying)
        except LOST as error:
            _log.warning("not said", error=type(error).__name__)
            reason = "later"
        except psycopg.errors.ForeignKeyViolation:
            reason = "gone"
        if reason:
            participant.tell(Notice("unsaid", {"key": key, "reason": reason}))

    async def _say(
        self, room: Room, told: _Told, participant: Participant, saying: Saying
    ) -> None:
        now = datetime.now(UTC)
        async with self._connection() as connection:
            message, is_new = await chat.append(connection, room.document, saying, now)
        if is_new:
            await self._spread(room, told, message)
        elif message.number <= told.number:  # said before, and heard by all
            participant.tell(Said(asdict(message)))
        else:
            await self._take(room, told, message.number)

    def _objection(self, participant: Participant, text: str) -> str:
        if not may_speak(participant.role):
            return "no-right"
        return wording.objection(text, self._most) or ""

    async def unsay(self, room: Room, participant: Participant, number: int) -> None:
        """Take back what a participant said; the document's owner, what anybody said.

        Whatever else they name stays.
        """
        author = participant.person.id
        try:
            async with self._turn(room) as told:
                if not may_speak(participant.role):
                    return
                anyones, now = may_own(participant.role), datetime.now(UTC)
                async with self._connection() as connection:
                    removal = await chat.remove(
                        connection, room.document, number, author, now, anyones=anyones
                    )
                if removal:
                    await self._spread(room, told, removal)
        except (*LOST, psycopg.errors.ForeignKeyViolation) as error:
            _log.warning("not taken back", error=type(error).__name__)

    async def hear(self, room: Room, written: str) -> None:
        """Take what another process stored; where a gap is, read it."""
        message = _read(written)
        async with self._turn(room) as told:
            await self._hand_on(room, told, message)

    async def audit(self, rooms: Iterable[Room]) -> None:
        """Tell what rooms missed; raises what Postgres raises while it is away.

        Of a chat that was silent since its room was opened nobody knows how much was
        told: its last message is told again, and browsers know what they know.
        """
        here = {room.document: (room, self._told(room).number) for room in rooms}
        if not here:
            return
        async with self._connection() as connection:
            lasts = await chat.lasts(connection, here)
        for document, last in lasts.items():
            room, before = here[document]
            told = self._told(room)
            # Where somebody has the turn, or had it, it is looked at again.
            if before == told.number != last and not told.turn.locked():
                async with self._turn(room):
                    # A database that lost its end gives numbers again.
                    if not 0 < told.number < last:
                        told.number = last - 1
                    await self._take(room, told, last)

    async def _take(self, room: Room, told: _Told, number: int) -> None:
        """Tell all up to a number that was not told; the caller holds the turn."""
        while number > told.number:
            async with self._connection() as connection:
                missed = await chat.since(connection, room.document, told.number)
            if not missed:  # the database was put back to an older backup
                break
            for one in missed:
                _tell(room, told, one)

    def _told(self, room: Room) -> _Told:
        return self._rooms.setdefault(room, _Told())

    @asynccontextmanager
    async def _turn(self, room: Room) -> AsyncIterator[_Told]:
        """Wait for the turn. Raises PoolTimeout where too many wait already."""
        told = self._told(room)
        if told.waiting >= WAITING:
            raise PoolTimeout("too much is said at once")
        told.waiting += 1
        try:
            async with told.turn:
                yield told
        finally:
            told.waiting -= 1

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        """Use Postgres for a moment. Raises PoolTimeout where it takes too long."""
        try:
            async with (
                asyncio.timeout(PATIENCE_SECONDS),
                self._line,
                self._pool.connection() as connection,
            ):
                yield connection
        except TimeoutError:
            raise PoolTimeout("Postgres takes too long") from None

    async def _spread(self, room: Room, told: _Told, message: Message) -> None:
        """Tell those here and the other processes; the caller holds the turn."""
        tally.said += 1
        self._exchange.share(
            document_group(room.document),
            "said",
            document=str(room.document),
            message=json.dumps(asdict(message)),
        )
        # A database that lost its end gives numbers again.
        told.number = min(told.number, message.number - 1)
        await self._hand_on(room, told, message)

    async def _hand_on(self, room: Room, told: _Told, message: Message) -> None:
        """Tell a message, and before it what was not told; the caller holds the turn.

        Where nothing was told yet nobody knows what was before.
        """
        if told.number in (0, message.number - 1):
            _tell(room, told, message)
        else:
            await self._take(room, told, message.number)


def _tell(room: Room, told: _Told, message: Message) -> None:
    said = as_message(Said(asdict(message)))
    for participant in list(room.participants.values()):
        if participant.palimpsest and may_speak(participant.role):
            participant.post(said)
    told.number = message.number


def _read(written: str) -> Message:
    told = json.loads(written)
    by = told["by"] and Speaker(**told["by"])
    return Message(**{**told, "by": by})

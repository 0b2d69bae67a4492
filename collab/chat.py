"""Each document's chat, live: stored in Postgres, then told to all who may speak.

As with the text, whatever message between processes is lost: messages are numbered,
a gap is read from Postgres, and an audit finds what nobody heard of.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool

from collab.exchange import Exchange, document_group
from collab.journal import LOST
from collab.participant import Participant
from collab.protocol import Notice, Said, encode
from collab.room import Room
from collab.tally import tally
from documents.access import may_own, may_speak
from documents.storage import chat
from documents.storage.chat import Message, Saying, Speaker
from documents.yjs.contents import units

_log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Told:
    """How far those in a room have been told; whoever tells them holds `turn`."""

    number: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Chat:
    """The chats of all rooms of this process; `most` characters are a message."""

    def __init__(
        self, pool: AsyncConnectionPool, exchange: Exchange, most: int
    ) -> None:
        self._pool = pool
        self._exchange = exchange
        self._most = most
        self._rooms: WeakKeyDictionary[Room, _Told] = WeakKeyDictionary()

    async def say(
        self, room: Room, participant: Participant, key: str, text: str
    ) -> None:
        """Store what a participant says, then tell everybody; or tell them why not.

        `later` is for when Postgres is away: to be said again, with the same key.
        """
        # Postgres stores every character but this one.
        text = text.replace("\0", "").strip()
        saying = Saying(participant.person.id, key, text)
        reason = self._objection(participant, text)
        if not reason:
            try:
                await self._say(room, participant, saying)
            except LOST as error:
                _log.warning("not said", error=type(error).__name__)
                reason = "later"
            except psycopg.errors.ForeignKeyViolation:
                reason = "gone"
        if reason:
            participant.tell(Notice("unsaid", {"key": key, "reason": reason}))

    async def _say(self, room: Room, participant: Participant, saying: Saying) -> None:
        told = self._told(room)
        async with told.turn:
            async with self._pool.connection() as connection:
                message = await chat.append(
                    connection, room.document, saying, datetime.now(UTC)
                )
            if message.number <= told.number:  # it was said before, and is said again
                participant.tell(Said(asdict(message)))
            else:
                await self._spread(room, told, message)

    def _objection(self, participant: Participant, text: str) -> str:
        if not may_speak(participant.role):
            return "no-right"
        if units(text.encode()) > self._most:
            return "too-long"
        return "" if text else "empty"

    async def unsay(self, room: Room, participant: Participant, number: int) -> None:
        """Take back what a participant said; the document's owner, what anybody said.

        Whatever else they name stays.
        """
        author, told = participant.person.id, self._told(room)
        if not may_speak(participant.role):
            return
        anyones, now = may_own(participant.role), datetime.now(UTC)
        async with told.turn:
            async with self._pool.connection() as connection:
                removal = await chat.remove(
                    connection, room.document, number, author, now, anyones=anyones
                )
            if removal:
                await self._spread(room, told, removal)

    async def hear(self, room: Room, written: str) -> None:
        """Take what another process stored; where a gap is, read it."""
        message, told = _read(written), self._told(room)
        async with told.turn:
            await self._take(room, told, message)

    async def audit(self, rooms: Iterable[Room]) -> None:
        """Tell what rooms missed; raises what Postgres raises while it is away.

        Of a chat that was silent since its room was opened nobody knows how much was
        told: its last message is told again, and browsers know what they know.
        """
        here = {room.document: room for room in rooms}
        if not here:
            return
        async with self._pool.connection() as connection:
            lasts = await chat.lasts(connection, here)
        for document, last in lasts.items():
            room, told = here[document], self._told(here[document])
            async with told.turn:
                await self._take(room, told, last)

    async def _take(self, room: Room, told: _Told, message: Message) -> None:
        """Tell a message and all before it that were not; the caller holds the turn."""
        if not told.number or message.number == told.number + 1:
            _tell(room, told, message)
        while message.number > told.number:
            async with self._pool.connection() as connection:
                missed = await chat.since(connection, room.document, told.number)
            if not missed:  # the database was put back to an older backup
                break
            for one in missed:
                _tell(room, told, one)

    def _told(self, room: Room) -> _Told:
        return self._rooms.setdefault(room, _Told())

    async def _spread(self, room: Room, told: _Told, message: Message) -> None:
        """Tell those here and the other processes; the caller holds the turn."""
        tally.said += 1
        self._exchange.share(
            document_group(room.document),
            "said",
            document=str(room.document),
            message=json.dumps(asdict(message)),
        )
        await self._take(room, told, message)


def _tell(room: Room, told: _Told, message: Message) -> None:
    frame = encode(Said(asdict(message)))
    for participant in list(room.participants.values()):
        if participant.palimpsest and may_speak(participant.role):
            participant.post(frame)
    told.number = message.number


def _read(written: str) -> Message:
    told = json.loads(written)
    by = told["by"] and Speaker(**told["by"])
    return Message(**{**told, "by": by})

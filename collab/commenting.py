"""Telling those who have a document open that something was said about its text.

Only up to which revision: what it was, browsers ask for over HTTP. Announced to all
processes after the commit; a message that is lost is made good by the audit.
"""

from collections.abc import Iterable
from uuid import UUID
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from psycopg_pool import AsyncConnectionPool

from collab.exchange import announce, document_group
from collab.protocol import Notice, as_message
from collab.room import Room
from collab.tally import tally
from documents import comments
from documents.access import may_speak


def listen() -> None:
    """Connect to what is said, and done, about any text."""
    comments.commented.connect(_announce)


def _announce(document: UUID, revision: int, **_: object) -> None:
    async_to_sync(_spread)(document, revision)


async def _spread(document: UUID, revision: int) -> None:
    tally.commented += 1
    message = {
        "type": "commented",
        "document": str(document),
        "revision": revision,
    }
    await announce({document_group(document): message})


class Commenting:
    """Up to which revision of its comments each room of this process was told."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self._told: WeakKeyDictionary[Room, int] = WeakKeyDictionary()

    def hear(self, room: Room, revision: int) -> None:
        """Tell those in a room of a revision, unless they know of a later one."""
        if revision > self._of(room):
            self._tell(room, revision)

    async def audit(self, rooms: Iterable[Room]) -> None:
        """Tell what rooms missed; raises what Postgres raises while it is away.

        Of a room that was told nothing nobody knows what its browsers have read.
        """
        before = {room: self._of(room) for room in rooms}
        if not before:
            return
        async with self._pool.connection() as connection:
            documents = [room.document for room in before]
            lasts = await comments.revisions(connection, documents)
        for room, told in before.items():
            last = lasts.get(room.document, 0)
            # One that went back is that of a database that has lost its end.
            if told == self._of(room) != last:
                self._tell(room, last)

    def _of(self, room: Room) -> int:
        return self._told.get(room, 0)

    def _tell(self, room: Room, revision: int) -> None:
        self._told[room] = revision
        notice = as_message(Notice("commented", {"revision": revision}))
        for participant in list(room.participants.values()):
            if participant.palimpsest and may_speak(participant.role):
                participant.post(notice)

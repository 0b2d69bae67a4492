"""Whether those who are here may still be: asked anew of the database.

Asked when somebody's standing may have changed, once after each newcomer has joined
its user's group (what happened before would else be missed), and in a slow round.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, NoReturn

import structlog

from collab.exchange import Exchange, user_group
from collab.identity import Standing, standing, standings
from collab.participant import Participant
from collab.protocol import Close, Notice
from collab.room import Room
from collab.rooms import Rooms, everyone
from documents.access import may_write
from documents.postgres import LOST

AT_ONCE: Final = 50
"""So many are asked about at once: a newcomer's question waits some milliseconds."""
SERVED_SECONDS: Final = 0.5
"""Until then a newcomer has the document, and others who come at once have come."""

_log = structlog.get_logger(__name__)


class Review:
    """Of all participants of this process."""

    def __init__(self, rooms: Rooms, exchange: Exchange) -> None:
        self._rooms = rooms
        self._exchange = exchange
        self._newcomers: asyncio.Queue[tuple[Room, Participant]] = asyncio.Queue()

    def newcomer(self, room: Room, participant: Participant) -> None:
        """Look at a newcomer once more when its group is joined."""
        self._newcomers.put_nowait((room, participant))

    async def run(self) -> NoReturn:
        """Look at newcomers for ever, soon after they came; the owner cancels it.

        Not at once: the same core is giving them their document.
        """
        while True:
            some = [await self._newcomers.get()]
            await asyncio.sleep(SERVED_SECONDS)
            while not self._newcomers.empty():
                some.append(self._newcomers.get_nowait())
            for _, participant in some:
                await self._exchange.joined(user_group(participant.person.id))
            try:
                await self._ask(some)
            except LOST as error:
                _log.warning("newcomers left to round", error=type(error).__name__)

    async def of(self, user: int) -> None:
        """Look at all sockets of a user."""
        try:
            for room in self._rooms.all():
                for one in list(room.participants.values()):
                    if one.person.id == user:
                        await self._look(room, one)
        except LOST as error:
            _log.warning("rights left to round", error=type(error).__name__)

    async def dismiss(self, now: int, idle: int) -> None:
        """Tell those to come back who did nothing for `idle` milliseconds."""
        for participant in everyone(self._rooms, lambda one: now - one.active > idle):
            await participant.close(Close.TRY_LATER)

    async def round(self) -> None:
        """Look at everybody; raises what the database raises while it is away.

        Many are asked about at once, and alone those who do not stand as they stood.
        """
        everybody = [
            (room, participant)
            for room in self._rooms.all()
            for participant in room.participants.values()
        ]
        await self._ask(everybody)

    async def _ask(self, all_: Sequence[tuple[Room, Participant]]) -> None:
        for start in range(0, len(all_), AT_ONCE):
            await self._ask_at_once(all_[start : start + AT_ONCE])

    async def _ask_at_once(self, some: Sequence[tuple[Room, Participant]]) -> None:
        here = [one for one in some if _is_here(*one)]
        found = await standings([(one.session, room.document) for room, one in here])
        for (room, participant), now in zip(here, found, strict=True):
            if _is_here(room, participant) and not _stands(participant, now):
                await self._look(room, participant)

    async def _look(self, room: Room, participant: Participant) -> None:
        found = await standing(participant.session, room.document)
        if found.trashed and not participant.trashed and participant.palimpsest:
            participant.tell(Notice("trashed", {}))
        participant.trashed, participant.sees = found.trashed, found.sees
        if found.person is None:
            await participant.close(Close.NOT_SIGNED_IN)
        elif found.role is None:
            code = Close.NO_RIGHT if found.known else Close.NO_DOCUMENT
            await participant.close(code)
        elif found.role is not participant.role:
            await _change_role(room, participant, found)


def _is_here(room: Room, participant: Participant) -> bool:
    return participant.socket in room.participants


def _stands(participant: Participant, found: Standing) -> bool:
    before = (participant.role, participant.trashed, participant.sees)
    return found.person is not None and before == (
        found.role,
        found.trashed,
        found.sees,
    )


async def _change_role(room: Room, participant: Participant, found: Standing) -> None:
    assert found.role is not None
    wrote, participant.role = may_write(participant.role), found.role
    if participant.palimpsest:
        participant.tell(Notice("role", {"role": found.role.value}))
    if not wrote:
        await room.joining.ask(room, participant)

"""Who is here and where their carets are, live: between sockets, Redis and processes.

Redis holds presence and the latest carets; the exchange carries what changed. While
Redis is away people still write, and only do not see who else is there.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final
from weakref import WeakKeyDictionary

from collab import awareness
from collab.awareness import State
from collab.carets import Carets
from collab.exchange import Exchange, document_group
from collab.participant import Participant
from collab.presence import ACTIVE_MS
from collab.protocol import Awareness, Roster, as_message
from collab.room import Room
from collab.roster import Roster as Store
from collab.roster import RosterAway
from documents.storage.moments import now_ms

SETTLE_SECONDS: Final = 0.2
"""Comings and goings within this time are told as one."""
WRITTEN: Final = 4
"""How much longer than what was said our way to write JSON may be."""
TOUCH_MS: Final = 20_000
"""How exactly the last activity is known: a third of what makes somebody idle."""


class Crowd:
    """The people in all rooms of this process."""

    def __init__(self, store: Store, exchange: Exchange, awareness_bytes: int) -> None:
        self._store = store
        self._exchange = exchange
        self._awareness_bytes = awareness_bytes
        self._carets: WeakKeyDictionary[Room, Carets] = WeakKeyDictionary()
        self._changed: set[Room] = set()
        self._wake = asyncio.Event()

    def carets(self, room: Room) -> Carets:
        """Give the carets of a room."""
        return self._carets.setdefault(room, Carets())

    async def enter(self, room: Room, participant: Participant) -> None:
        """Show a newcomer to the others, and the others' carets to the newcomer."""
        with suppress(RosterAway):
            await self._store.enter(room.document, participant.present())
            self.carets(room).hear(await self._store.carets(room.document))
        self.announce(room)
        self.answer(room, participant)

    def answer(self, room: Room, participant: Participant) -> None:
        """Tell a participant all carets."""
        states = self.carets(room).states()
        if states:
            participant.tell(Awareness(awareness.encode(states)))

    async def leave(self, room: Room, participant: Participant) -> None:
        """Clear a participant's carets for everybody, and take it off the roster."""
        gone = self.carets(room).leave(participant)
        if gone:
            self._relay(room, gone)
        with suppress(RosterAway):
            await self._store.leave(room.document, participant.socket)
            if gone:
                await self._store.forget(room.document, [one.client for one in gone])
        self.announce(room)

    def knows(self, participant: Participant) -> bool:
        """Whether it is told already that the person does something just now."""
        return now_ms() - participant.active < TOUCH_MS

    async def touch(self, room: Room, participant: Participant) -> None:
        """Take note that the person did something."""
        now = now_ms()
        quiet = now - participant.active
        if quiet < TOUCH_MS:
            return
        participant.active = now
        with suppress(RosterAway):
            await self._store.touch(room.document, participant.present())
            if quiet >= ACTIVE_MS:
                self.announce(room)

    async def speak(self, room: Room, participant: Participant, payload: bytes) -> None:
        """Relay what a participant says of its own carets; raises Malformed."""
        mine = self.carets(room).concern(participant)
        said = awareness.parse(payload, self._awareness_bytes, mine)
        first = not participant.spoke
        own = self.carets(room).take(participant, said)
        if own:
            self._relay(room, own)
            if first:
                _ask_anew(participant, own)
            with suppress(RosterAway):
                await self._store.remember(room.document, own)
        elif not participant.palimpsest:
            # A stock client that hears no message for 30 s drops its connection.
            participant.tell(Awareness(awareness.encode([])))

    def _relay(self, room: Room, states: Sequence[State]) -> None:
        payload = awareness.encode(states)
        self._send(room, payload)
        group = document_group(room.document)
        document = str(room.document)
        self._exchange.share(group, "awareness", document=document, payload=payload)

    async def hear(self, room: Room, payload: bytes) -> None:
        """Relay carets that another process told of."""
        states = awareness.parse(payload, self._awareness_bytes * WRITTEN + 1024)
        believed = self.carets(room).hear(states)
        if believed:
            self._send(room, awareness.encode(believed))

    def _send(self, room: Room, payload: bytes) -> None:
        told = as_message(Awareness(payload))
        for participant in list(room.participants.values()):
            participant.post(told)

    def announce(self, room: Room) -> None:
        """Let every process tell the room's roster anew."""
        self.look(room)
        group = document_group(room.document)
        self._exchange.share(group, "roster", document=str(room.document))

    def look(self, room: Room) -> None:
        """Tell the room's roster soon, to those who do not know it so."""
        if any(one.palimpsest for one in room.participants.values()):
            self._changed.add(room)
            self._wake.set()

    async def run(self) -> None:
        """Tell rosters for ever; the owner cancels it."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._wake.clear()
            rooms, self._changed = list(self._changed), set()
            try:
                await self._tell(rooms)
            except RosterAway:
                continue

    async def _tell(self, rooms: Sequence[Room]) -> None:
        documents = [room.document for room in rooms]
        present = await self._store.present(documents, now_ms())
        for room in rooms:
            people = [person.as_json() for person in present[room.document]]
            told = as_message(Roster(people))
            for participant in list(room.participants.values()):
                if participant.palimpsest and participant.told != people:
                    participant.told = people
                    participant.post(told)

    async def keep(self, rooms: Sequence[Room]) -> None:
        """Put off the expiry of all who are here, and look whose status changed."""
        here = [
            (room.document, [one.present() for one in room.participants.values()])
            for room in rooms
        ]
        try:
            await self._store.keep(here)
        except RosterAway:
            return
        for room in rooms:
            self.look(room)
            if self.carets(room).has_foreign:
                await self._sweep(room)

    async def _sweep(self, room: Room) -> None:
        """Clear the carets of processes that died without a word."""
        with suppress(RosterAway):
            alive = {one.client for one in await self._store.carets(room.document)}
            gone = self.carets(room).sweep(alive)
            if gone:
                self._send(room, awareness.encode(gone))


def _ask_anew(participant: Participant, states: Sequence[State]) -> None:
    """Let a client say its states again, under the next clock.

    One that comes back after its caret was cleared repeats the clock that it was
    cleared under, and nobody would believe it. A client of y-protocols that hears of
    its own removal contradicts at once.
    """
    removed = [replace(state, state=None) for state in states if state.state]
    if removed:
        participant.tell(Awareness(awareness.encode(removed)))

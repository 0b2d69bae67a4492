"""Bringing a participant to where its room is: opening, resuming, asking back.

Enter first, then read, then apply: what is committed while a newcomer still reads is
held for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from collab.opening import Whole, difference, merged, off_the_loop, whole
from collab.protocol import Head, Step1, Step2, Stretch
from documents.access import may_write
from documents.history.withholding import withheld_part
from documents.yjs.updates import parse_state_vector

if TYPE_CHECKING:
    from collab.participant import Participant
    from collab.room import Room
    from documents.workers import Workers

RESUMED_ROWS: Final = 1000
"""Past so many rows the squashed whole is smaller than what was missed."""


@dataclass(eq=False)
class Joining:
    """How one room lets participants in; those who see alike share one reading."""

    workers: Workers
    attempts: int
    _readings: dict[bool, asyncio.Task[Whole]] = field(default_factory=dict)

    async def enter(self, room: Room, participant: Participant) -> None:
        """Let a stock client in: it hears each change from now on."""
        room.participants[participant.socket] = participant
        participant.live = True
        await self.ask(room, participant)

    async def answer(
        self, room: Room, participant: Participant, state_vector: bytes
    ) -> None:
        """Answer Step1 by all that the sender lacks; raises Malformed."""
        clocks = parse_state_vector(state_vector)
        state = (await self._whole(room, participant)).state
        if clocks:
            state = await off_the_loop(len(state), difference, state, clocks)
        participant.tell(Step2(state))

    async def resume(
        self, room: Room, participant: Participant, epoch: int, cursor: int
    ) -> None:
        """Bring a palimpsest client from its cursor to the room's, and let it in."""
        participant.live, participant.held = False, []
        room.participants[participant.socket] = participant
        known = epoch == room.intake.epoch and 0 < cursor <= room.cursor
        if known and room.cursor - cursor <= RESUMED_ROWS:
            participant.cursor = cursor
        else:
            found = await self._whole(room, participant)
            participant.tell(Stretch(1, found.seq, found.state))
            participant.cursor = found.seq
        await self._fill(room, participant)
        state_vector = await room.intake.state_vector()
        participant.tell(Head(room.cursor, state_vector))
        await self.ask(room, participant)

    async def _fill(self, room: Room, participant: Participant) -> None:
        """Send what lies between the participant's cursor and the room's; go live."""
        while participant.cursor != room.cursor:
            if participant.cursor > room.cursor:
                await room.repair()
                continue
            held, participant.held = participant.held, []
            if not held or held[0][0] > participant.cursor + 1:
                rows = await room.log.since(room.document, participant.cursor)
                payloads = [row.payload for row in rows]
                size = sum(map(len, payloads))
                update = await off_the_loop(size, merged, payloads)
                if not participant.sees:
                    update = await off_the_loop(size, withheld_part, update)
                held = [(participant.cursor + 1, rows[-1].seq, update)]
            for first, last, update in held:
                send_stretch(participant, first, last, update)
        participant.live, participant.held = True, None

    async def ask(self, room: Room, participant: Participant) -> None:
        """Ask a writer for what is not durable."""
        if may_write(participant.role):
            participant.tell(Step1(await room.intake.state_vector()))

    async def ask_again(self, room: Room, participant: Participant) -> None:
        """Ask for what a frame depended on, so often and no more.

        A client whose own pending structs can never be satisfied would loop.
        """
        if participant.asked < self.attempts:
            participant.asked += 1
            await self.ask(room, participant)

    async def _whole(self, room: Room, participant: Participant) -> Whole:
        sees = participant.sees
        reading = self._readings.get(sees)
        if reading is None:
            read = whole(room.log, self.workers, room.document, deleted=sees)
            reading = self._readings[sees] = asyncio.create_task(read)
            reading.add_done_callback(lambda _: self._readings.pop(sees))
        return await asyncio.shield(reading)


def send_stretch(
    participant: Participant, first: int, last: int, payload: bytes
) -> None:
    """Send what of a stretch is past the participant's cursor."""
    if last > participant.cursor:
        first, participant.cursor = max(first, participant.cursor + 1), last
        participant.tell(Stretch(first, last, payload))

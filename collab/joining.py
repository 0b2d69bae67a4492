"""Bringing a participant to where its room is: opening, resuming, asking back.

Enter first, then read, then apply: what is committed while a newcomer still reads is
held for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from collab.opening import difference, merged, off_the_loop
from collab.protocol import Change, Head, Step1, Step2, Stretch
from collab.wholes import Wholes
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
    wholes: Wholes = field(init=False)

    def __post_init__(self) -> None:
        self.wholes = Wholes(self.workers)

    async def enter(self, room: Room, participant: Participant) -> None:
        """Let a stock client in: it hears each change from now on."""
        room.participants[participant.socket] = participant
        participant.live = True
        await self.ask(room, participant)

    async def answer(
        self, room: Room, participant: Participant, state_vector: bytes
    ) -> None:
        """Answer Step1 by all that the sender lacks; raises Malformed.

        Its last part is the Step2: who has heard that takes itself for up to date.
        """
        clocks = parse_state_vector(state_vector)
        whole = await self.wholes.reach(room, deleted=participant.sees)
        updates = whole.updates
        if clocks:
            updates = [
                await off_the_loop(
                    len(update), difference, update, clocks, large=room.large
                )
                for update in updates
            ]
        *before, last = updates
        for update in before:
            participant.tell(Change(update))
        participant.tell(Step2(last))

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
            whole = await self.wholes.reach(room, deleted=participant.sees)
            for part in whole.parts:
                participant.tell(Stretch(part.first, part.last, part.update))
                participant.cursor = part.last
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
                update = await off_the_loop(size, merged, payloads, large=room.large)
                if not participant.sees:
                    update = await off_the_loop(
                        size, withheld_part, update, large=room.large
                    )
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


def send_stretch(
    participant: Participant, first: int, last: int, payload: bytes
) -> None:
    """Send what of a stretch is past the participant's cursor."""
    if last > participant.cursor:
        first, participant.cursor = max(first, participant.cursor + 1), last
        participant.tell(Stretch(first, last, payload))

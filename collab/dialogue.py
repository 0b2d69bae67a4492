"""What one participant says, frame by frame: its rights, the limits, then the room."""

import asyncio
import time

from django.conf import settings

from collab import protocol
from collab.endings import Ended
from collab.pace import Pace
from collab.participant import Participant
from collab.process import Process
from collab.protocol import Close
from collab.room import Room
from collab.tally import tally
from documents.access import may_write


class Dialogue:
    """Of one socket with its room; it neither decodes nor closes."""

    def __init__(self, process: Process, room: Room, participant: Participant) -> None:
        self._process = process
        self._room = room
        self._participant = participant
        self._welcomed = False
        self._most_waiting = settings.WAITING_PER_SOCKET
        self._update_bytes = settings.UPDATE_BYTES
        self._reply_bytes = settings.REPLY_BYTES
        self._waiting_bytes = settings.WAITING_BYTES
        self._chat_pace = Pace(settings.SAYINGS_PER_SECOND, settings.BYTES_PER_SECOND)

    async def take(self, frame: protocol.FromClient) -> None:
        """Do what a frame asks for. Raises what `endings.answered` answers."""
        room, participant = self._room, self._participant
        match frame:
            case protocol.Change(update):
                await self._write(update, reply=False)
            case protocol.Step2(update):
                await self._write(update, reply=True)
            case protocol.Step1(state_vector):
                await room.joining.answer(room, participant, state_vector)
            case protocol.Awareness(states):
                await self._process.crowd.speak(room, participant, states)
            case protocol.QueryAwareness():
                self._process.crowd.answer(room, participant)
            case protocol.Resume(epoch, cursor) if participant.palimpsest:
                await self._resume(epoch, cursor)
            case protocol.Say(key, text) if participant.palimpsest:
                await self._speak(len(text))
                self._process.tasks.spawn(
                    self._process.chat.say(room, participant, key, text)
                )
            case protocol.Unsay(number) if participant.palimpsest:
                await self._speak()
                self._process.tasks.spawn(
                    self._process.chat.unsay(room, participant, number)
                )
            case protocol.Activity():
                await self._process.crowd.touch(room, participant)

    def type_on(self, update: bytes) -> bool:
        """Take the next letter of who types, if there is nothing to wait for or to say.

        Tells whether it was one; else nothing was taken.
        """
        participant, journal = self._participant, self._process.journal
        free = (
            participant.waiting <= self._most_waiting
            and len(update) <= self._update_bytes
            and journal.waiting_bytes <= self._waiting_bytes
            and not participant.closed
            and may_write(participant.role)
            and self._process.crowd.knows(participant)
        )
        if not free or not self._room.type_on(participant, update):
            return False
        journal.submit(self._room, len(update))
        return True

    async def _resume(self, epoch: int, cursor: int) -> None:
        room, participant = self._room, self._participant
        if not self._welcomed:
            self._welcomed = True
            participant.tell(welcome(room, participant))
            if participant.trashed:
                participant.tell(protocol.Notice("trashed", {}))
        await room.joining.resume(room, participant, epoch, cursor)
        if participant.told is None:
            self._process.crowd.look(room)

    async def _speak(self, size: int = 0) -> None:
        """Wait, where somebody speaks in haste: everybody would have to read it."""
        delay = self._chat_pace.delay(size, time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)

    async def _write(self, update: bytes, *, reply: bool) -> None:
        room, participant = self._room, self._participant
        if not may_write(participant.role):
            tally.refused["read-only"] += 1
            return
        if participant.waiting > self._most_waiting:
            await participant.eased(self._most_waiting)
        if len(update) > (self._reply_bytes if reply else self._update_bytes):
            raise Ended(Close.TOO_LARGE, "update too large", "too-large")
        if self._process.journal.waiting_bytes > self._waiting_bytes:
            raise Ended(Close.TRY_LATER, "too much waits for the database")
        if participant.closed or not may_write(participant.role):
            return
        if await room.receive(participant, update, reply=reply):
            self._process.journal.submit(room, len(update))
        await self._process.crowd.touch(room, participant)


def welcome(room: Room, participant: Participant) -> protocol.Welcome:
    """Tell a palimpsest client who it is and where."""
    person, role = participant.person, participant.role
    return protocol.Welcome(
        {
            "document": str(room.document),
            "epoch": room.intake.epoch,
            "head": room.cursor,
            "role": role.value,
            "user": {"id": person.id, "name": person.name, "hue": person.hue},
            "limits": {
                "update": settings.UPDATE_BYTES,
                "reply": settings.REPLY_BYTES,
                "awareness": settings.AWARENESS_BYTES,
                "chat": settings.SAYING_CHARACTERS,
                "comment": settings.SAYING_CHARACTERS,
            },
        }
    )

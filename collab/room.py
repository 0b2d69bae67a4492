"""One document's sockets in this process: admits, fans out, repairs gaps.

The log in Postgres is the truth; a room holds only how far it has read it (the
cursor) and what its sockets sent that is not yet there.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from collab.intake import Entry, Intake
from collab.joining import Joining, send_stretch
from collab.opening import OFF_THE_LOOP, off_the_loop, parse_rows
from collab.participant import Participant
from collab.protocol import Notice, Receipt
from collab.tally import Refusal, tally
from collab.telling import Telling
from documents.storage.log import Log
from documents.storage.rows import Row
from documents.yjs.merging import merge, squash
from documents.yjs.strokes import Hand, Stroke, joined
from documents.yjs.updates import EMPTY, ClientId, Update, parse
from documents.yjs.updates import encode as encode_update

NOTHING: Final = encode_update(EMPTY)


@dataclass(eq=False)
class Room:
    """See the module. Whoever moves the cursor holds `turn`."""

    document: UUID
    cursor: int
    intake: Intake
    log: Log
    joining: Joining
    participants: dict[str, Participant] = field(default_factory=dict)
    unsaved: int = 0
    columns_behind: bool = False
    columns_rest: float = 0.0
    """Until when, by the monotonic clock, the columns of its history may rest."""
    chain: bytes | None = None
    """The chain's end at the cursor, where it is known."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    large: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a large update is parsed and taken in. All rooms have one: parsed, it
    takes fifteen times its bytes. Never waited for by whoever holds `turn`."""

    @property
    def idle(self) -> bool:
        """Whether nobody is here and nothing waits."""
        return not (self.participants or self.intake.pending)

    async def receive(
        self, participant: Participant, payload: bytes, *, reply: bool
    ) -> bool:
        """Admit one update frame; tell whether something now waits for the journal.

        Raises Malformed and Refused, having taken nothing.
        """
        if not reply and self.type_on(participant, payload):
            return True
        number = participant.count()
        if reply:
            # It may hold what others wrote elsewhere; here that would look stolen.
            await self.repair()
        size = len(payload)
        if size <= OFF_THE_LOOP:
            entry = Entry(participant, number, parse(payload), size)
            return await self._admit(entry, reply=reply)
        async with self.large:
            update = await asyncio.to_thread(parse, payload)
            entry = Entry(participant, number, update, size)
            return await self._admit(entry, reply=reply)

    def type_on(self, participant: Participant, payload: bytes) -> bool:
        """Admit the next letter of who types; tell whether it was one."""
        typed = self.intake.type_on(participant, payload)
        participant.waiting += typed
        return typed

    async def _admit(self, entry: Entry, *, reply: bool) -> bool:
        participant = entry.participant
        if participant.palimpsest and not reply:
            entry.claims = frozenset(entry.update.structs)
            if not entry.claims <= self.intake.owners.keys():
                await self._know(entry.claims)
        lacks = await self.intake.admit(entry, reply=reply)
        tell_refused([entry], "harmful")
        waits = not (lacks and entry.empty)
        participant.waiting += waits
        if lacks:
            participant.lack(entry.number)
            await self.joining.ask_again(self, participant)
        return waits

    async def _know(self, claims: Iterable[ClientId]) -> None:
        """Ask whose those client ids are that the log holds already."""
        held, owners = self.intake.ledger.extent.clocks, self.intake.owners
        unknown = [one for one in claims if one in held and one not in owners]
        unknown = [one for one in unknown if one not in self.intake.claimed]
        if unknown:
            owners.update(await self.log.owners(self.document, unknown))

    # Rows of the log

    async def take(self, rows: Sequence[Row]) -> None:
        """Catch up with rows of the log; the caller holds `turn`."""
        rows = [row for row in rows if row.seq > self.cursor]
        if rows:
            size = sum(len(row.payload) for row in rows)
            updates = await off_the_loop(size, parse_rows, rows)
            await self._catch_up(rows[0].seq, rows[-1].seq, updates, size)

    async def _catch_up(
        self, first: int, last: int, updates: Sequence[Update], size: int
    ) -> None:
        refused = await self.intake.rebase(updates, size)
        self.cursor, self.chain = last, None
        self.unsaved += last - first + 1
        tell_refused(refused)
        payload = await off_the_loop(size, lambda: encode_update(merge(updates)))
        self.deliver(Telling(first, last, payload))

    def take_turn(self) -> bool:
        """Take `turn` if nobody has it or waits for it; tell whether that was so."""
        acquiring = self.turn.acquire()
        try:
            acquiring.send(None)
        except StopIteration:
            return True
        acquiring.close()
        return False

    async def repair(self) -> None:
        """Read what the log has past the cursor."""
        async with self.turn:
            await self.take(await self.log.since(self.document, self.cursor))

    async def hear(
        self, first: int, last: int, payload: bytes, chain: bytes | None
    ) -> None:
        """Take a stretch that another process committed; where a gap is, read it.

        An empty payload stands for one too large for the channel layer.
        """
        size = len(payload)
        small = 0 < size <= OFF_THE_LOOP
        async with nullcontext() if small else self.large, self.turn:
            if last <= self.cursor:
                return
            if first != self.cursor + 1 or not payload:
                tally.gaps += first != self.cursor + 1
                await self.take(await self.log.since(self.document, self.cursor))
                return
            update = await off_the_loop(size, parse, payload)
            await self._catch_up(first, last, [update], size)
            self.chain = chain

    # What the journal did

    async def disown(self, entry: Entry, client: ClientId) -> None:
        """Refuse a pending entry: its client id is bound to somebody else."""
        tell_refused(await self.intake.give_up(entry, client))

    async def in_flight(self) -> bytes:
        """Give what the journal has to store, merged."""
        return await _merged([one for one in self.intake.flight if not one.empty])

    def commit(self, telling: Telling, chain: bytes | None) -> None:
        """Hand on what was in flight, durable now. The caller holds `turn`."""
        flight = self.intake.land()
        self.cursor, self.chain = telling.last, chain
        stored = [entry for entry in flight if not entry.empty]
        if stored:
            authors = {entry.participant for entry in stored}
            self.deliver(telling, authors.pop() if len(authors) == 1 else None)
            self.unsaved += len(stored)
        self._settle(flight)

    def _settle(self, flight: Sequence[Entry]) -> None:
        for entry in flight:
            entry.participant.settle(entry.number, completes=entry.completes)
        for participant in dict.fromkeys(entry.participant for entry in flight):
            self.receipt(participant)

    def receipt(self, participant: Participant) -> None:
        """Tell what is durable and where the log ends; the heartbeat too."""
        if participant.palimpsest and participant.live:
            participant.tell(Receipt(participant.durable, self.cursor))

    def deliver(self, telling: Telling, author: Participant | None = None) -> None:
        """Send rows to every socket; a sole author gets no text back."""
        first, last, payload = telling.first, telling.last, telling.payload
        change = stretch = b""  # written when the first one needs it
        for participant in list(self.participants.values()):
            if not participant.palimpsest:
                if participant is not author:
                    change = change or telling.change()
                    participant.post(change)
            elif participant.held is not None:
                participant.held.append((first, last, payload))
            elif not participant.live:
                continue
            elif participant is author:
                send_stretch(participant, first, last, NOTHING)
            elif participant.cursor + 1 == first:
                participant.cursor = last
                stretch = stretch or telling.stretch()
                participant.post(stretch)
            else:
                send_stretch(participant, first, last, payload)
        others = len(self.participants) - (author is not None)
        tally.deliveries += (last - first + 1) * others


async def _merged(entries: Sequence[Entry]) -> bytes:
    """What was typed in one go comes as one item; so it is less to send and to read."""
    if len(entries) == 1:
        return entries[0].written()
    typed: defaultdict[Hand, list[Stroke]] = defaultdict(list)
    others: list[Entry] = []
    for entry in entries:
        if stroke := entry.stroke:
            typed[stroke.hand].append(stroke)
        else:
            others.append(entry)
    strokes = [joined(many) for many in typed.values()]

    def merged() -> bytes:
        whole = merge([*strokes, *(entry.update for entry in others)])
        # Divides what is joined where the others refer into it.
        return encode_update(squash(whole) if strokes and others else whole)

    return await off_the_loop(sum(entry.size for entry in others), merged)


def tell_refused(entries: Iterable[Entry], counted: Refusal = "rejudged") -> None:
    """Tell the authors of refused entries which frames they were, and why."""
    for entry in entries:
        notice = _refusal(entry, counted)
        if notice is not None and entry.participant.palimpsest:
            entry.participant.tell(notice)


def _refusal(entry: Entry, counted: Refusal) -> Notice | None:
    if entry.taken is not None:
        tally.refused["client-taken"] += 1
        told = {"client": entry.taken, "frame": entry.number}
        return Notice("client-taken", told)
    if entry.refused is not None:
        tally.refused[counted] += 1
        return Notice("refused", {"frame": entry.number, "reason": entry.refused})
    return None

"""Updates on their way into a log: admitted, and waiting for the journal.

The ledger here runs ahead of the log by what waits. When others' rows turn up in
between, what waits is taken back, the rows are taken in, and it is admitted again.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from collab.opening import OFF_THE_LOOP, off_the_loop
from collab.participant import Participant
from documents.yjs.admission import Admission, Ledger, Refused
from documents.yjs.strokes import Stroke
from documents.yjs.updates import (
    EMPTY,
    ClientId,
    Update,
    encode,
    encode_state_vector,
    parse,
)

SERVER_CLIENT: Final = ClientId(1)
KEPT_PARSED: Final = 4096
"""Bytes of a frame up to which its update waits as it was parsed: letters of one batch
are merged. A larger one waits as bytes, for parsed it takes fifteen times as much."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """An update as bytes, and what of it is asked while it waits."""

    payload: bytes
    starts: Mapping[ClientId, int]


@dataclass(eq=False, slots=True)
class Entry:
    """An update frame on its way; with an empty update it only waits to be settled.

    `completes` marks an answer to Step1 that lacked nothing, `recovered` text that
    somebody resent for others after the log had been rewritten. `claims` are the
    client ids that the author says are its own, though the log may hold the clocks:
    under a stolen id equal clocks would hide other text.
    """

    participant: Participant
    number: int
    _update: Update | _Folded | Stroke
    size: int
    claims: frozenset[ClientId] = frozenset()
    completes: bool = False
    recovered: bool = False
    taken: ClientId | None = None
    refused: str | None = None
    _written: bytes | None = None

    @property
    def update(self) -> Update:
        """What of the frame is to be stored; what waits as bytes is parsed anew."""
        held = self._update
        return held if isinstance(held, Update) else parse(self.written())

    @update.setter
    def update(self, update: Update) -> None:
        self.hold(update, None)

    def hold(self, update: Update | Stroke, written: bytes | None) -> None:
        """Take the update, and as bytes if it was written already."""
        self._update, self._written = update, written

    def fold(self) -> None:
        """Keep bytes alone of a large update: how long it waits nobody knows."""
        if self.size > KEPT_PARSED and not self.empty:
            self._update = _Folded(self.written(), self.starts)

    @property
    def stroke(self) -> Stroke | None:
        """The letter that it is, if it was known for one."""
        return self._update if isinstance(self._update, Stroke) else None

    @property
    def empty(self) -> bool:
        """Whether nothing of it is to be stored."""
        return isinstance(self._update, Update) and self._update.empty

    @property
    def clients(self) -> Collection[ClientId]:
        """The clients whose structs it has."""
        held = self._update
        return held.hand.clients if isinstance(held, Stroke) else self.starts.keys()

    @property
    def starts(self) -> Mapping[ClientId, int]:
        """The clients whose structs it has, with the first clock of each."""
        held = self._update
        if isinstance(held, Stroke):
            return {held.hand.client: held.clock}
        if isinstance(held, _Folded):
            return held.starts
        return {c: structs[0].clock for c, structs in held.structs.items()}

    def written(self) -> bytes:
        """The update as bytes, made once for the log and for who is told."""
        if isinstance(self._update, _Folded):
            return self._update.payload
        if self._written is None:
            self._written = encode(self.update)
        return self._written


@dataclass(eq=False)
class Intake:
    """What one room has admitted beyond the log; `flight` is with the journal now."""

    ledger: Ledger
    epoch: int
    owners: dict[ClientId, int | None] = field(default_factory=dict)
    claimed: dict[ClientId, int] = field(default_factory=dict)
    """Who claimed a client id first of those here, until `owners` knows better."""
    flight: list[Entry] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def pending(self) -> list[Entry]:
        """All that is admitted and not durable, in order."""
        return self.flight + self.waiting

    async def state_vector(self) -> bytes:
        """What is durable: the ledger less all that is pending."""
        async with self._changing:
            clocks = self.ledger.state_vector()
            for entry in reversed(self.pending):
                clocks.update(entry.starts)
        return encode_state_vector({c: clock for c, clock in clocks.items() if clock})

    def type_on(self, participant: Participant, payload: bytes) -> bool:
        """Let the next letter of who types wait, and tell whether it was one.

        It is what `admit` would make of it, in a tenth of the time.
        """
        hand = participant.hand
        if hand is None or self._changing.locked():
            return False
        stroke, user = hand.read(payload), participant.person.id
        if stroke is None or self._owner(hand.client, user) != user:
            return False
        if not self.ledger.extend(hand, stroke):
            return False
        entry = Entry(participant, participant.count(), stroke, len(payload))
        entry.hold(stroke, payload)
        if participant.palimpsest:
            entry.claims = hand.clients
        self.waiting.append(entry)
        return True

    async def admit(self, entry: Entry, *, reply: bool) -> bool:
        """Admit an entry's update and let it wait; tell whether something lacks.

        An entry of which nothing could be taken does not wait. One whose client id
        is somebody else's waits empty, marked `taken`; one that would do harm waits
        empty, marked `refused`, if its author can be told which frame it was. Others
        cannot, nor is an answer to Step1 any frame of its own: then it raises Refused,
        having taken nothing.
        """
        async with self._changing:
            # Before anything else: under a stolen id even honest text can be poison.
            stolen = self._foreign(entry.participant, entry.claims, unknown_too=False)
            if stolen:
                entry.update, entry.taken = EMPTY, stolen[0]
                self.waiting.append(entry)
                return False
            try:
                if entry.size <= OFF_THE_LOOP:
                    found = self.ledger.admit(entry.update, partial=reply)
                    written = None
                else:
                    found, written = await self._aside(entry.update, partial=reply)
            except Refused as refused:
                if reply or not entry.participant.palimpsest:
                    raise
                entry.update, entry.refused = EMPTY, refused.reason
                self.waiting.append(entry)
                return False
            entry.hold(found.update, written)
            if found.lacks and found.update.empty:
                return True
            self._judge(entry, found, reply=reply)
            if not reply and not entry.empty:
                entry.participant.hand = self.ledger.hand(entry.update)
            entry.fold()
            self.waiting.append(entry)
            for client in entry.claims:
                self.claimed.setdefault(client, entry.participant.person.id)
        entry.completes = reply and not found.lacks
        return found.lacks

    async def _aside(
        self, update: Update, *, partial: bool
    ) -> tuple[Admission, bytes | None]:
        """Admit to the ledger in a thread, and write what is stored as bytes there.

        Who is cancelled meanwhile leaves nothing in the ledger: it would pass for
        stored when it is sent again. Raises Refused.
        """
        work = asyncio.ensure_future(asyncio.to_thread(self._admit, update, partial))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            while not work.done():  # a thread goes on, however often one is cancelled
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            with suppress(Refused):
                self.ledger.retract(work.result()[0].update)
            raise

    def _admit(self, update: Update, partial: bool) -> tuple[Admission, bytes]:  # noqa: FBT001
        found = self.ledger.admit(update, partial=partial)
        return found, encode(found.update)

    def _judge(self, entry: Entry, found: Admission, *, reply: bool) -> None:
        after_rewriting = reply and self.epoch > 1
        foreign = self._foreign(
            entry.participant, found.clients, unknown_too=after_rewriting
        )
        if foreign and after_rewriting:
            entry.recovered = True
        elif foreign:
            self.ledger.retract(entry.update)
            entry.update, entry.taken = EMPTY, foreign[0]

    def _foreign(
        self,
        participant: Participant,
        clients: Iterable[ClientId],
        *,
        unknown_too: bool,
    ) -> list[ClientId]:
        """Those client ids that are known to be somebody else's.

        Unknown ones are bound, first come, when the update is committed; but once
        a log was rewritten, one may be anybody's whose binding went with it.
        """
        user = participant.person.id
        mine = participant.clients if unknown_too else clients
        return [
            client
            for client in clients
            if client == SERVER_CLIENT
            or self._owner(client, user if client in mine else None) != user
        ]

    def _owner(self, client: ClientId, unknown: int | None) -> int | None:
        return self.owners.get(client, self.claimed.get(client, unknown))

    async def rebase(self, rows: Sequence[Update], size: int) -> list[Entry]:
        """Take rows of the log in below what is pending; give entries now refused."""
        async with self._changing:
            size += sum(entry.size for entry in self.pending)
            return await off_the_loop(size, self._rebase, rows)

    async def give_up(self, entry: Entry, client: ClientId) -> list[Entry]:
        """Take a pending entry back whose client id turned out to be another's.

        Gives it and the entries that were refused with it.
        """
        async with self._changing:
            entry.taken = client
            size = sum(entry.size for entry in self.pending)
            return await off_the_loop(size, self._rebase, [])

    def _rebase(self, rows: Sequence[Update]) -> list[Entry]:
        pending = self.pending
        for entry in reversed(pending):
            self.ledger.retract(entry.update)
        for row in rows:
            self.ledger.absorb(row)
        written = frozenset(client for row in rows for client in row.structs)
        return [entry for entry in pending if not self._admit_again(entry, written)]

    def _admit_again(self, entry: Entry, written: frozenset[ClientId]) -> bool:
        if entry.taken is not None:
            entry.update = EMPTY
            return False
        try:
            found = self.ledger.admit(entry.update, partial=True)
        except Refused as refused:
            entry.update = EMPTY
            # Poison on top of another's rows under the same id: the id is the reason.
            entry.taken = next(iter(entry.claims & written), None)
            entry.refused = None if entry.taken else refused.reason
            return False
        entry.update = found.update
        entry.fold()
        if found.lacks:
            entry.refused = "it depends on an update that was refused"
        return not found.lacks

    def board(self) -> None:
        """Hand to the journal all that waits."""
        self.flight += self.waiting
        self.waiting = []

    def land(self) -> list[Entry]:
        """Take from the journal what is durable now."""
        flight, self.flight = self.flight, []
        return flight

"""What one transaction of the journal does: which rows, whose client ids.

A room whose log ends where it believes, and whose client ids are all bound, is plain:
nothing need be read to append its rows. A lone update of such a room is the commonest
case by far, and the one that somebody waits for.
"""

from dataclasses import dataclass, field

from collab.intake import Entry
from collab.opening import OFF_THE_LOOP
from collab.room import Room
from documents.storage.appending import Appending, Continuation, Head, NewRow
from documents.yjs.updates import ClientId

Owners = dict[ClientId, int | None]


@dataclass(slots=True)
class Batch:
    """What became of some rooms: their last rows, chains and client ids bound."""

    lasts: dict[Room, int] = field(default_factory=dict)
    chains: dict[Room, bytes] = field(default_factory=dict)
    bound: dict[Room, Owners] = field(default_factory=dict)
    void: list[Room] = field(default_factory=list)
    size: int = 0


def lone(room: Room) -> Continuation | None:
    """Give the one update that waits, if its room is plain and it is small."""
    intake, chain = room.intake, room.chain
    if chain is None or intake.flight or len(intake.waiting) != 1:
        return None
    (entry,) = intake.waiting
    if entry.size > OFF_THE_LOOP or entry.empty or not _is_bound(room, entry):
        return None
    row = _row(room, entry, room.cursor + 1)
    return Continuation(Head(room.cursor, intake.epoch), chain, (row,))


def is_plain(room: Room) -> bool:
    """Whether nothing need be read: its log's end is known, and whose each id is."""
    if room.chain is None or not _stored(room):
        return False
    return all(_is_bound(room, entry) for entry in room.intake.flight)


def continuation(room: Room) -> Continuation:
    """Give what is in flight as it goes on where the log of a plain room ends."""
    head = Head(room.cursor, room.intake.epoch)
    return Continuation(head, room.chain or b"", rows_of(room, room.cursor))


def rows_of(room: Room, seq: int) -> list[NewRow]:
    """Give what is in flight as the rows after seq."""
    return [_row(room, entry, at) for at, entry in enumerate(_stored(room), seq + 1)]


def _row(room: Room, entry: Entry, seq: int) -> NewRow:
    author = entry.participant.person.id
    return NewRow(room.document, seq, author, entry.written(), entry.recovered)


def _stored(room: Room) -> list[Entry]:
    return [entry for entry in room.intake.flight if not entry.empty]


def _is_bound(room: Room, entry: Entry) -> bool:
    owners = set(map(room.intake.owners.get, _used(entry)))
    return owners <= {entry.participant.person.id}


async def plan(
    batch: Batch, room: Room, head: Head, appending: Appending
) -> list[NewRow]:
    """Give the rows of what is in flight, on top of what others appended meanwhile."""
    if head.seq > room.cursor:
        await room.take(await appending.since(room.document, room.cursor))
    batch.bound[room] = await _bind(room, appending)
    rows = rows_of(room, head.seq)
    batch.lasts[room] = head.seq + len(rows)
    return rows


async def _bind(room: Room, appending: Appending) -> Owners:
    """Bind the flight's new client ids; refuse entries that use somebody else's."""
    wishes: dict[ClientId, int] = {}
    for entry in room.intake.flight:
        for client in _used(entry):
            if client not in room.intake.owners:
                wishes.setdefault(client, entry.participant.person.id)
    bound = await appending.bind(room.document, wishes) if wishes else {}
    known = room.intake.owners | bound
    for entry in room.intake.flight:
        user = entry.participant.person.id
        taken = [c for c in _used(entry) if known.get(c, user) != user]
        if taken:
            await room.disown(entry, taken[0])
    return bound


def _used(entry: Entry) -> frozenset[ClientId]:
    if entry.recovered or entry.taken is not None:
        return frozenset()
    return entry.claims.union(entry.clients)

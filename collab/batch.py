"""What one transaction of the journal does: which rows, whose client ids.

A room whose log ends where it believes, and whose client ids are all bound, is plain:
nothing need be read to append its rows.
"""

from dataclasses import dataclass, field

from collab.intake import Entry
from collab.room import Room
from documents.storage.appending import Appending, Head, NewRow
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


def is_plain(room: Room) -> bool:
    """Whether nothing need be read: its log's end is known, and whose each id is."""
    if room.chain is None or not _stored(room):
        return False
    owners = room.intake.owners
    used = {(entry.participant.person.id, _used(entry)) for entry in room.intake.flight}
    return all(owners.get(one) == user for user, clients in used for one in clients)


def _stored(room: Room) -> list[Entry]:
    return [entry for entry in room.intake.flight if not entry.empty]


def rows_of(room: Room, seq: int) -> list[NewRow]:
    """Give what is in flight as the rows after seq."""
    return [
        NewRow(
            document=room.document,
            seq=number,
            author=entry.participant.person.id,
            payload=entry.written(),
            recovered=entry.recovered,
        )
        for number, entry in enumerate(_stored(room), seq + 1)
    ]


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

"""What a log contains: per client the clock reached, and the deleted ranges.

Unlike a Yjs snapshot it has only the deletions that somebody sent, not those which
Yjs implies by itself. Knows nothing of what structs hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from documents.yjs.ranges import Ranges, RangeSet
from documents.yjs.updates import ClientId, Update


@dataclass(slots=True)
class Extent:
    """Mutable: an open log grows its own."""

    clocks: dict[ClientId, int] = field(default_factory=dict)
    deleted: dict[ClientId, RangeSet] = field(default_factory=dict)

    def contains(self, client: ClientId, clock: int) -> bool:
        """Whether the log holds this id."""
        return clock < self.clocks.get(client, 0)

    def covers(self, update: Update) -> bool:
        """Whether the update would add nothing."""
        return not self.undeleted(update.deletes) and all(
            structs[-1].end <= self.clocks.get(client, 0)
            for client, structs in update.structs.items()
        )

    def undeleted(self, deletes: Mapping[ClientId, Ranges]) -> dict[ClientId, Ranges]:
        """The parts of these deletions that are new."""
        new = {}
        for client, ranges in deletes.items():
            held = self.deleted.get(client)
            if rest := ranges if held is None else held.missing_from(ranges):
                new[client] = rest
        return new

    def delete(self, deletes: Mapping[ClientId, Ranges]) -> None:
        """Grow by deletions."""
        for client, ranges in deletes.items():
            self.deleted.setdefault(client, RangeSet()).add_all(ranges)

    def state_vector(self) -> dict[ClientId, int]:
        """The clocks, for the wire; a copy."""
        return dict(self.clocks)

    def take(self, update: Update) -> None:
        """Grow by all that the update holds."""
        for client, structs in update.structs.items():
            reached = max(self.clocks.get(client, 0), structs[-1].end)
            self.clocks[client] = reached
        self.delete(update.deletes)

    def give_back(self, update: Update) -> None:
        """Undo a `take` of an update of which nothing was held before."""
        for client, structs in update.structs.items():
            if structs[0].clock:
                self.clocks[client] = structs[0].clock
            else:
                del self.clocks[client]
        for client, ranges in update.deletes.items():
            deleted = self.deleted[client]
            deleted.remove_all(ranges)
            if not deleted:
                del self.deleted[client]


def extent(update: Update) -> Extent:
    """The extent of an update; of a log's merged rows, that of the log.

    The clock reached is that after the last struct: gaps do not show.
    """
    reached = Extent()
    reached.take(update)
    return reached

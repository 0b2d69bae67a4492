"""Where every id lies in a document, from its beginning to its end, deleted or not.

The order of `history.sequence`, walked through from parent to child. Knows nothing of
time and of what text says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from documents.history.sequence import Parent, Sequence, sequence
from documents.yjs.contents import TYPE
from documents.yjs.updates import ClientId, Id, Item, Update


class Spot(NamedTuple):
    """Ids of one client that follow each other; `rank` counts along the document."""

    rank: int
    client: ClientId
    start: int
    end: int
    parent: Parent

    def part(self, start: int, end: int) -> "Spot":
        """The ids from `start` to `end`, which may reach beyond."""
        return self._replace(start=max(start, self.start), end=min(end, self.end))


class Layout:
    """All ids of a whole log along the document. Raises ValueError if it lacks some."""

    def __init__(self, update: Update) -> None:
        self.spots: list[Spot] = []
        self._types = {
            client: [s.clock for s in section if isinstance(s, Item) and s.kind == TYPE]
            for client, section in update.structs.items()
        }
        found = sequence(update)
        roots = [name for name in found.children if isinstance(name, str)]
        roots += [name for name in found.entries if isinstance(name, str)]
        for root in sorted(set(roots)):
            self._lay(root, found)
        self._by_clock: dict[ClientId, list[Spot]] = {}
        for spot in self.spots:
            self._by_clock.setdefault(spot.client, []).append(spot)
        for spots in self._by_clock.values():
            spots.sort(key=_start)

    def _lay(self, root: str, found: Sequence) -> None:
        walk = [self._within(root, found)]
        while walk:
            spot = next(walk[-1], None)
            if spot is None:
                walk.pop()
                continue
            self.spots.append(spot._replace(rank=len(self.spots)))
            if self.is_type(spot.client, spot.start):
                walk.append(self._within((spot.client, spot.start), found))

    def _within(self, parent: Parent, found: Sequence) -> Iterator[Spot]:
        """What lies in a parent, each type by itself."""
        lists = [found.children.get(parent, ())]
        lists += found.entries.get(parent, {}).values()
        for pieces in lists:
            for client, start, end in pieces:
                reached = start
                types = self._types.get(client, ())
                at, upto = bisect_left(types, start), bisect_left(types, end)
                for clock in types[at:upto]:
                    if reached < clock:
                        yield Spot(0, client, reached, clock, parent)
                    yield Spot(0, client, clock, clock + 1, parent)
                    reached = clock + 1
                if reached < end:
                    yield Spot(0, client, reached, end, parent)

    def is_type(self, client: ClientId, clock: int) -> bool:
        """Whether an id is a type, and so a parent."""
        types = self._types.get(client, ())
        at = bisect_left(types, clock)
        return at < len(types) and types[at] == clock

    def between(self, client: ClientId, start: int, end: int) -> Iterator[Spot]:
        """Where a range of ids lies, by clock; ids that Yjs forgot lie nowhere."""
        spots = self._by_clock.get(client, [])
        at = max(bisect_right(spots, start, key=_start) - 1, 0)
        while at < len(spots) and spots[at].start < end:
            spot = spots[at].part(start, end)
            if spot.start < spot.end:
                yield spot
            at += 1

    def parent(self, identity: Id) -> Parent | None:
        """The parent of an id; None if Yjs forgot it."""
        client, clock = identity
        return next((s.parent for s in self.between(client, clock, clock + 1)), None)


def _start(spot: Spot) -> int:
    return spot.start

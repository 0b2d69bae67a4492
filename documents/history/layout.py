"""Where every id lies in a document, from its beginning to its end, deleted or not.

The order of `history.sequence`, walked through from parent to child. Knows nothing of
time and of what text says.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from documents.history.sequence import Parent, Pieces, Sequence, sequence
from documents.yjs.contents import TYPE
from documents.yjs.updates import ClientId, Id, Item, Update

Place = tuple[int, ...]
"""How many lie before, in the root and then in each parent: places are in order."""


class Spot(NamedTuple):
    """Ids of one client that follow each other in a parent; a type is by itself."""

    client: ClientId
    start: int
    end: int
    parent: Parent

    def part(self, start: int, end: int) -> "Spot":
        """The ids from `start` to `end`, which may reach beyond."""
        return self._replace(start=max(start, self.start), end=min(end, self.end))


Spots = tuple[Spot, ...]


class Layout:
    """All ids of a whole log along the document. A value: it never changes."""

    def __init__(
        self,
        parents: Mapping[Parent, Spots],
        types: Mapping[ClientId, list[int]],
        by_clock: Mapping[ClientId, list[Spot]],
        ranks: Mapping[Parent, Mapping[Spot, int]] | None = None,
    ) -> None:
        """What lies in each parent, from left to right; and the same by client.

        Of some parents it may be known which spot is the how manieth.
        """
        self.parents = parents
        self.types = types
        self._by_clock = by_clock
        self._around: dict[Parent, Place] = {}
        self._ranks = dict(ranks or {})

    @cached_property
    def spots(self) -> list[Spot]:
        """All along the document; what is in a type follows it."""
        spots: list[Spot] = []
        walk = [iter(self.parents[root]) for root in self.roots]
        walk.reverse()
        while walk:
            spot = next(walk[-1], None)
            if spot is None:
                walk.pop()
                continue
            spots.append(spot)
            inner = self.parents.get((spot.client, spot.start))
            if inner is not None:
                walk.append(iter(inner))
        return spots

    @cached_property
    def roots(self) -> list[str]:
        """The names of the roots, in order."""
        return sorted(name for name in self.parents if isinstance(name, str))

    @cached_property
    def root_ranks(self) -> dict[str, int]:
        """How many roots come before each."""
        return {root: at for at, root in enumerate(self.roots)}

    def place(self, spot: Spot) -> Place:
        """The place of ids that lie in one spot."""
        around = self._around.get(spot.parent)
        if around is None:
            around = self._around[spot.parent] = self._place_of(spot.parent)
        return *around, self.rank((spot.client, spot.start))

    def _place_of(self, parent: Parent) -> Place:
        if isinstance(parent, str):
            return (self.root_ranks[parent],)
        spot = self._at(*parent)
        assert spot is not None
        return self.place(spot)

    def rank(self, identity: Id) -> int:
        """How many spots of its parent lie before the one that an id lies in."""
        spot = self._at(*identity)
        assert spot is not None
        ranks = self._ranks.get(spot.parent)
        if ranks is None:
            ranks = {one: at for at, one in enumerate(self.parents[spot.parent])}
            self._ranks[spot.parent] = ranks
        return ranks[spot]

    def is_type(self, client: ClientId, clock: int) -> bool:
        """Whether an id is a type, and so a parent."""
        types = self.types.get(client, ())
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
        spot = self._at(*identity)
        return spot.parent if spot else None

    def _at(self, client: ClientId, clock: int) -> Spot | None:
        spots = self._by_clock.get(client, [])
        at = bisect_right(spots, clock, key=_start) - 1
        return spots[at] if at >= 0 and clock < spots[at].end else None

    def laid(
        self, parents: Mapping[Parent, Spots], types: Mapping[ClientId, list[int]]
    ) -> "Layout":
        """The layout with some parents laid anew, and with these types."""
        by_clock = dict(self._by_clock)
        for parent, spots in parents.items():
            before = self.parents.get(parent, ())
            for spot in set(before).symmetric_difference(spots):
                if by_clock.get(spot.client) is self._by_clock.get(spot.client):
                    by_clock[spot.client] = by_clock.get(spot.client, [])[:]
            for spot in set(before).difference(spots):
                ones = by_clock[spot.client]
                del ones[bisect_left(ones, spot.start, key=_start)]
            for spot in set(spots).difference(before):
                insort(by_clock[spot.client], spot, key=_start)
        ranks = self._ranks.copy()
        for parent in parents:
            ranks.pop(parent, None)
        return Layout({**self.parents, **parents}, types, by_clock, ranks)


def laid_out(update: Update) -> Layout:
    """Lay out a whole log. Raises ValueError if it lacks some ids."""
    types = {
        client: [s.clock for s in section if isinstance(s, Item) and s.kind == TYPE]
        for client, section in update.structs.items()
    }
    found = sequence(update)
    parents = {
        parent: spots_of(parent, _keyed(found, parent), types)
        for parent in {**found.children, **found.entries}
    }
    by_clock: dict[ClientId, list[Spot]] = {}
    for spots in parents.values():
        for spot in spots:
            by_clock.setdefault(spot.client, []).append(spot)
    for ones in by_clock.values():
        ones.sort(key=_start)
    return Layout(parents, types, by_clock)


def _keyed(found: Sequence, parent: Parent) -> dict[str | None, Pieces]:
    keyed: dict[str | None, Pieces] = {None: found.children.get(parent, ())}
    keyed.update(found.entries.get(parent, {}))
    return keyed


def spots_of(
    parent: Parent,
    lists: Mapping[str | None, Pieces],
    types: Mapping[ClientId, list[int]],
) -> Spots:
    """What lies in a parent: its children, and then its entries by key."""
    spots = []
    for _, pieces in sorted(lists.items(), key=_children_first):
        for client, start, end in pieces:
            reached = start
            clocks = types.get(client, [])
            at, upto = bisect_left(clocks, start), bisect_left(clocks, end)
            for clock in clocks[at:upto]:
                if reached < clock:
                    spots.append(Spot(client, reached, clock, parent))
                spots.append(Spot(client, clock, clock + 1, parent))
                reached = clock + 1
            if reached < end:
                spots.append(Spot(client, reached, end, parent))
    return tuple(spots)


def _children_first(keyed: tuple[str | None, Pieces]) -> tuple[bool, str]:
    key, _ = keyed
    return key is not None, key or ""


def _start(spot: Spot) -> int:
    return spot.start

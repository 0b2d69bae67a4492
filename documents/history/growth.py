"""What came to a log since it was laid out: only parents that got ids are laid anew.

Costs what lies in these parents. Knows nothing of time and of what text says.
"""

from bisect import bisect_right
from collections.abc import Iterable

from documents.history.layout import Layout, Spots, laid_out, spots_of
from documents.history.prefixes import within
from documents.history.sequence import Parent, siblings
from documents.yjs.contents import TYPE
from documents.yjs.ranges import Range, normal
from documents.yjs.updates import ClientId, Id, Item, Struct, Update


class _Unclear(Exception):
    """A row refers to what it brings itself, later on."""


def laid_further(layout: Layout, whole: Update, rows: Iterable[Update]) -> Layout:
    """Lay out a whole log, of which only the last rows are not laid out yet.

    Raises ValueError if it lacks some ids.
    """
    arrivals = _Arrivals(layout)
    try:
        for row in rows:
            arrivals.take(row)
        return arrivals.laid(whole)
    except (_Unclear, ValueError):  # or one refers into two parents
        return laid_out(whole)


class _Arrivals:
    """New ids, by the parents that they came into; those that Yjs forgets into None."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._types: dict[ClientId, list[int]] = {}
        self._new: dict[ClientId, list[tuple[int, int, Parent | None]]] = {}
        self._waiting: dict[ClientId, int] = {}
        self._into: dict[Parent, dict[ClientId, list[Range]]] = {}

    def take(self, row: Update) -> None:
        """Take in a row of the log. Raises _Unclear."""
        firsts = {client: section[0].clock for client, section in row.structs.items()}
        self._waiting = firsts
        for client, section in row.structs.items():
            for struct in section:
                self._arrive(client, struct)

    def _arrive(self, client: ClientId, struct: Struct) -> None:
        parent = self._parent_of(struct) if isinstance(struct, Item) else None
        reach = struct.clock, struct.end
        self._new.setdefault(client, []).append((*reach, parent))
        self._waiting[client] = struct.end
        if parent is None:
            return
        self._into.setdefault(parent, {}).setdefault(client, []).append(reach)
        if isinstance(struct, Item) and struct.kind == TYPE:
            self._types.setdefault(client, []).append(struct.clock)

    def _parent_of(self, item: Item) -> Parent | None:
        beside = [one for one in (item.origin, item.right_origin) if one is not None]
        if beside:
            parents = [self._parent(one) for one in beside]
            return None if None in parents else parents[0]
        if isinstance(item.parent, tuple):
            is_there = self._parent(item.parent) is not None
            return item.parent if is_there and self._is_type(item.parent) else None
        return item.parent

    def _parent(self, identity: Id) -> Parent | None:
        client, clock = identity
        if clock >= self._waiting.get(client, clock + 1):
            raise _Unclear
        new = self._new.get(client, [])
        at = bisect_right(new, clock, key=_first) - 1
        if at >= 0 and clock < new[at][1]:
            return new[at][2]
        return self._layout.parent(identity)

    def _is_type(self, identity: Id) -> bool:
        client, clock = identity
        return clock in self._types.get(client, ()) or self._layout.is_type(*identity)

    def laid(self, whole: Update) -> Layout:
        """Lay these parents anew."""
        parents: dict[Parent, Spots] = {}
        types = dict(self._layout.types)
        for client, clocks in self._types.items():
            types[client] = [*types.get(client, ()), *clocks]
        for parent, new in self._into.items():
            ids = {client: list(ranges) for client, ranges in new.items()}
            for spot in self._layout.parents.get(parent, ()):
                ids.setdefault(spot.client, []).append((spot.start, spot.end))
            sections = {
                client: tuple(within(client, section, normal(ids[client])))
                for client, section in whole.structs.items()
                if client in ids
            }
            parents[parent] = spots_of(parent, siblings(Update(sections)), types)
        return self._layout.laid(parents, types)


def _first(one: tuple[int, int, Parent | None]) -> int:
    return one[0]

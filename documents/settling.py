"""Puts new structs in their places, each after those that it refers to.

Mirrors what Yjs does when it integrates: a struct inherits its parent from its left
origin, else its right one; whatever hangs on a forgotten place is forgotten too.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from documents.merging import beyond
from documents.rules import EDITOR_ROOT, Refused, singles
from documents.skeleton import (
    FREE,
    GONE,
    KEYED,
    NOWHERE,
    ROOT,
    Code,
    Place,
    Runs,
    code,
    cut_back,
    inside,
    is_gone,
    is_keyed,
    matter_of,
    place,
    place_of,
    zone_of,
)
from documents.updates import GC, ClientId, Id, Item, Struct

_FORGOTTEN = place(0, GONE)
Sections = Mapping[ClientId, tuple[Struct, ...]]


@dataclass(slots=True)
class _Queue:
    """What one client adds: how far it was taken, and as what."""

    client: ClientId
    structs: tuple[Struct, ...]
    at: int = 0
    taken: list[Struct] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.at == len(self.structs)


class Settling:
    """One attempt to grow clocks and runs; `undo` takes it back."""

    def __init__(
        self,
        clocks: dict[ClientId, int],
        runs: dict[ClientId, Runs],
        check: Callable[[Place, Item], None],
    ) -> None:
        self._clocks = clocks
        self._runs = runs
        self._check = check
        self._before: dict[ClientId, int] = {}

    def settle(
        self, sections: Sections
    ) -> tuple[dict[ClientId, tuple[Struct, ...]], bool]:
        """Take all structs whose references are there, and say if some stayed out.

        Known ids are skipped. Raises Refused, after which `undo` must be called.
        """
        queues = {}
        for client, section in sections.items():
            if new := beyond(client, section, self._clocks.get(client, 0)):
                queues[client] = _Queue(client, new)
        ready = sorted(queues)
        waiting: dict[ClientId, list[tuple[int, ClientId]]] = defaultdict(list)
        while ready:
            queue = queues[ready.pop()]
            missing = self._advance(queue)
            if missing is not None:
                heappush(waiting[missing[0]], (missing[1], queue.client))
            woken = waiting[queue.client]
            while woken and woken[0][0] < self._clocks.get(queue.client, 0):
                ready.append(heappop(woken)[1])
        taken = {c: tuple(queue.taken) for c, queue in queues.items() if queue.taken}
        return taken, not all(queue.done for queue in queues.values())

    def undo(self) -> None:
        """Leave clocks and runs as they were."""
        for client, clock in self._before.items():
            if clock:
                self._clocks[client] = clock
            else:
                self._clocks.pop(client, None)
            cut_back(self._runs, client, clock)

    def _advance(self, queue: _Queue) -> Id | None:
        """Take structs until one lacks an id; return it, if it may yet come."""
        client = queue.client
        reached = self._clocks.get(client, 0)
        self._before.setdefault(client, reached)
        while queue.at < len(queue.structs):
            struct = queue.structs[queue.at]
            if struct.clock > reached:
                return None
            if isinstance(struct, GC):
                found = NOWHERE
            elif (missing := self._missing(client, struct)) is not None:
                return missing
            else:
                found = self._code(struct)
            self._grow(client, struct, found)
            reached = struct.clock + struct.length
            queue.at += 1
            if is_keyed(place_of(found)) and isinstance(struct, Item):
                queue.taken.extend(singles(client, struct))
            else:
                queue.taken.append(struct)
        return None

    def _grow(self, client: ClientId, struct: Struct, found: Code) -> None:
        runs = self._runs.get(client)
        if runs is None:
            runs = self._runs[client] = Runs()
        runs.append(struct.clock, found)
        self._clocks[client] = struct.clock + struct.length

    def _missing(self, client: ClientId, item: Item) -> Id | None:
        for reference in (item.origin, item.right_origin, item.parent):
            if reference is None or isinstance(reference, str):
                continue
            if reference[0] == client:
                if reference[1] >= item.clock:
                    raise Refused("a reference into its own future")
            elif reference[1] >= self._clocks.get(reference[0], 0):
                return reference
        return None

    def _code(self, item: Item) -> Code:
        where = self._place(item)
        self._check(where, item)
        if zone_of(where) == GONE:
            return NOWHERE
        return code(where, matter_of(item.kind, item.content))

    def _place(self, item: Item) -> Place:
        left, right = item.origin, item.right_origin
        beside = [self._at(origin) for origin in (left, right) if origin is not None]
        if beside:
            forgotten = any(is_gone(found) for found in beside)
            return _FORGOTTEN if forgotten else place_of(beside[0])
        if isinstance(item.parent, tuple):
            return self._within(item)
        zone = ROOT if item.parent == EDITOR_ROOT else FREE
        return place(0, zone, keyed=item.key is not None)

    def _within(self, item: Item) -> Place:
        assert isinstance(item.parent, tuple)
        where = inside(self._at(item.parent))
        if where is None:
            raise Refused("a parent that is no type")
        if item.key is None or zone_of(where) == GONE:
            return where
        return where | KEYED

    def _at(self, identity: Id) -> Code:
        return self._runs[identity[0]].at(identity[1])

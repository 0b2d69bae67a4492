"""Puts new structs in their places, each after those that it refers to.

Mirrors what Yjs does when it integrates: a struct inherits its parent from its left
origin, else its right one; whatever hangs on a forgotten place is forgotten too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from documents.contents import DELETED
from documents.merging import beyond
from documents.rules import EDITOR_ROOT, MAX_VALUES, Refused, singles
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
    """What one client adds, and how much of it was taken."""

    client: ClientId
    structs: tuple[Struct, ...]
    at: int = 0

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
        self._entries: set[Id] = set()  # long map entries, to be split
        self._values = 0  # how many values they hold

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
        waiting: dict[ClientId, list[tuple[int, ClientId]]] = {}
        while ready:
            queue = queues[ready.pop()]
            missing = self._advance(queue)
            if missing is not None:
                heappush(waiting.setdefault(missing[0], []), (missing[1], queue.client))
            woken = waiting.get(queue.client, [])
            while woken and woken[0][0] < self._clocks.get(queue.client, 0):
                ready.append(heappop(woken)[1])
        taken = {c: self._taken(queue) for c, queue in queues.items() if queue.at}
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
            if struct.length > 1 and is_keyed(place_of(found)):
                self._note(client, struct)
        return None

    def _note(self, client: ClientId, entry: Struct) -> None:
        if isinstance(entry, Item) and entry.kind != DELETED:
            self._entries.add((client, entry.clock))
            self._values += entry.length
            if self._values > MAX_VALUES:
                raise Refused("too many values for one map entry")

    def _taken(self, queue: _Queue) -> tuple[Struct, ...]:
        taken = queue.structs[: queue.at]
        if not self._entries:
            return taken
        return tuple([piece for s in taken for piece in self._split(queue.client, s)])

    def _split(self, client: ClientId, struct: Struct) -> Iterable[Struct]:
        if isinstance(struct, Item) and (client, struct.clock) in self._entries:
            return singles(client, struct)
        return (struct,)

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

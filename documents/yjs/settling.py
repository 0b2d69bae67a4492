"""Puts new structs in their places, each after those that it refers to.

Mirrors what Yjs does when it integrates: a struct inherits its parent from its left
origin, else its right one; whatever hangs on a forgotten place is forgotten too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from documents.yjs.contents import DELETED
from documents.yjs.merging import beyond
from documents.yjs.rules import EDITOR_ROOT, MAX_VALUES, Refused, singles
from documents.yjs.skeleton import (
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
from documents.yjs.updates import GC, ClientId, Id, Item, Struct

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
        self._taken: dict[ClientId, tuple[Struct, ...]] = {}
        self._stalled: dict[ClientId, _Queue] = {}
        self._entries: set[Id] = set()  # long map entries, to be split
        self._values = 0  # how many values they hold

    def settle(
        self, sections: Sections
    ) -> tuple[dict[ClientId, tuple[Struct, ...]], bool]:
        """Take all structs whose references are there, and say if some stayed out.

        Known ids are skipped. Raises Refused, after which `undo` must be called.
        """
        ready = sorted(sections)
        waiting: dict[ClientId, list[tuple[int, ClientId]]] = {}
        while ready:
            client = ready.pop()
            missing = self._resume(client, sections[client])
            if missing is not None:
                heappush(waiting.setdefault(missing[0], []), (missing[1], client))
            woken = waiting.get(client)
            while woken and woken[0][0] < self._clocks.get(client, 0):
                ready.append(heappop(woken)[1])
        for queue in self._stalled.values():
            if queue.at:
                self._taken[queue.client] = queue.structs[: queue.at]
        taken = self._taken
        if self._entries:
            taken = {client: self._split(client, s) for client, s in taken.items()}
        return taken, bool(self._stalled)

    def undo(self) -> None:
        """Leave clocks and runs as they were."""
        for queue in self._stalled.values():
            if queue.at:
                self._taken[queue.client] = queue.structs
        for client, structs in self._taken.items():
            if clock := structs[0].clock:
                self._clocks[client] = clock
            else:
                del self._clocks[client]
            cut_back(self._runs, client, clock)

    def _resume(self, client: ClientId, section: tuple[Struct, ...]) -> Id | None:
        queue = self._stalled.get(client)
        if queue is None:
            new = beyond(client, section, self._clocks.get(client, 0))
            queue = self._stalled[client] = _Queue(client, new)
        missing = self._advance(queue)
        if queue.done:
            del self._stalled[client]
            if queue.structs:
                self._taken[client] = queue.structs
        return missing

    def _advance(self, queue: _Queue) -> Id | None:
        """Take structs until one lacks an id; return it, if it may yet come."""
        client = queue.client
        reached = self._clocks.get(client, 0)
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

    def _split(
        self, client: ClientId, structs: tuple[Struct, ...]
    ) -> tuple[Struct, ...]:
        return tuple([piece for s in structs for piece in self._pieces(client, s)])

    def _pieces(self, client: ClientId, struct: Struct) -> Iterable[Struct]:
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
        beside = left or right
        if beside is not None:
            found = self._at(beside)
            forgotten = is_gone(found) or (
                left is not None and right is not None and is_gone(self._at(right))
            )
            return _FORGOTTEN if forgotten else place_of(found)
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

"""The order of all ids within each parent, deleted ones too, which never changes.

YATA (Nicolaescu et al., "Near Real-Time Peer-to-Peer Shared Editing on Extensible Data
Types", 2016) as Yjs 13.6 has it, on the structs of a whole log: no CRDT engine, and no
content but types. Knows nothing of what is visible.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from documents.yjs import contents
from documents.yjs.updates import GC, ClientId, Id, Item, Struct, Update

Parent = str | Id
"""The name of a root, or the id of a type."""


class Piece(NamedTuple):
    """Ids of one client that follow each other in their parent too."""

    client: ClientId
    start: int
    end: int


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """What lies in each parent, from left to right: children, and entries by key.

    Of the entries of a key only the last that is there counts.
    """

    children: Mapping[Parent, Pieces]
    entries: Mapping[Parent, Mapping[str, Pieces]]


def sequence(update: Update) -> Sequence:
    """Put all ids of an update in order. Raises ValueError if it is not complete.

    Ids that Yjs would forget (GC, and whatever hangs on it) have no place.
    """
    weave = _Weave(_cut(update))
    weave.integrate()
    children: dict[Parent, Pieces] = {}
    entries: dict[Parent, dict[str, Pieces]] = {}
    for (parent, key), pieces in weave.slots():
        if key is None:
            children[parent] = pieces
        else:
            entries.setdefault(parent, {})[key] = pieces
    return Sequence(children, entries)


def siblings(update: Update) -> dict[str | None, Pieces]:
    """Put all ids of one parent in order: its children, and its entries by key.

    What it is does not matter. Raises ValueError if one of them refers to others.
    """
    weave = _Weave(_cut(update), are_siblings=True)
    weave.integrate()
    return {key: pieces for (_, key), pieces in weave.slots()}


_Slot = tuple[Parent, str | None]
_NONE: Final = -1
_GONE: Final = -1  # the slot of what Yjs forgets


@dataclass(frozen=True, slots=True)
class _Cut:
    """Structs, cut wherever others refer to a place within; numbered by client, clock.

    So an origin is always the last id of one piece, a right origin the first of one.
    """

    clients: list[ClientId]
    starts: list[int]
    ends: list[int]
    structs: list[Struct]
    spans: dict[ClientId, tuple[int, int]]

    def holding(self, identity: Id) -> int:
        """The number of the piece that holds an id."""
        client, clock = identity
        begin, until = self.spans.get(client, (0, 0))
        at = bisect_right(self.starts, clock, begin, until) - 1
        if at < begin or clock >= self.ends[at]:
            raise ValueError("not a complete update")
        return at

    def piece(self, number: int) -> Piece:
        """The ids of a piece."""
        return Piece(self.clients[number], self.starts[number], self.ends[number])


def _cut(update: Update) -> _Cut:
    cut = _Cut([], [], [], [], {})
    places = _places(update)
    for client, section in update.structs.items():
        begin = len(cut.starts)
        inner = sorted(places.get(client, ()), reverse=True)
        for struct in section:
            start, end = struct.clock, struct.clock + struct.length
            while inner and inner[-1] <= start:
                inner.pop()
            while start < end:
                until = inner.pop() if inner and inner[-1] < end else end
                cut.starts.append(start)
                cut.ends.append(until)
                cut.structs.append(struct)
                start = until
        cut.spans[client] = begin, len(cut.starts)
        cut.clients.extend([client] * (len(cut.starts) - begin))
    return cut


def _places(update: Update) -> dict[ClientId, set[int]]:
    """Where structs must be cut: after every origin and before every right origin."""
    places: dict[ClientId, set[int]] = {}
    for section in update.structs.values():
        for struct in section:
            if isinstance(struct, Item):
                if struct.origin is not None:
                    client, clock = struct.origin
                    places.setdefault(client, set()).add(clock + 1)
                if struct.right_origin is not None:
                    client, clock = struct.right_origin
                    places.setdefault(client, set()).add(clock)
    return places


class _Weave:
    """Pieces linked with their neighbours, one list a slot."""

    def __init__(self, cut: _Cut, *, are_siblings: bool = False) -> None:
        count = len(cut.starts)
        self._cut = cut
        self._are_siblings = are_siblings
        self._next = {client: begin for client, (begin, _) in cut.spans.items()}
        self._origins = [_NONE] * count
        self._rights = [_NONE] * count
        self._before = [_NONE] * count
        self._after = [_NONE] * count
        self._slots = [_GONE] * count
        self._numbers: dict[_Slot, int] = {}
        self._heads: list[int] = []

    def slots(self) -> Iterator[tuple[_Slot, Pieces]]:
        """The pieces of each slot, in order."""
        for slot, number in self._numbers.items():
            yield slot, tuple(self._joined(self._heads[number]))

    def _joined(self, at: int) -> Iterator[Piece]:
        last = self._cut.piece(at)
        while (at := self._after[at]) != _NONE:
            piece = self._cut.piece(at)
            if piece.client == last.client and piece.start == last.end:
                last = Piece(last.client, last.start, piece.end)
            else:
                yield last
                last = piece
        yield last

    def integrate(self) -> None:
        """Link all pieces, each after those that it refers to."""
        for client, (begin, end) in self._cut.spans.items():
            if begin < end:
                self._advance(client, end - 1)

    def _advance(self, client: ClientId, target: int) -> None:
        waiting = [(client, target)]
        while waiting:
            client, target = waiting[-1]
            missing = self._integrate_until(client, target)
            if missing == _NONE:
                waiting.pop()
                continue
            owner = self._cut.clients[missing]
            if any(owner == other for other, _ in waiting):
                raise ValueError("an update that refers to its own future")
            waiting.append((owner, missing))

    def _integrate_until(self, client: ClientId, target: int) -> int:
        """Link pieces of a client until one refers to what is not there; tell it."""
        number = self._next[client]
        while number <= target:
            missing = self._place(number)
            if missing != _NONE:
                return missing
            number += 1
            self._next[client] = number
        return _NONE

    def _place(self, number: int) -> int:
        """Link a piece, or tell which one must be linked before it."""
        struct = self._cut.structs[number]
        if isinstance(struct, GC):
            return _NONE
        origin = right = _NONE
        if self._cut.starts[number] > struct.clock:
            origin = number - 1
        elif struct.origin is not None:
            origin = self._cut.holding(struct.origin)
        if struct.right_origin is not None:
            right = self._cut.holding(struct.right_origin)
        parent = _NONE
        if origin == right == _NONE and isinstance(struct.parent, tuple):
            parent = _NONE if self._are_siblings else self._cut.holding(struct.parent)
        for other in (origin, right, parent):
            if other != _NONE and other >= self._next[self._cut.clients[other]]:
                return other
        slot = self._slot(struct, origin, right, parent)
        if slot != _GONE:
            self._origins[number], self._rights[number] = origin, right
            self._slots[number] = slot
            self._link(number, slot)
        return _NONE

    def _slot(self, item: Item, origin: int, right: int, parent: int) -> int:
        beside = [self._slots[other] for other in (origin, right) if other != _NONE]
        if beside:
            return _GONE if _GONE in beside else beside[0]
        if parent != _NONE and not self._is_type(parent):
            return _GONE
        assert item.parent is not None
        slot = (item.parent, item.key)
        number = self._numbers.setdefault(slot, len(self._heads))
        if number == len(self._heads):
            self._heads.append(_NONE)
        return number

    def _is_type(self, number: int) -> bool:
        struct = self._cut.structs[number]
        there = self._slots[number] != _GONE
        return there and isinstance(struct, Item) and struct.kind == contents.TYPE

    def _link(self, number: int, slot: int) -> None:
        left, right = self._origins[number], self._rights[number]
        before, after = self._before, self._after
        if left != _NONE:
            alone = after[left] == right
        else:
            alone = right != _NONE and before[right] == _NONE
        if not alone:
            left = self._left(number, slot)
        before[number] = left
        if left != _NONE:
            following = after[left]
            after[left] = number
        else:
            following = self._heads[slot]
            self._heads[slot] = number
        after[number] = following
        if following != _NONE:
            before[following] = number

    def _left(self, number: int, slot: int) -> int:
        """The left neighbour among those that were inserted at the same place."""
        clients, origins, rights = self._cut.clients, self._origins, self._rights
        client, origin, right = clients[number], origins[number], rights[number]
        left = origin
        other = self._heads[slot] if left == _NONE else self._after[left]
        passed: set[int] = set()
        conflicting: set[int] = set()
        while other not in (_NONE, right):
            passed.add(other)
            conflicting.add(other)
            if origins[other] == origin:
                if clients[other] < client:
                    left = other
                    conflicting.clear()
                elif rights[other] == right:
                    break
            elif origins[other] not in passed:
                break
            elif origins[other] not in conflicting:
                left = other
                conflicting.clear()
            other = self._after[other]
        return left

"""Algebra of updates: merge, squash, difference, since; all on bytes and ids.

No CRDT is integrated here. Where two updates hold one id, the earlier argument wins,
so a later garbage collection never hides what was written first.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import merge as interleave
from itertools import pairwise
from operator import attrgetter

from documents.yjs import contents
from documents.yjs.extents import Extent
from documents.yjs.ranges import Range, normal
from documents.yjs.updates import (
    GC,
    HAS_KEY,
    HAS_ORIGIN,
    ClientId,
    Id,
    Item,
    Struct,
    Update,
)

_Section = tuple[Struct, ...]
_clock: Callable[[Struct], int] = attrgetter("clock")


def merge(updates: Iterable[Update]) -> Update:
    """One update with all that these hold; the earliest wins where two hold one id.

    Associative and idempotent; structs are cut where they must be, never joined.
    """
    sections: dict[ClientId, list[_Section]] = {}
    deletions: dict[ClientId, list[Range]] = {}
    for update in updates:
        for client, section in update.structs.items():
            sections.setdefault(client, []).append(section)
        for client, ranges in update.deletes.items():
            deletions.setdefault(client, []).extend(ranges)
    return Update(
        {client: _overlaid(client, many) for client, many in sections.items()},
        {client: normal(ranges) for client, ranges in deletions.items()},
    )


def _overlaid(client: ClientId, sections: list[_Section]) -> _Section:
    if len(sections) == 1:
        return sections[0]
    together = sorted([s for section in sections for s in section], key=_clock)
    if _apart(together):
        return tuple(together)
    middle = len(sections) // 2
    first = _overlaid(client, sections[:middle])
    second = _overlaid(client, sections[middle:])
    return tuple(interleave(first, _outside(client, second, first), key=_clock))


def _apart(structs: list[Struct]) -> bool:
    reached = 0
    for struct in structs:
        if struct.clock < reached:
            return False
        reached = struct.clock + struct.length
    return True


def _outside(client: ClientId, structs: _Section, others: _Section) -> Iterator[Struct]:
    """The parts of `structs` whose ids none of `others` holds."""
    at = 0
    for struct in structs:
        clock, end = struct.clock, struct.end
        while at < len(others) and others[at].end <= clock:
            at += 1
        look = at
        while clock < end and look < len(others) and others[look].clock < end:
            if clock < others[look].clock:
                yield part(client, struct, clock, others[look].clock)
            clock = others[look].end
            look += 1
        if clock < end:
            yield part(client, struct, clock, end)


def part(client: ClientId, struct: Struct, start: int, end: int) -> Struct:
    """The ids from `start` to `end` of a struct, as Yjs would split it."""
    if start == struct.clock and end == struct.end:
        return struct
    if isinstance(struct, GC):
        return GC(start, end - start)
    (found,) = _pieces(client, struct, [start, end])
    return found


def _pieces(client: ClientId, item: Item, marks: Sequence[int]) -> Iterator[Item]:
    """The ids between neighbours of sorted clocks."""
    offsets = [mark - item.clock for mark in marks]
    found = contents.pieces(item.content, offsets)
    for (start, end), content in zip(pairwise(marks), found, strict=True):
        if start == item.clock:
            info, origin = item.info, item.origin
            parent, key = item.parent, item.key
        else:
            info, origin = item.info | HAS_ORIGIN, (client, start - 1)
            parent = key = None
        yield Item(
            start, end - start, info, origin, item.right_origin, parent, key, content
        )


def squash(update: Update) -> Update:
    """Join neighbours that Yjs would have split from one struct; loses nothing.

    Joined are GC with GC, and items of one kind with equal right origins of which the
    right one's origin is the left one's last id. Map entries stay single, and so does
    what may be one: an entry longer than one makes Yjs throw. What an item has both
    to its left and to its right, as Yjs' undo writes it, begins a struct of its own.
    """
    keyed = _Keyed(update)
    sections = {
        client: tuple(_squashed(client, section, keyed))
        for client, section in update.structs.items()
    }
    return Update(_divided(sections, sections.values()), update.deletes)


def extended(whole: Update, later: Update) -> Update:
    """What means `squash(merge([whole, later]))`: a squashed log, and what came then.

    Costs what comes later; and as much as a merge where both hold the same ids.
    """
    together, tails = dict(whole.structs), {}
    for client, section in later.structs.items():
        known = whole.structs.get(client, ())
        if known and section[0].clock < known[-1].end:
            return squash(merge([whole, later]))
        together[client] = known + section
        tails[client] = len(known) - 1 if known else 0
    deletes = {
        client: normal([*whole.deletes.get(client, ()), *ranges])
        for client, ranges in later.deletes.items()
    }
    keyed = _Keyed(Update(together))
    ends = {
        client: tuple(_squashed(client, together[client][at:], keyed))
        for client, at in tails.items()
    }
    structs = {
        client: together[client][: tails[client]] + end for client, end in ends.items()
    }
    structs = _divided({**whole.structs, **structs}, ends.values())
    return Update(structs, {**whole.deletes, **deletes})


def _squashed(client: ClientId, section: _Section, keyed: "_Keyed") -> Iterator[Struct]:
    chain = [section[0]]
    for struct in section[1:]:
        last = chain[-1]
        if _follows(client, last, struct) and not (
            isinstance(last, Item) and keyed.possibly(client, last)
        ):
            chain.append(struct)
        else:
            yield _joined(chain)
            chain = [struct]
    yield _joined(chain)


def _follows(client: ClientId, left: Struct, right: Struct) -> bool:
    if left.clock + left.length != right.clock:
        return False
    if isinstance(left, GC) or isinstance(right, GC):
        return isinstance(left, GC) and isinstance(right, GC)
    return (
        right.origin == (client, right.clock - 1)
        and left.right_origin == right.right_origin
        and left.kind == right.kind
        and left.kind in contents.JOINABLE
    )


def _joined(chain: list[Struct]) -> Struct:
    first = chain[0]
    if len(chain) == 1:
        return first
    length = chain[-1].end - first.clock
    if isinstance(first, GC):
        return GC(first.clock, length)
    content = contents.joined([s.content for s in chain if isinstance(s, Item)])
    return Item(
        first.clock,
        length,
        first.info,
        first.origin,
        first.right_origin,
        first.parent,
        first.key,
        content,
    )


def _divided(
    sections: Mapping[ClientId, _Section], new: Iterable[_Section]
) -> dict[ClientId, _Section]:
    """Sections with structs that begin where new items have something on both sides."""
    found = dict(sections)
    for client, starts in _embraced(sections, new).items():
        found[client] = tuple(_cut(client, sections[client], sorted(starts)))
    return found


def _embraced(
    sections: Mapping[ClientId, _Section], new: Iterable[_Section]
) -> dict[ClientId, set[int]]:
    """Where inside of structs something begins that an item has on both its sides.

    Yjs takes the struct that ends at the item's origin for its left, and only then
    splits that at its right origin: the item would land before what it stands behind.
    """
    found: dict[ClientId, set[int]] = {}
    for section in new:
        for item in section:
            if not isinstance(item, Item) or not item.origin or not item.right_origin:
                continue
            (client, last), (beside, first) = item.origin, item.right_origin
            if client != beside or first > last:
                continue
            whole = holding(sections.get(client, ()), last)
            if whole and whole.clock < first:
                found.setdefault(client, set()).add(first)
    return found


def _cut(
    client: ClientId, section: _Section, starts: Sequence[int]
) -> Iterator[Struct]:
    """Let items begin there, but where that would cut a surrogate pair in two."""
    for struct in section:
        first = bisect_right(starts, struct.clock)
        inside = starts[first : bisect_left(starts, struct.end)]
        if isinstance(struct, GC) or not inside:
            yield struct
            continue
        offsets = [start - struct.clock for start in inside]
        whole = contents.between_pairs(struct.content, offsets)
        marks = [struct.clock + offset for offset in (0, *whole, struct.length)]
        yield from _pieces(client, struct, marks)


class _Keyed:
    """Which items of an update may be map entries: they inherit it by their origins.

    Takes for granted what admission sees to: entries hold no strings, and are single
    unless they are deleted.
    """

    def __init__(self, update: Update) -> None:
        self._update = update
        self._known: dict[Id, bool] = {}

    def possibly(self, client: ClientId, item: Item) -> bool:
        """False only where the update itself proves that this is no map entry."""
        trail: list[Id] = []
        struct: Struct | None = item
        answer: bool | None = None
        while answer is None:
            if not isinstance(struct, Item):
                answer = True  # held elsewhere, or forgotten: who knows
                break
            identity = (client, struct.clock)
            answer = self._known.get(identity, _evident(struct))
            if answer is None:
                trail.append(identity)
                self._known[identity] = True  # ends a ring of origins
                client, clock = struct.origin or struct.right_origin or identity
                struct = holding(self._update.structs.get(client, ()), clock)
        self._known.update(dict.fromkeys(trail, answer))
        return answer


def _evident(item: Item) -> bool | None:
    """Whether an item tells by itself that it is a map entry, or none."""
    if item.kind == contents.STRING:
        return False
    if item.length > 1 and item.kind != contents.DELETED:
        return False
    if item.info & HAS_KEY:
        return True
    if item.origin is None and item.right_origin is None:
        return False
    return None


def holding(section: _Section, clock: int) -> Struct | None:
    """The struct that holds a clock, if any does."""
    at = bisect_right(section, clock, key=_clock) - 1
    return section[at] if at >= 0 and clock < section[at].end else None


def difference(update: Update, extent: Extent) -> Update:
    """What of an update an extent lacks; structs and deletions both trimmed."""
    return Update(_beyond(update, extent.clocks), extent.undeleted(update.deletes))


def since(update: Update, state_vector: Mapping[ClientId, int]) -> Update:
    """What a Yjs client with this state vector lacks: later structs, all deletions.

    State vectors are silent about deletions, so none can be left out (as in Yjs).
    """
    return Update(_beyond(update, state_vector), update.deletes)


def _beyond(
    update: Update, clocks: Mapping[ClientId, int]
) -> dict[ClientId, tuple[Struct, ...]]:
    sections = {}
    for client, section in update.structs.items():
        if new := beyond(client, section, clocks.get(client, 0)):
            sections[client] = new
    return sections


def beyond(client: ClientId, section: _Section, clock: int) -> _Section:
    """The structs of one client from `clock` on."""
    if section[0].clock >= clock:
        return section
    return tuple(
        part(client, struct, max(struct.clock, clock), struct.end)
        for struct in section
        if struct.end > clock
    )

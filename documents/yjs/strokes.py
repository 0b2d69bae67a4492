"""Letters typed one after the other: each is known by its bytes, from the one before.

Who types on inserts strings of which each follows the last, before one right neighbour.
Such an update is the one before it with two clocks moved on. Knows no log: whether it
may be stored there is the business of `documents.yjs.admission`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from documents.yjs.contents import STRING, units
from documents.yjs.lib0 import MAX_CLOCK, uint
from documents.yjs.updates import (
    HAS_ORIGIN,
    HAS_RIGHT_ORIGIN,
    ClientId,
    Id,
    Item,
    Update,
    parse,
)

_LONG: Final = 128
"""Bytes of a string from which its length takes two."""
_MOST: Final = 1000
"""Strokes that are gathered at once."""


class Hand:
    """The hand of one client, and what its next stroke looks like.

    `clock` is the next stroke's, `right` its right origin, `clients` the client alone;
    `cuts` tells its beginning to whoever let it begin.
    """

    __slots__ = (
        "_head",
        "_middle",
        "_prefix",
        "_tail",
        "client",
        "clients",
        "clock",
        "cuts",
        "right",
    )

    def __init__(
        self, client: ClientId, clock: int, right: Id | None, cuts: int = 0
    ) -> None:
        self.client, self.right, self.cuts = client, right, cuts
        self.clients = frozenset((client,))
        number = uint(client)
        self._head = b"\x01\x01" + number
        self._middle = bytes((_info(right),)) + number
        self._tail = uint(right[0]) + uint(right[1]) if right else b""
        self.move(clock)

    def move(self, clock: int) -> None:
        """Expect the next stroke at this clock, which is past zero."""
        self.clock = clock
        self._prefix = (
            self._head + uint(clock) + self._middle + uint(clock - 1) + self._tail
        )

    def read(self, payload: bytes) -> "Stroke | None":
        """Give the next stroke, if these bytes are just what `encode` makes of it."""
        at = len(self._prefix)
        if not payload.startswith(self._prefix) or len(payload) < at + 3:
            return None
        content = payload[at + 1 : -1]
        if payload[at] != len(content) or len(content) >= _LONG or payload[-1]:
            return None
        try:
            length = units(content)
        except UnicodeDecodeError:
            return None
        if self.clock + length > MAX_CLOCK:
            return None
        return Stroke(self, self.clock, length, content)


@dataclass(slots=True, eq=False)
class Stroke:
    """One update of a hand: a string of so many units, its first id at `clock`."""

    hand: Hand
    clock: int
    length: int
    content: bytes


def joined(strokes: Sequence[Stroke]) -> Update:
    """Give strokes of one hand that follow one another as one update, squashed."""
    first, last = strokes[0], strokes[-1]
    hand = first.hand
    item = Item(
        first.clock,
        last.clock + last.length - first.clock,
        _info(hand.right),
        (hand.client, first.clock - 1),
        hand.right,
        None,
        None,
        b"".join([stroke.content for stroke in strokes]),
    )
    return Update({hand.client: (item,)})


def parse_rows(payloads: Iterable[bytes]) -> Iterator[Update]:
    """Read the updates of a log; what was typed in one go comes as one, squashed.

    In the log's order, but for strokes: they come later, yet before anything that may
    refer to them. Each refers to the stroke before it and to what that refers to.
    Raises Malformed.
    """
    hands: dict[bytes, Hand] = {}
    typed: dict[Hand, list[Stroke]] = {}
    for count, payload in enumerate(payloads, 1):
        start = _start(payload)
        hand = hands.get(start)
        stroke = hand.read(payload) if hand else None
        if hand and stroke:
            hand.move(stroke.clock + stroke.length)
            typed.setdefault(hand, []).append(stroke)
        if not stroke or count % _MOST == 0:
            yield from map(joined, typed.values())
            typed.clear()
        if not stroke:
            update = parse(payload)
            hands.pop(start, None)
            if found := hand_of(update):
                hands[start] = found
            yield update
    yield from map(joined, typed.values())


def hand_of(update: Update, cuts: int = 0) -> Hand | None:
    """Give the hand that goes on where the only text of an update ends, if any does."""
    if len(update.structs) != 1:
        return None
    ((client, structs),) = update.structs.items()
    last = structs[-1]
    if not isinstance(last, Item) or last.kind != STRING:
        return None
    return Hand(client, last.end, last.right_origin, cuts)


def _start(payload: bytes) -> bytes:
    """Give the bytes of an update until after its first client."""
    end = 2
    while payload[end : end + 1] >= b"\x80":
        end += 1
    return payload[: end + 1]


def _info(right: Id | None) -> int:
    return HAS_ORIGIN | STRING | (HAS_RIGHT_ORIGIN if right else 0)

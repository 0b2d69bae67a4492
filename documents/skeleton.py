"""Where every id of a log lives: its kind of parent, how deep, map entry or not.

Items inherit this through their origins, so the wire leaves it out. Kept as runs of
equal places per client: a code of 16 bits for what may be hundreds of ids. Which
parent it is, is forgotten: admission asks only what kind of place it is.
"""

from array import array
from bisect import bisect_right
from typing import Final

from typing_extensions import override

from documents import contents
from documents.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.updates import ClientId

# Zones: what kind of parent.
GONE, FREE, ROOT, ELEMENT, TEXT = range(5)
# Matter: what the id itself is, for those who name it as their parent.
PLAIN, VOID, TYPE, XML_TEXT = range(4)

Place = int
"""Depth, zone and map entry or not, packed."""
Code = int
"""A place and the matter there, packed."""

KEYED: Final[Place] = 1
_LARGEST: Final = 2**16 - 1


def place(depth: int, zone: int, *, keyed: bool = False) -> Place:
    """Pack a place."""
    return depth << 4 | zone << 1 | keyed


def zone_of(where: Place) -> int:
    """The kind of parent."""
    return where >> 1 & 7


def depth_of(where: Place) -> int:
    """How many types lie around."""
    return where >> 4


def is_keyed(where: Place) -> bool:
    """Whether map entries live there."""
    return bool(where & 1)


def code(where: Place, matter: int) -> Code:
    """Pack what lives at a place."""
    return where << 2 | matter


NOWHERE: Final[Code] = place(0, GONE) << 2 | VOID


def place_of(found: Code) -> Place:
    """The place of something."""
    return found >> 2


def is_gone(found: Code) -> bool:
    """Whether the place is forgotten, as that of a GC struct."""
    return zone_of(found >> 2) == GONE


def inside(found: Code) -> Place | None:
    """The place within something: None if it is no type."""
    matter = found & 3
    if matter == PLAIN:
        return None
    if matter == VOID:
        return place(0, GONE)
    where = place_of(found)
    depth = depth_of(where) + 1
    if zone_of(where) == FREE:
        return place(depth, FREE)
    return place(depth, ELEMENT if matter == TYPE else TEXT)


def matter_of(kind: int, content: contents.Content) -> int:
    """What content is to those who name its id as their parent."""
    if kind == contents.DELETED:
        return VOID
    if kind != contents.TYPE:
        return PLAIN
    return XML_TEXT if content[0] == contents.XML_TEXT else TYPE


class Runs:
    """The codes of one client's ids from zero on."""

    __slots__ = ("_codes", "_starts")

    def __init__(self) -> None:
        self._starts = array("I")
        self._codes = array("H")

    def __len__(self) -> int:
        return len(self._starts)

    __hash__ = None  # type: ignore[assignment]  # it changes

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Runs):
            return NotImplemented
        return self._starts == other._starts and self._codes == other._codes

    def append(self, clock: int, found: Code) -> None:
        """All ids from `clock` on are this."""
        codes = self._codes
        if not codes or codes[-1] != found:
            self._starts.append(clock)
            codes.append(found)

    def truncate(self, clock: int) -> None:
        """Forget all ids from `clock` on."""
        starts = self._starts
        while starts and starts[-1] >= clock:
            starts.pop()
            self._codes.pop()

    def at(self, clock: int) -> Code:
        """The code of an id that is there."""
        return self._codes[bisect_right(self._starts, clock) - 1]

    def write(self, writer: Writer) -> None:
        """Write as lengths and codes."""
        writer.uint(len(self._starts))
        last = 0
        for start, found in zip(self._starts, self._codes, strict=True):
            writer.uint(start - last)
            writer.uint(found)
            last = start

    @classmethod
    def read(cls, reader: Reader, end: int) -> "Runs":
        """Mirror of `write` for ids up to `end`; raises Malformed."""
        runs = cls()
        clock = 0
        for count in range(reader.uint()):
            offset = reader.at
            step = reader.uint(MAX_CLOCK)
            clock += step
            if (step == 0) != (count == 0) or clock >= end:
                raise Malformed("not a run", offset)
            runs.append(clock, reader.uint(_LARGEST))
        if not runs:
            raise Malformed("no runs", reader.at)
        return runs


def cut_back(runs: dict[ClientId, Runs], client: ClientId, clock: int) -> None:
    """Forget the places of a client's ids from `clock` on."""
    if clock:
        runs[client].truncate(clock)
    else:
        runs.pop(client, None)

"""Where every id of a log lives: its kind of parent, how deep, map entry or not.

Items inherit this through their origins, so the wire leaves it out. Kept as runs of
equal places per client: a code of 16 bits for what may be hundreds of ids. Which
parent it is, is forgotten: admission asks only what kind of place it is.
"""

from array import array
from bisect import bisect_right
from typing import Final

from typing_extensions import override

from documents.yjs import contents
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.updates import ClientId

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
    """The codes of one client's ids from zero on; eight bytes a run."""

    __slots__ = ("_packed",)

    def __init__(self) -> None:
        self._packed = array("Q")  # first clock and code of each run

    def __len__(self) -> int:
        return len(self._packed)

    __hash__ = None  # type: ignore[assignment]  # it changes

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Runs):
            return NotImplemented
        return self._packed == other._packed

    def append(self, clock: int, found: Code) -> None:
        """All ids from `clock` on are this."""
        packed = self._packed
        if not packed or packed[-1] & _LARGEST != found:
            packed.append(clock << 16 | found)

    def truncate(self, clock: int) -> None:
        """Forget all ids from `clock` on."""
        packed = self._packed
        while packed and packed[-1] >> 16 >= clock:
            packed.pop()

    def at(self, clock: int) -> Code:
        """The code of an id that is there."""
        packed = self._packed
        return packed[bisect_right(packed, clock << 16 | _LARGEST) - 1] & _LARGEST

    def write(self, writer: Writer) -> None:
        """Write as steps and codes."""
        writer.uint(len(self._packed))
        last = 0
        for run in self._packed:
            start = run >> 16
            writer.uint(start - last)
            writer.uint(run & _LARGEST)
            last = start

    @classmethod
    def read(cls, reader: Reader, end: int) -> "Runs":
        """Mirror of `write` for ids up to `end`; raises Malformed."""
        runs = cls()
        clock = 0
        for count in range(reader.count()):
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

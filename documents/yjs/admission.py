"""What may enter a log: keeps out what would harm a browser, and what is there already.

A Ledger is the extent of a log and its skeleton; it judges parsed updates against
them. Knows nothing of sizes, of people and of where a log is kept.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

from documents.yjs import rules
from documents.yjs.extents import Extent
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.ranges import CLOCK, Ranges, RangeSet, clipped
from documents.yjs.rules import Refused
from documents.yjs.settling import Settling
from documents.yjs.skeleton import Place, Runs, cut_back
from documents.yjs.strokes import Hand, Stroke, hand_of
from documents.yjs.updates import EMPTY, ClientId, Item, Update

__all__ = ["Admission", "Ledger", "Refused"]


@dataclass(frozen=True, slots=True)
class Admission:
    """What came of an update: the part to store, and whether something was missing."""

    update: Update
    lacks: bool = False

    @property
    def clients(self) -> frozenset[ClientId]:
        """The clients whose structs the log gains."""
        return frozenset(self.update.structs)


@dataclass(slots=True)
class Ledger:
    """The extent and the skeleton of one log, as of its last admitted update."""

    extent: Extent = field(default_factory=Extent)
    _runs: dict[ClientId, Runs] = field(default_factory=dict)
    _cuts: int = field(default=0, compare=False)
    """How often something was retracted: what hands wrote before may be gone."""

    def admit(self, update: Update, *, partial: bool = False) -> Admission:
        """Judge an update and take into the ledger what it adds.

        An update that depends on ids which the log lacks is not taken, or, if
        `partial`, only in its largest part that needs none of them. Raises Refused,
        having changed nothing.
        """
        return self._take(update, rules.check, partial=partial)

    def hand(self, update: Update) -> Hand | None:
        """Give the hand that typed an update which was just admitted, if one did."""
        return hand_of(update, self._cuts)

    def extend(self, hand: Hand, stroke: Stroke) -> bool:
        """Take what a hand typed next, if its last stroke is the client's last id.

        It comes to live where that lives, so it is as harmless, and nothing of it can
        be lacking: `admit` would find the same.
        """
        clocks = self.extent.clocks
        if hand.cuts != self._cuts or clocks.get(hand.client) != stroke.clock:
            return False
        end = clocks[hand.client] = stroke.clock + stroke.length
        hand.move(end)
        return True

    def absorb(self, update: Update) -> None:
        """Take a row that is in the log. Raises ValueError if it cannot be one."""
        if self._take(update, _trusting, partial=False).lacks:
            raise ValueError("a row of a log depends on what the log lacks")

    def _take(
        self, update: Update, check: Callable[[Place, Item], None], *, partial: bool
    ) -> Admission:
        settling = Settling(self.extent.clocks, self._runs, check)
        try:
            structs, lacks = settling.settle(update.structs)
        except Refused:
            settling.undo()
            raise
        new = self.extent.undeleted(update.deletes)
        deletes = self._within(new)
        if lacks or deletes != new:
            lacks = True
            if not partial:
                settling.undo()
                return Admission(EMPTY, lacks)
        self.extent.delete(deletes)
        return Admission(Update(structs, deletes), lacks)

    def _within(self, deletes: dict[ClientId, Ranges]) -> dict[ClientId, Ranges]:
        if not deletes:
            return deletes
        clocks = self.extent.clocks
        return {
            client: inside
            for client, ranges in deletes.items()
            if (inside := clipped(ranges, clocks.get(client, 0)))
        }

    def retract(self, update: Update) -> None:
        """Forget an update that `admit` returned; the newest first."""
        self._cuts += 1
        self.extent.give_back(update)
        for client, structs in update.structs.items():
            cut_back(self._runs, client, structs[0].clock)

    def state_vector(self) -> dict[ClientId, int]:
        """The clock reached of every client."""
        return self.extent.state_vector()

    def encode(self) -> bytes:
        """Write extent and skeleton, run-length, clients in order."""
        writer = Writer()
        writer.uint(len(self.extent.clocks))
        for client in sorted(self.extent.clocks):
            writer.uint(client)
            writer.uint(self.extent.clocks[client])
            self._runs[client].write(writer)
            _write_ranges(writer, self.extent.deleted.get(client, RangeSet()))
        return writer.finish()

    @classmethod
    def decode(cls, payload: bytes) -> "Ledger":
        """Mirror of `encode`; raises Malformed."""
        reader = Reader(payload)
        ledger = cls()
        for _ in range(reader.count()):
            client = ClientId(reader.uint())
            end = reader.uint(MAX_CLOCK)
            ledger.extent.clocks[client] = end
            ledger._runs[client] = Runs.read(reader, end)
            if deleted := _read_ranges(reader):
                ledger.extent.deleted[client] = deleted
        reader.finish()
        return ledger


def _trusting(_where: Place, _item: Item) -> None:
    """Rules may grow stricter; what is stored stays readable."""


def _write_ranges(writer: Writer, ranges: RangeSet) -> None:
    writer.uint(len(ranges))
    last = 0
    for start, end in ranges:
        writer.uint(start - last)
        writer.uint(end - start - 1)
        last = end


def _read_ranges(reader: Reader) -> RangeSet:
    steps = reader.uints(2 * reader.count())
    if 0 in steps[2::2]:
        raise Malformed("ranges that touch", reader.at)
    steps[1::2] = [length + 1 for length in steps[1::2]]
    bounds = list(accumulate(steps))
    if bounds and bounds[-1] > MAX_CLOCK:
        raise Malformed("number out of range", reader.at)
    return RangeSet.apart(array(CLOCK, bounds[::2]), array(CLOCK, bounds[1::2]))

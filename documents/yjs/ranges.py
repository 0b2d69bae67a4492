"""Half-open ranges of clocks: sorted, apart, none empty.

An immutable tuple for what an update says, a RangeSet for what a log has gathered.
Knows nothing of clients or structs.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from typing_extensions import override

Range = tuple[int, int]
Ranges = tuple[Range, ...]

CLOCK: Final = "I"
"""How an array holds clocks."""
_FEW: Final = 4
"""So many ranges go in one by one; of more, each would move all that is behind it."""


def normal(ranges: Iterable[Range]) -> Ranges:
    """The same clocks as sorted ranges that neither touch nor overlap."""
    ordered = sorted(ranges)
    if len(ordered) < 2:
        return tuple(ordered)
    merged: list[Range] = []
    start, end = ordered[0]
    for next_start, next_end in ordered:
        if next_start <= end:
            end = max(end, next_end)
        else:
            merged.append((start, end))
            start, end = next_start, next_end
    merged.append((start, end))
    return tuple(merged)


def clipped(ranges: Ranges, end: int) -> Ranges:
    """What of the ranges lies before `end`."""
    if not ranges or ranges[-1][1] <= end:
        return ranges
    return tuple([(a, min(b, end)) for a, b in ranges if a < end])


class RangeSet:
    """A growing set of clocks, eight bytes a range."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        pairs = normal(ranges)
        self._starts = array(CLOCK, [start for start, _ in pairs])
        self._ends = array(CLOCK, [end for _, end in pairs])

    @classmethod
    def apart(cls, starts: "array[int]", ends: "array[int]") -> "RangeSet":
        """Take over the bounds of ranges that are sorted, apart and not empty."""
        made = cls()
        made._starts, made._ends = starts, ends
        return made

    def __iter__(self) -> Iterator[Range]:
        return zip(self._starts, self._ends, strict=True)

    def __len__(self) -> int:
        return len(self._starts)

    __hash__ = None  # type: ignore[assignment]  # it changes

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RangeSet):
            return NotImplemented
        return self._starts == other._starts and self._ends == other._ends

    @override
    def __repr__(self) -> str:
        return f"RangeSet({list(self)})"

    def __contains__(self, clock: int) -> bool:
        return self.covers(clock, clock + 1)

    def covers(self, start: int, end: int) -> bool:
        """Whether every clock of the range is in the set."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]

    def missing(self, start: int, end: int) -> list[Range]:
        """The parts of the range that are not in the set."""
        starts, ends = self._starts, self._ends
        at = bisect_right(ends, start)
        parts = []
        while at < len(starts) and starts[at] < end:
            if start < starts[at]:
                parts.append((start, starts[at]))
            start = ends[at]
            at += 1
        if start < end:
            parts.append((start, end))
        return parts

    def missing_from(self, ranges: Ranges) -> Ranges:
        """The parts of all these ranges that are not in the set."""
        return tuple([new for start, end in ranges for new in self.missing(start, end)])

    def add(self, start: int, end: int) -> None:
        """Put a range in; it may touch or overlap others."""
        starts, ends = self._starts, self._ends
        first = bisect_left(ends, start)
        last = bisect_right(starts, end)
        if first < last:
            start = min(start, starts[first])
            end = max(end, ends[last - 1])
        starts[first:last] = array(CLOCK, (start,))
        ends[first:last] = array(CLOCK, (end,))

    def remove(self, start: int, end: int) -> None:
        """Take a range out, whole or not in the set."""
        starts, ends = self._starts, self._ends
        first = bisect_right(ends, start)
        last = bisect_left(starts, end)
        if first >= last:
            return
        rest = [
            pair
            for pair in ((starts[first], start), (end, ends[last - 1]))
            if pair[0] < pair[1]
        ]
        starts[first:last] = array(CLOCK, [pair[0] for pair in rest])
        ends[first:last] = array(CLOCK, [pair[1] for pair in rest])

    def add_all(self, ranges: Ranges) -> None:
        """Put sorted ranges in that are apart."""
        if len(ranges) <= _FEW:
            for start, end in ranges:
                self.add(start, end)
            return
        starts, ends, at = *self._emptied(), 0
        for start, end in ranges:
            first = bisect_left(ends, start, at)
            last = bisect_right(starts, end, first)
            self._extend(starts[at:first], ends[at:first])
            if first < last:
                self._append(min(start, starts[first]), max(end, ends[last - 1]))
            else:
                self._append(start, end)
            at = last
        self._extend(starts[at:], ends[at:])

    def remove_all(self, ranges: Ranges) -> None:
        """Take sorted ranges out that are apart, whole or not in the set."""
        if len(ranges) <= _FEW:
            for start, end in ranges:
                self.remove(start, end)
            return
        starts, ends, at = *self._emptied(), 0
        for start, end in ranges:
            first = bisect_right(ends, start, at)
            last = bisect_left(starts, end, first)
            self._extend(starts[at:first], ends[at:first])
            at = last
            if first < last:
                if starts[first] < start:
                    self._append(starts[first], start)
                if ends[last - 1] > end:
                    at = last - 1
                    starts[at] = end
        self._extend(starts[at:], ends[at:])

    def _emptied(self) -> tuple["array[int]", "array[int]"]:
        """What was in the set; now nothing is."""
        were = self._starts, self._ends
        self._starts, self._ends = array(CLOCK), array(CLOCK)
        return were

    def _extend(self, starts: "array[int]", ends: "array[int]") -> None:
        self._starts += starts
        self._ends += ends

    def _append(self, start: int, end: int) -> None:
        """Put in a range that starts at or after the last one's start."""
        if self._ends and start <= self._ends[-1]:
            self._ends[-1] = max(self._ends[-1], end)
        else:
            self._starts.append(start)
            self._ends.append(end)

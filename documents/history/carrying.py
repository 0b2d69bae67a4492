"""Carries as runs: which ids say again what other ids said first.

Kept per client and by clock. How carries are found is for `documents.history.carries`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from documents.history.runs import Column
from documents.storage.numbers import uints, write_uints
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.ranges import Range, RangeSet
from documents.yjs.updates import ClientId


class Carry(NamedTuple):
    """Ids from `start` to before `end`; they carry those of `source` from `clock`."""

    start: int
    end: int
    source: ClientId
    clock: int

    def part(self, start: int, end: int) -> "Carry":
        """The ids from `start` to `end`, which may reach beyond."""
        start = max(start, self.start)
        clock = self.clock + start - self.start
        return Carry(start, min(end, self.end), self.source, clock)

    @property
    def sources(self) -> Range:
        """The clocks of the ids that are carried."""
        return self.clock, self.clock + self.end - self.start


Carries = tuple[Carry, ...]
"""Of one client: sorted, apart, and joined where both sides follow each other."""


def normal(carries: Iterable[Carry]) -> Carries:
    """Sort carries that are apart, and join what follows."""
    joined: list[Carry] = []
    for carry in sorted(carries):
        if joined and _follow(joined[-1], carry):
            joined[-1] = joined[-1]._replace(end=carry.end)
        else:
            joined.append(carry)
    return tuple(joined)


def _follow(left: Carry, right: Carry) -> bool:
    return (
        left.end == right.start
        and left.source == right.source
        and left.sources[1] == right.clock
    )


def clipped(carries: Carries, births: Column) -> Carries:
    """The carries of those ids that a column has."""
    return normal(
        [
            carry.part(run.start, run.end)
            for carry in carries
            for run in births.between(carry.start, carry.end)
        ]
    )


def between(carries: Sequence[Carry], start: int, end: int) -> Iterator[Carry]:
    """The carries of a range of ids, cut to it."""
    at = bisect_right(carries, start, key=_end)
    while at < len(carries) and carries[at].start < end:
        yield carries[at].part(start, end)
        at += 1


def _end(carry: Carry) -> int:
    return carry.end


def are_resolved(carries: Mapping[ClientId, Carries]) -> bool:
    """Whether no id carries one that itself carries another."""
    carried: dict[ClientId, RangeSet] = {}
    for ones in carries.values():
        for one in ones:
            carried.setdefault(one.source, RangeSet()).add(*one.sources)
    return all(
        carried[client].missing(one.start, one.end) == [(one.start, one.end)]
        for client, ones in carries.items()
        if client in carried
        for one in ones
    )


def write(writer: Writer, carries: Carries) -> None:
    """Write the carries of one client."""
    writer.uint(len(carries))
    reached = 0
    for start, end, source, clock in carries:
        write_uints(writer, (start - reached, end - start, source, clock))
        reached = end


def read(reader: Reader) -> Carries:
    """Mirror of `write`; raises Malformed."""
    offset = reader.at
    carries: list[Carry] = []
    reached = 0
    numbers = iter(uints(reader, 4 * reader.uint()))
    for gap, length, source, clock in zip(*[numbers] * 4, strict=True):
        reached += gap + length
        carry = Carry(reached - length, reached, ClientId(source), clock)
        if length == 0 or max(reached, carry.sources[1]) > MAX_CLOCK:
            raise Malformed("not a carry", offset)
        if carries and _follow(carries[-1], carry):
            raise Malformed("carries that are one", offset)
        carries.append(carry)
    if not carries:
        raise Malformed("no carries", offset)
    return tuple(carries)

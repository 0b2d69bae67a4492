"""Who sent each update of a stretch of a log, and when: by seq, without the updates.

Knows users by their numbers only, and nothing of what an update says.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from documents.storage.numbers import folded, uints, unfolded, write_uints
from documents.yjs.lib0 import MAX_SAFE, Malformed, Reader, Writer
from documents.yjs.ranges import Range, Ranges, normal


def _numbers() -> "array[int]":
    return array("Q")


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of the seqs first..last. A value: never change its arrays.

    Runs of one author: their first seqs, and the users (0: nobody known). `times` has
    milliseconds since 1970 of every seq; `recovered` ranges of seqs, end not included.
    """

    first: int = 1
    firsts: "array[int]" = field(default_factory=_numbers)
    users: "array[int]" = field(default_factory=_numbers)
    times: "array[int]" = field(default_factory=_numbers)
    recovered: Ranges = ()

    @property
    def last(self) -> int:
        """The last seq; `first - 1` where there are none."""
        return self.first + len(self.times) - 1

    def author(self, seq: int) -> int | None:
        """The user who sent an update, if known."""
        return self.users[bisect_right(self.firsts, seq) - 1] or None

    def authors(self, first: int, last: int) -> list[int | None]:
        """Who sent the updates of a stretch, in order, without repetition in a row."""
        low = bisect_right(self.firsts, first) - 1
        high = bisect_right(self.firsts, last)
        return [user or None for user in self.users[low:high]]

    def is_of_one(self, seq: int, other: int) -> bool:
        """Whether one author sent both updates and all between them."""
        return bisect_right(self.firsts, seq) == bisect_right(self.firsts, other)

    def time(self, seq: int) -> int:
        """When an update was stored, in milliseconds since 1970."""
        return self.times[seq - self.first]

    def runs(self) -> Iterator[tuple[int, int]]:
        """Users and how many updates each sent in a row."""
        for at, start in enumerate(self.firsts):
            end = self.firsts[at + 1] if at + 1 < len(self.firsts) else self.last + 1
            yield self.users[at], end - start

    def within(self, first: int, last: int) -> "Stamps":
        """The stamps of a shorter stretch."""
        if first > last:
            return Stamps(first)
        low = bisect_right(self.firsts, first) - 1
        high = bisect_right(self.firsts, last)
        firsts = self.firsts[low:high]
        firsts[0] = first
        recovered = [
            (max(start, first), min(end, last + 1)) for start, end in self.recovered
        ]
        return Stamps(
            first,
            firsts,
            self.users[low:high],
            self.times[first - self.first : last - self.first + 1],
            tuple([(start, end) for start, end in recovered if start < end]),
        )

    def write(self, writer: Writer) -> None:
        """Write as the contract of history has it."""
        writer.uint(self.first)
        writer.uint(self.last)
        writer.uint(len(self.firsts))
        write_uints(writer, [n for run in self.runs() for n in run])
        before = [0, *self.times[:-1]]
        write_uints(
            writer, [folded(a - b) for a, b in zip(self.times, before, strict=False)]
        )
        writer.uint(len(self.recovered))
        reached = self.first
        for start, end in self.recovered:
            write_uints(writer, (start - reached, end - start))
            reached = end


class Stamping:
    """Stamps in the making, after those that there are; a value stays as it is."""

    def __init__(self, stamps: Stamps) -> None:
        self._first, self._next = stamps.first, stamps.last + 1
        self._firsts, self._users = stamps.firsts[:], stamps.users[:]
        self._times = stamps.times[:]
        self._recovered = list(stamps.recovered)
        self._user = self._users[-1] if self._users else None

    def add(self, seq: int, author: int | None, at: int, *, recovered: bool) -> None:
        """Stamp the next seq. Raises ValueError if it is another."""
        if seq != self._next:
            raise ValueError("not the next seq of the log")
        self._next += 1
        user = author or 0
        if user != self._user:
            self._firsts.append(seq)
            self._users.append(user)
            self._user = user
        self._times.append(at)
        if recovered:
            self._recovered.append((seq, self._next))

    def finish(self) -> Stamps:
        """Give the stamps; nothing may be added after this."""
        recovered = normal(self._recovered)
        return Stamps(self._first, self._firsts, self._users, self._times, recovered)


def read(reader: Reader) -> Stamps:
    """Mirror of `Stamps.write`; raises Malformed."""
    first, last = _read_stretch(reader)
    firsts, users = _read_authors(reader, first, last)
    start = reader.at
    steps = uints(reader, last - first + 1)
    times = list(accumulate(map(unfolded, steps)))
    if times and not 0 <= min(times) <= max(times) <= MAX_SAFE:
        raise Malformed("time out of range", start)
    recovered = _read_recovered(reader, first, last)
    return Stamps(first, firsts, users, array("Q", times), recovered)


def writers(reader: Reader) -> tuple[int, set[int]]:
    """Read the last seq of stamps and their users alone; raises Malformed."""
    first, last = _read_stretch(reader)
    return last, set(_read_authors(reader, first, last)[1])


def _read_stretch(reader: Reader) -> Range:
    start = reader.at
    first, last = reader.uint(), reader.uint()
    if not 0 < first <= last + 1:
        raise Malformed("not a stretch of seqs", start)
    return first, last


def _read_authors(
    reader: Reader, first: int, last: int
) -> tuple["array[int]", "array[int]"]:
    start = reader.at
    pairs = uints(reader, 2 * reader.uint())
    users, lengths = pairs[::2], pairs[1::2]
    ends = list(accumulate(lengths, initial=first))
    if 0 in lengths or ends.pop() != last + 1:
        raise Malformed("authors of other seqs", start)
    if any(user == users[at] for at, user in enumerate(users[1:])):
        raise Malformed("one author in two runs", start)
    return array("Q", ends), array("Q", users)


def _read_recovered(reader: Reader, first: int, last: int) -> Ranges:
    start = reader.at
    ranges: list[Range] = []
    reached = first
    numbers = uints(reader, 2 * reader.uint())
    for gap, length in zip(numbers[::2], numbers[1::2], strict=True):
        if length == 0 or (gap == 0 and ranges):
            raise Malformed("not a run of seqs", start)
        ranges.append((reached + gap, reached + gap + length))
        reached += gap + length
    if reached > last + 1:
        raise Malformed("seqs out of range", start)
    return tuple(ranges)

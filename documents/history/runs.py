"""Run-length columns: a seq for each of one client's ids, as births or deaths have it.

Typing gives ids that follow each other with the seqs, Backspace ids whose seqs run
backwards, and a paste many ids of one seq: one run each. Every run is as long as can
be, from the left on, so that equal columns have equal runs. Knows nothing of people.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from documents.yjs.lib0 import MAX_SAFE
from documents.yjs.ranges import Range, Ranges, RangeSet, normal

LEVEL, RISING, FALLING = range(3)
PACES: Final = (0, 1, -1)
_STEPS: Final = {0: LEVEL, 1: RISING, -1: FALLING}

Stamped = tuple[int, int, int]
"""A range of ids, and the one seq of all of them."""


class Run(NamedTuple):
    """Ids from `start` to before `end`; the first has `seq`, the others by `step`."""

    start: int
    end: int
    step: int
    seq: int

    @property
    def last(self) -> int:
        """The seq of the last id."""
        return self.at(self.end - 1)

    def at(self, clock: int) -> int:
        """The seq of an id of the run."""
        return self.seq + PACES[self.step] * (clock - self.start)

    @property
    def seqs(self) -> Sequence[int]:
        """The seqs of all its ids, in order."""
        length = self.end - self.start
        if self.step == LEVEL:
            return [self.seq] * length
        return _between(self.seq, length, self.step)

    def part(self, start: int, end: int) -> "Run":
        """The ids from `start` to `end`, which may reach beyond the run."""
        if start <= self.start and self.end <= end:
            return self
        start = max(start, self.start)
        return Run(start, min(end, self.end), self.step, self.at(start))

    def within(self, first: int, last: int) -> "Run | None":
        """The ids whose seqs lie in the stretch, if any do."""
        start, end = self.start, self.end
        if self.step == RISING:
            start, end = start + first - self.seq, start + last - self.seq + 1
        elif self.step == FALLING:
            start, end = start + self.seq - last, start + self.seq - first + 1
        elif not first <= self.seq <= last:
            return None
        part = self.part(start, end)
        return part if part.start < part.end else None

    def joins(self, later: "Run") -> bool:
        """Whether the first id of `later` belongs to this run."""
        if self.end != later.start:
            return False
        if self.end - self.start == 1:
            return later.seq - self.seq in _STEPS
        return later.seq == self.at(later.start)


def _clocks() -> "array[int]":
    return array("I")


def _numbers() -> "array[int]":
    return array("Q")


def _between(seq: int, length: int, step: int) -> range:
    """The seqs of a run, which rise or fall."""
    return range(seq, seq + PACES[step] * length, PACES[step])


@dataclass(frozen=True)
class Column:
    """Runs by clock, in parallel arrays: 20 bytes a run. A value: never change them.

    A shape is the length times three plus the step.
    """

    starts: "array[int]" = field(default_factory=_clocks)
    shapes: "array[int]" = field(default_factory=_numbers)
    seqs: "array[int]" = field(default_factory=_numbers)

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Run]:
        return map(self.run, range(len(self.starts)))

    def run(self, at: int) -> Run:
        """One run, by its place."""
        start = self.starts[at]
        length, step = divmod(self.shapes[at], 3)
        return Run(start, start + length, step, self.seqs[at])

    @property
    def end(self) -> int:
        """The clock after the last id."""
        return self.run(len(self) - 1).end if len(self) else 0

    @cached_property
    def latest(self) -> int:
        """The greatest of the seqs; 0 where there are none."""
        return max(self._latest(), default=0)

    def _latest(self) -> list[int]:
        """The greatest seq of each run."""
        return [
            seq + (shape // 3 - 1) * (shape % 3 == RISING)
            for shape, seq in zip(self.shapes, self.seqs, strict=True)
        ]

    def at(self, clock: int) -> int | None:
        """The seq of an id, if it has one."""
        found = bisect_right(self.starts, clock) - 1
        if found < 0:
            return None
        run = self.run(found)
        return run.at(clock) if clock < run.end else None

    def between(self, start: int, end: int) -> Iterator[Run]:
        """The runs of a range of ids, cut to it."""
        at = max(bisect_right(self.starts, start) - 1, 0)
        while at < len(self) and self.starts[at] < end:
            run = self.run(at)
            if run.end > start:
                yield run.part(start, end)
            at += 1

    def within(self, first: int, last: int) -> "Column":
        """The ids whose seqs lie in the stretch."""
        parts = [run.within(first, last) for run in self]
        return column([part for part in parts if part is not None])

    def of(self, rows: set[int]) -> Iterator[Stamped]:
        """The ids that have one of some seqs, run by run."""
        for start, shape, first in zip(
            self.starts, self.shapes, self.seqs, strict=True
        ):
            length, step = divmod(shape, 3)
            if step == LEVEL:
                if first in rows:
                    yield start, start + length, first
                continue
            for seq in rows.intersection(_between(first, length, step)):
                clock = start + abs(seq - first)
                yield clock, clock + 1, seq

    def count(self, found: Counter[int]) -> None:
        """Count the ids that each seq has."""
        for shape, first in zip(self.shapes, self.seqs, strict=True):
            length, step = divmod(shape, 3)
            if step == LEVEL:
                found[first] += length
            else:
                found.update(_between(first, length, step))

    def after(self, seq: int) -> "Column":
        """The ids whose seqs are greater than `seq`."""
        if seq <= 0:
            return self
        if seq >= self.latest:
            return Column()
        later = [at for at, latest in enumerate(self._latest()) if latest > seq]
        parts = [self.run(at).within(seq + 1, MAX_SAFE) for at in later]
        return column([part for part in parts if part is not None])

    def until(self, seq: int) -> Ranges:
        """The ids whose seqs are at most `seq`."""
        ranges: list[Range] = []
        for start, shape, found in zip(
            self.starts, self.shapes, self.seqs, strict=True
        ):
            length, step = divmod(shape, 3)
            if step == FALLING:
                if found - seq < length:
                    ranges.append((start + max(0, found - seq), start + length))
            elif found <= seq:
                count = min(length, seq - found + 1) if step == RISING else length
                ranges.append((start, start + count))
        return normal(ranges)

    def with_firsts(self, stamped: Iterable[Stamped]) -> "Column":
        """Grow by ranges, told in the order of seqs: an id keeps its first seq."""
        known = RangeSet([(run.start, run.end) for run in self])
        new = []
        for start, end, seq in stamped:
            for first, last in known.missing(start, end):
                new.append(Run(first, last, LEVEL, seq))
                known.add(first, last)
        return self._with(sorted(new))

    def _with(self, new: list[Run]) -> "Column":
        laying = Laying()
        at = 0
        for run in new:
            upto = bisect_right(self.starts, run.start, at)
            laying.copy(self, at, upto)
            laying.lay(run)
            at = upto
        laying.copy(self, at, len(self))
        return laying.finish()


def column(runs: Iterable[Run]) -> Column:
    """Make a column of runs that are sorted and apart."""
    laying = Laying()
    for run in runs:
        laying.lay(run)
    return laying.finish()


class Laying:
    """A column in the making, laid from the left."""

    __slots__ = ("_end", "_seq", "_seqs", "_shapes", "_start", "_starts", "_step")

    def __init__(self) -> None:
        self._starts, self._shapes, self._seqs = _clocks(), _numbers(), _numbers()
        self._start = self._end = self._step = self._seq = 0  # the last run

    def add(self, start: int, end: int, seq: int) -> None:
        """Lay ids of one seq; those before the end are laid already, and left out."""
        if (
            start == self._end == end - 1
            and self._step == RISING
            and seq - self._seq == start - self._start
        ):
            self._end = end
        elif (start := max(start, self._end)) < end:
            self.lay(Run(start, end, LEVEL, seq))

    def lay(self, run: Run) -> None:
        """Lay a run that starts where the last one ends, or later."""
        start, end, step, seq = run
        last = Run(self._start, self._end, self._step, self._seq)
        if last.joins(run) and last.start < last.end:
            if last.end - last.start == 1:
                self._step = _STEPS[seq - last.seq]
            self._end = end if step == self._step else start + 1
            seq += PACES[step] * (self._end - start)
            start = self._end
        if start < end:
            self._flush()
            self._start, self._end, self._seq = start, end, seq
            self._step = step if end - start > 1 else LEVEL

    def copy(self, column: Column, at: int, upto: int) -> None:
        """Lay the runs of a column from one place to before another."""
        while at < upto:
            run = column.run(at)
            self.lay(run)
            at += 1
            if (self._start, self._end, self._step, self._seq) == run and at < upto:
                self._flush()
                self._starts.extend(column.starts[at : upto - 1])
                self._shapes.extend(column.shapes[at : upto - 1])
                self._seqs.extend(column.seqs[at : upto - 1])
                self._start, self._end, self._step, self._seq = column.run(upto - 1)
                return

    def _flush(self) -> None:
        if self._start < self._end:
            self._starts.append(self._start)
            self._shapes.append((self._end - self._start) * 3 + self._step)
            self._seqs.append(self._seq)

    def finish(self) -> Column:
        """Give the column; nothing may be laid after this."""
        self._flush()
        return Column(self._starts, self._shapes, self._seqs)

"""Columns of runs as bytes: mostly small numbers, each what it is more than the last.

Written as they are, read within bounds: none but the longest runs are taken.
"""

from array import array
from typing import Final

from documents.history.runs import FALLING, LEVEL, PACES, RISING, Column
from documents.storage.numbers import folded, uints, unfolded, write_uints
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.ranges import Range

_JOINING: Final = {None: {0, 1, -1}, LEVEL: {0}, RISING: {1}, FALLING: {-1}}
"""By how much the seq after a run of more than one id, or of one, makes it longer."""


def write(writer: Writer, column: Column, before: int) -> int:
    """Write a column after one whose last seq was `before`; tell its own last seq."""
    writer.uint(len(column))
    reached = 0
    numbers: list[int] = []
    for run, shape in zip(column, column.shapes, strict=True):
        numbers += (run.start - reached, shape, folded(run.seq - before))
        reached, before = run.end, run.last
    write_uints(writer, numbers)
    return before


def read(reader: Reader, before: int, stretch: Range) -> tuple[Column, int]:
    """Mirror of `write`, for seqs of a stretch; raises Malformed."""
    first, final = stretch
    offset = reader.at
    numbers = uints(reader, 3 * reader.uint())
    shapes = numbers[1::3]
    starts: list[int] = []
    seqs: list[int] = []
    end, joining = 0, set[int]()
    for gap, shape, step in zip(numbers[::3], shapes, numbers[2::3], strict=True):
        length, kind = divmod(shape, 3)
        seq = before + unfolded(step)
        last = seq + PACES[kind] * (length - 1)
        if shape < 3 or shape in (4, 5) or end + gap + length > MAX_CLOCK:
            raise Malformed("not a run", offset)
        if not (first <= seq <= final and first <= last <= final):
            raise Malformed("seq out of range", offset)
        if gap == 0 and seqs and seq - before in joining:
            raise Malformed("runs that are one", offset)
        joining = _JOINING[kind if length > 1 else None]
        starts.append(end + gap)
        seqs.append(seq)
        end, before = end + gap + length, last
    if not starts:
        raise Malformed("no runs", offset)
    return Column(array("I", starts), array("Q", shapes), array("Q", seqs)), before

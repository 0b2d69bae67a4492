"""Byte strings of like make, laid out column by column, so that they compress well.

Most strings are read as lib0 var-ints, each with the width it was written in, which
splits any bytes exactly. Strings of equal widths share a form; the n-th numbers of a
form are a column, kept as they are or as differences. Knows nothing of Yjs' updates.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log2
from typing import Final

from documents.storage.numbers import folded, uints, unfolded, write_uints
from documents.yjs.lib0 import Malformed, Reader, Writer

LONGEST: Final = 128
"""Longer strings are kept as they are: their forms would not come again."""
LEAST: Final = 16
"""A form of fewer strings costs more than it saves."""
WIDEST: Final = 7
"""Wider numbers are text: no difference of theirs says anything."""

_NUMBERS: Final = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")
_AS_THEY_ARE: Final = 0
_DIFFERENCES: Final = 1

Form = tuple[int, ...]


def lay(writer: Writer, strings: Sequence[bytes], owners: Sequence[int]) -> None:
    """Write strings; those of one owner are expected to resemble one another."""
    split = [_split(string) for string in strings]
    shapes = [tuple(map(len, numbers)) for numbers in split]
    often = Counter(shape for shape in shapes if shape).most_common()
    forms = [shape for shape, count in often if count >= LEAST]
    places = {form: place for place, form in enumerate(forms, 1)}
    kinds = [places.get(shape, 0) for shape in shapes]
    writer.uint(len(forms))
    for form in forms:
        writer.blob(bytes(form))
    write_uints(writer, kinds)
    loose, *groups = _grouped(kinds, len(forms))
    write_uints(writer, [len(strings[n]) for n in loose])
    writer.raw(b"".join([strings[n] for n in loose]))
    for chosen in groups:
        whose = [owners[n] for n in chosen]
        for column in zip(*(split[n] for n in chosen), strict=True):
            _write_column(writer, column, whose)


def lift(reader: Reader, owners: Sequence[int]) -> list[bytes]:
    """Read as many strings as there are owners. Raises Malformed."""
    count = len(owners)
    forms = [_read_form(reader) for _ in range(reader.uint(count // LEAST))]
    kinds = uints(reader, count, len(forms))
    found = [b""] * count
    loose, *groups = _grouped(kinds, len(forms))
    lengths = uints(reader, len(loose))
    for n, length in zip(loose, lengths, strict=True):
        found[n] = reader.take(length)
    for form, chosen in zip(forms, groups, strict=True):
        whose = [owners[n] for n in chosen]
        columns = [_read_column(reader, width, whose) for width in form]
        for n, numbers in zip(chosen, zip(*columns, strict=True), strict=True):
            found[n] = b"".join(numbers)
    return found


def _split(string: bytes) -> list[bytes]:
    if len(string) > LONGEST or string[-1:] >= b"\x80":
        return []
    found: list[bytes] = _NUMBERS.findall(string)
    return found


def _read_form(reader: Reader) -> Form:
    at = reader.at
    form = tuple(reader.blob())
    if not form or 0 in form or sum(form) > LONGEST:
        raise Malformed("not a form", at)
    return form


def _grouped(kinds: Sequence[int], forms: int) -> list[list[int]]:
    """The places of the strings of each kind; kind 0 has no form."""
    groups: list[list[int]] = [[] for _ in range(forms + 1)]
    for n, kind in enumerate(kinds):
        groups[kind].append(n)
    return groups


# One column


def _write_column(
    writer: Writer, column: Sequence[bytes], owners: Sequence[int]
) -> None:
    if len(column[0]) <= WIDEST:
        differences = _differences(map(_value, column), owners)
        if _entropy(differences) < _entropy(column):
            writer.byte(_DIFFERENCES)
            write_uints(writer, map(folded, differences))
            return
    writer.byte(_AS_THEY_ARE)
    writer.raw(b"".join(column))


def _read_column(reader: Reader, width: int, owners: Sequence[int]) -> list[bytes]:
    at = reader.at
    kind = reader.byte()
    if kind == _AS_THEY_ARE:
        data = reader.take(width * len(owners))
        return [data[n : n + width] for n in range(0, len(data), width)]
    if kind != _DIFFERENCES or width > WIDEST:
        raise Malformed("not a column", at)
    bound = 1 << 7 * width
    values = _sums(uints(reader, len(owners), 2 * bound), owners)
    if values and not 0 <= min(values) <= max(values) < bound:
        raise Malformed("number out of range", at)
    return _numbers(values, width)


def _differences(values: Iterable[int], owners: Sequence[int]) -> list[int]:
    """Each value less the one before it of the same owner."""
    last: dict[int, int] = {}
    found: list[int] = []
    for owner, value in zip(owners, values, strict=True):
        found.append(value - last.get(owner, 0))
        last[owner] = value
    return found


def _sums(steps: Iterable[int], owners: Sequence[int]) -> list[int]:
    """Undo `_differences`."""
    last: dict[int, int] = dict.fromkeys(owners, 0)
    found: list[int] = []
    for owner, one in zip(owners, steps, strict=True):
        if one:
            last[owner] += unfolded(one)
        found.append(last[owner])
    return found


def _entropy(symbols: Sequence[object]) -> float:
    """Bits that all these symbols take, each by itself (Shannon 1948)."""
    total = len(symbols)
    return sum(n * log2(total / n) for n in Counter(symbols).values())


def _value(number: bytes) -> int:
    value = 0
    for byte in reversed(number):
        value = value << 7 | byte & 127
    return value


def _numbers(values: Sequence[int], width: int) -> list[bytes]:
    """Write each value in so many bytes; the common widths by hand, for speed."""
    if width == 1:
        return [bytes((value,)) for value in values]
    if width == 2:
        return [bytes((value & 127 | 128, value >> 7)) for value in values]
    if width == 3:
        return [bytes((v & 127 | 128, v >> 7 & 127 | 128, v >> 14)) for v in values]
    shifts = range(0, 7 * (width - 1), 7)
    return [
        bytes((*(value >> n & 127 | 128 for n in shifts), value >> shifts.stop))
        for value in values
    ]

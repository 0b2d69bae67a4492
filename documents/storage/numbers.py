"""Many var-uints at once, and signed numbers as var-uints, for columns of numbers.

The same bytes as lib0 writes one by one; signed ones are folded (zigzag, as in
Protocol Buffers): 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 …
"""

from collections.abc import Iterable

from documents.yjs.lib0 import MAX_SAFE, Malformed, Reader, Writer


def folded(number: int) -> int:
    """The var-uint that stands for a signed number."""
    return number << 1 if number >= 0 else -number * 2 - 1


def unfolded(number: int) -> int:
    """The signed number that a var-uint stands for."""
    return -(number + 1 >> 1) if number & 1 else number >> 1


def write_uints(writer: Writer, numbers: Iterable[int]) -> None:
    """Write var-uints."""
    append = writer.data.append
    for number in numbers:
        value = number
        while value >= 128:
            append(value & 127 | 128)
            value >>= 7
        append(value)


def uints(reader: Reader, count: int, bound: int = MAX_SAFE) -> list[int]:
    """Read so many var-uints of at most `bound`; raises Malformed."""
    start = reader.at
    if count > reader.end - start:
        raise Malformed("unexpected end", reader.end)
    data, at = reader.data, start
    numbers = []
    try:
        for _ in range(count):
            value = data[at]
            at += 1
            if value >= 128:
                more = data[at]
                at += 1
                if more >= 128:
                    reader.at = at - 2
                    value = reader.uint()
                    at = reader.at
                else:
                    value = value & 127 | more << 7
            numbers.append(value)
    except IndexError:
        raise Malformed("unexpected end", reader.end) from None
    if numbers and max(numbers) > bound:
        raise Malformed("number out of range", start)
    reader.at = at
    return numbers

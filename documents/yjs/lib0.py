"""Bytes as lib0 (the encoding library of Yjs) writes them, read within bounds.

Knows variable-length numbers, strings, byte strings and `any` values. Knows nothing
of updates or frames. Every complaint names the exact byte where the reading stopped.
"""

import re
from typing import Final

MAX_SAFE: Final = 2**53 - 1  # the largest integer that JavaScript holds exactly
MAX_CLOCK: Final = 2**32 - 1
MAX_DEPTH: Final = 100
_LONGEST: Final = 8  # bytes of a number below 2**56
_SHORT: Final = re.compile(rb"[\x00-\x7f]*")  # numbers of a byte each

# What an `any` value begins with.
_UNDEFINED, _NULL, _INTEGER, _FLOAT32, _FLOAT64, BIGINT = 127, 126, 125, 124, 123, 122
_FALSE, _TRUE, _STRING, OBJECT, ARRAY, _BYTES = 121, 120, 119, 118, 117, 116
_FIXED: Final = {
    _UNDEFINED: 0,
    _NULL: 0,
    _FALSE: 0,
    _TRUE: 0,
    _FLOAT32: 4,
    _FLOAT64: 8,
    BIGINT: 8,
}


class Malformed(ValueError):
    """Bytes that are not what they should be; `offset` is where it showed."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at byte {offset}")
        self.reason = reason
        self.offset = offset


def uint(value: int) -> bytes:
    """A var-uint as bytes."""
    if value < 1 << 7:
        return bytes((value,))
    if value < 1 << 14:
        return bytes((value & 127 | 128, value >> 7))
    return bytes((value & 127 | 128, value >> 7 & 127 | 128)) + uint(value >> 14)


class Reader:
    """Reads one byte string from the left; raises Malformed, never IndexError."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.end = len(data)

    def byte(self) -> int:
        """One byte."""
        at = self.at
        if at >= self.end:
            raise Malformed("unexpected end", at)
        self.at = at + 1
        return self.data[at]

    def uint(self, bound: int = MAX_SAFE) -> int:
        """A var-uint of at most `bound`."""
        data, start = self.data, self.at
        try:
            value = data[start]
            at = start + 1
            if value >= 128:
                value &= 127
                shift = 7
                while (more := data[at]) >= 128:
                    value |= (more & 127) << shift
                    shift += 7
                    at += 1
                    if at - start >= _LONGEST:
                        raise Malformed("number too long", start)
                value |= more << shift
                at += 1
        except IndexError:
            raise Malformed("unexpected end", self.end) from None
        if value > bound:
            raise Malformed("number out of range", start)
        self.at = at
        return value

    def uints(self, count: int) -> list[int]:
        """So many var-uints, in a quarter of the time where they are small."""
        found: list[int] = []
        while (left := count - len(found)) > 0:
            if short := _SHORT.match(self.data, self.at, self.at + left):
                found += short[0]
                self.at = short.end()
            if len(found) < count:
                found.append(self.uint())
        return found

    def count(self) -> int:
        """How many things follow, of a byte or more each."""
        start = self.at
        value = self.uint()
        if value > self.end - self.at:
            raise Malformed("more than there is", start)
        return value

    def sint(self) -> int:
        """A var-int between -MAX_SAFE and MAX_SAFE; minus zero comes back as zero."""
        start = self.at
        first = self.byte()
        value = first & 63
        if first & 128:
            rest = self.uint()
            value |= rest << 6
        if value > MAX_SAFE:
            raise Malformed("number out of range", start)
        return -value if first & 64 else value

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        start = self.at
        end = start + count
        if end > self.end:
            raise Malformed("unexpected end", self.end)
        self.at = end
        return self.data[start:end]

    def blob(self) -> bytes:
        """A byte string with its length in front."""
        return self.take(self.uint())

    def utf8(self) -> bytes:
        """A string as its bytes, checked to be UTF-8."""
        content = self.blob()
        if not content.isascii():
            self._decoded(content)
        return content

    def text(self) -> str:
        """A string."""
        return self._decoded(self.blob())

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            offset = self.at - len(content) + error.start
            raise Malformed("text is not UTF-8", offset) from None

    def any(self, depth: int = MAX_DEPTH) -> bytes:
        """One `any` value as the bytes it was written in, nested at most `depth`."""
        start = self.at
        self._skip_any(depth)
        return self.data[start : self.at]

    def _skip_any(self, depth: int) -> None:
        start = self.at
        tag = self.byte()
        if (width := _FIXED.get(tag)) is not None:
            self.take(width)
        elif tag == _STRING:
            self.utf8()
        elif tag == _INTEGER:
            self.sint()
        elif tag == _BYTES:
            self.blob()
        elif tag in (ARRAY, OBJECT):
            self._skip_members(depth, named=tag == OBJECT)
        else:
            raise Malformed(f"unknown kind of value {tag}", start)

    def _skip_members(self, depth: int, *, named: bool) -> None:
        if depth == 0:
            raise Malformed("nested too deep", self.at - 1)
        for _ in range(self.count()):
            if named:
                self.utf8()
            self._skip_any(depth - 1)

    def finish(self) -> None:
        """Complain unless everything was read."""
        if self.at != self.end:
            raise Malformed("bytes left over", self.at)


class Writer:
    """Collects bytes; the mirror of Reader."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data = bytearray()

    def byte(self, value: int) -> None:
        """One byte."""
        self.data.append(value)

    def uint(self, value: int) -> None:
        """A var-uint."""
        data = self.data
        while value >= 128:
            data.append(value & 127 | 128)
            value >>= 7
        data.append(value)

    def sint(self, value: int) -> None:
        """A var-int."""
        sign, value = (64, -value) if value < 0 else (0, value)
        if value < 64:
            self.data.append(sign | value)
        else:
            self.data.append(128 | sign | value & 63)
            self.uint(value >> 6)

    def raw(self, content: bytes | bytearray) -> None:
        """Bytes without their length."""
        self.data += content

    def blob(self, content: bytes) -> None:
        """A byte string, or a string as UTF-8, with its length in front."""
        self.uint(len(content))
        self.data += content

    def text(self, content: str) -> None:
        """A string."""
        self.blob(content.encode())

    def finish(self) -> bytes:
        """All that was written."""
        return bytes(self.data)

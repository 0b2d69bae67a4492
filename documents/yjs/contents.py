"""What a Yjs item holds: reading, writing, cutting and joining each kind of content.

Content stays the bytes it came as: values are checked, never interpreted. Strings
count UTF-16 units, as JavaScript does. Knows nothing of items, ids or clients.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NoReturn

from documents.yjs.lib0 import MAX_CLOCK, MAX_DEPTH, Malformed, Reader, Writer

DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC = range(1, 10)
JOINABLE: Final = frozenset({DELETED, JSON, STRING, ANY})

ARRAY, MAP, TEXT, XML_ELEMENT, XML_FRAGMENT, XML_HOOK, XML_TEXT = range(7)
_NAMED_TYPES: Final = (XML_ELEMENT, XML_HOOK)

_KINDS: Final = {
    DELETED: "deleted content",
    JSON: "JSON",
    BINARY: "binary data",
    STRING: "a string",
    EMBED: "an embed",
    FORMAT: "a format",
    TYPE: "a type",
    ANY: "values",
    DOC: "a document",
}
_TYPES: Final = (
    "an array",
    "a map",
    "a text",
    "an XML element",
    "an XML fragment",
    "an XML hook",
    "an XML text",
)

Content = bytes | tuple[bytes, ...]
"""Strings are UTF-8 without a length; Any and JSON are a tuple of values; deleted
content is empty; the other kinds, always one unit long, are the bytes of the wire."""

_REPLACEMENT: Final = "\ufffd".encode("utf-16-le")


def units(content: bytes) -> int:
    """How long JavaScript finds this UTF-8 string."""
    if content.isascii():
        return len(content)
    return len(content.decode().encode("utf-16-le")) // 2


def named(kind: int, content: Content) -> str:
    """What to call this content in a complaint."""
    if kind == TYPE and isinstance(content, bytes):
        return _TYPES[content[0]]
    return _KINDS[kind]


def read(reader: Reader, kind: int) -> tuple[int, Content]:
    """Read content of one kind: its length in units, and itself.

    Raises Malformed for kinds that Yjs does not know, and for empty content.
    """
    start = reader.at
    reading = _READINGS.get(kind)
    if reading is None:
        raise Malformed(f"unknown kind of content {kind}", start)
    length, content = reading(reader)
    if not 0 < length <= MAX_CLOCK:
        raise Malformed("empty content", start)
    return length, content


def write(writer: Writer, kind: int, length: int, content: Content) -> None:
    """Write content as Yjs does."""
    if isinstance(content, tuple):
        writer.uint(length)
        for value in content:
            (writer.blob if kind == JSON else writer.raw)(value)
    elif kind == STRING:
        writer.blob(content)
    elif kind == DELETED:
        writer.uint(length)
    else:
        writer.raw(content)


def part(content: Content, start: int, end: int) -> Content:
    """The units from `start` to `end`; a surrogate pair cut in two leaves U+FFFD."""
    (found,) = pieces(content, [start, end])
    return found


def pieces(content: Content, marks: Sequence[int]) -> Iterator[Content]:
    """The parts between neighbours of sorted marks; costs no more than the whole."""
    if isinstance(content, tuple) or content.isascii():
        for start, end in pairwise(marks):
            yield content[start:end]
        return
    wide = content.decode().encode("utf-16-le")
    for start, end in pairwise(marks):
        piece = bytearray(wide[2 * start : 2 * end])
        if start and 0xDC <= piece[1] <= 0xDF:
            piece[:2] = _REPLACEMENT
        if 0xD8 <= piece[-1] <= 0xDB:
            piece[-2:] = _REPLACEMENT
        yield piece.decode("utf-16-le").encode()


def between_pairs(content: Content, marks: Iterable[int]) -> list[int]:
    """Those of the marks, within content, that cut no surrogate pair in two."""
    if isinstance(content, tuple) or content.isascii():
        return list(marks)
    wide = content.decode().encode("utf-16-le")
    return [mark for mark in marks if not 0xDC <= wide[2 * mark + 1] <= 0xDF]


def joined(parts: list[Content]) -> Content:
    """Content of one joinable kind, put together again."""
    if isinstance(parts[0], tuple):
        tuples = [values for values in parts if isinstance(values, tuple)]
        return tuple(value for values in tuples for value in values)
    return b"".join([piece for piece in parts if isinstance(piece, bytes)])


def _deleted(reader: Reader) -> tuple[int, Content]:
    return reader.uint(MAX_CLOCK), b""


def _string(reader: Reader) -> tuple[int, Content]:
    content = reader.utf8()
    return units(content), content


def _any(reader: Reader) -> tuple[int, Content]:
    count = reader.count()
    return count, tuple([reader.any() for _ in range(count)])


def _json(reader: Reader) -> tuple[int, Content]:
    count = reader.count()
    return count, tuple([_checked_json(reader) for _ in range(count)])


def _checked_json(reader: Reader) -> bytes:
    start = reader.at
    content = reader.utf8()
    if content != b"undefined":
        _check_json(content, start)
    return content


def _binary(reader: Reader) -> tuple[int, Content]:
    start = reader.at
    reader.blob()
    return 1, reader.data[start : reader.at]


def _embed(reader: Reader) -> tuple[int, Content]:
    start = reader.at
    _check_json(reader.utf8(), start)
    return 1, reader.data[start : reader.at]


def _format(reader: Reader) -> tuple[int, Content]:
    start = reader.at
    reader.utf8()
    value = reader.at
    _check_json(reader.utf8(), value)
    return 1, reader.data[start : reader.at]


def _type(reader: Reader) -> tuple[int, Content]:
    start = reader.at
    kind = reader.byte()
    if kind > XML_TEXT:
        raise Malformed(f"unknown kind of type {kind}", start)
    if kind in _NAMED_TYPES:
        reader.utf8()
    return 1, reader.data[start : reader.at]


def _doc(reader: Reader) -> tuple[int, Content]:
    start = reader.at
    reader.utf8()
    reader.any()
    return 1, reader.data[start : reader.at]


_READINGS: Final[dict[int, Callable[[Reader], tuple[int, Content]]]] = {
    DELETED: _deleted,
    JSON: _json,
    BINARY: _binary,
    STRING: _string,
    EMBED: _embed,
    FORMAT: _format,
    TYPE: _type,
    ANY: _any,
    DOC: _doc,
}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


# JavaScript knows no NaN in JSON, and takes numbers of any length.
_DECODER: Final = json.JSONDecoder(
    parse_int=len, parse_float=len, parse_constant=_refuse_constant
)
_PLAIN: Final = frozenset({b"null", b"true", b"false", b"{}", b"[]", b'""'})


def _check_json(content: bytes, offset: int) -> None:
    if content in _PLAIN:
        return
    try:
        value: object = _DECODER.decode(content.decode())
    except (ValueError, RecursionError):
        raise Malformed("not JSON", offset) from None
    if content.count(b"[") + content.count(b"{") > MAX_DEPTH:
        _check_depth(value, MAX_DEPTH, offset)


def _check_depth(value: object, depth: int, offset: int) -> None:
    if isinstance(value, dict):
        members = list(value.values())
    elif isinstance(value, list):
        members = value
    else:
        return
    if depth == 0:
        raise Malformed("nested too deep", offset)
    for member in members:
        _check_depth(member, depth - 1, offset)

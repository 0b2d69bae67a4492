"""Values that browsers trip over, though every byte of them is right.

An object of its own `toString` throws when an editor draws it, `__proto__` is seen by
none who lists names, and BigInt mixes with no other number. No editor writes these.
"""

import json
from collections.abc import Iterable
from typing import Final

from documents.yjs import contents
from documents.yjs.contents import Content
from documents.yjs.lib0 import ARRAY, BIGINT, OBJECT, Reader

NAMES: Final = frozenset(
    {
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)
"""What every object of JavaScript has, and may not have twice."""


def is_trap(kind: int, content: Content) -> bool:
    """Whether a map entry or a format holds such a value, or a format such a name."""
    if isinstance(content, tuple):
        trapped = _any_trapped if kind == contents.ANY else _json_trapped
        return any(trapped(value) for value in content)
    if kind != contents.FORMAT:
        return False
    reader = Reader(content)
    return reader.text() in NAMES or _json_trapped(reader.blob())


def _any_trapped(value: bytes) -> bool:
    if value[0] not in (ARRAY, OBJECT):
        return value[0] == BIGINT
    return _walk(Reader(value))


def _walk(reader: Reader) -> bool:
    start = reader.at
    tag = reader.byte()
    if tag not in (ARRAY, OBJECT):
        reader.at = start
        reader.any()
        return tag == BIGINT
    for _ in range(reader.uint()):
        if tag == OBJECT and reader.text() in NAMES:
            return True
        if _walk(reader):
            return True
    return False


def _json_trapped(text: bytes) -> bool:
    if b"{" not in text:
        return False
    found: list[str] = []

    def note(pairs: Iterable[tuple[str, object]]) -> None:
        found.extend(name for name, _ in pairs)

    # Numbers may be longer than Python reads; they do not matter.
    json.loads(text.decode(), parse_int=len, parse_float=len, object_pairs_hook=note)
    return not NAMES.isdisjoint(found)

"""Nodes of a ProseMirror document, in the form that ProseMirror itself gives them.

Pure. What is empty is left out, neighbouring text with the same marks is one, marks
stand in the editor's order, and a number is one that JSON has.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from documents.engine.rendering import Mark, Node

_OVERLAP: Final = re.compile(r"--[A-Za-z0-9+/=]{8}\Z")
"""y-tiptap's suffix of a mark that may lie over itself."""
_ORDER: Final = ("link", "bold", "italic", "underline", "strike", "code")
"""The marks of our editor from the outermost to the innermost; others lie within."""
_EXACT: Final = 2**53
"""From here on a float has no digits to lose."""


def document(content: Iterable[Node]) -> Node:
    """Give the document that has this content."""
    return {"type": "doc", "content": joined(content)}


def element(kind: str, attrs: Mapping[str, object], content: Iterable[Node]) -> Node:
    """Give a node that is not text; attributes are values as an engine gives them."""
    node: Node = {"type": kind}
    if attrs:
        node["attrs"] = {name: plain(value) for name, value in attrs.items()}
    if children := joined(content):
        node["content"] = children
    return node


def text(words: str, marks: Mapping[str, object]) -> Node:
    """Give a text node; marks are a format's names and values."""
    node: Node = {"type": "text", "text": words}
    if found := sorted((_mark(*pair) for pair in marks.items()), key=_place):
        node["marks"] = found
    return node


def joined(nodes: Iterable[Node]) -> list[Node]:
    """Join neighbouring text with the same marks, and leave empty text out."""
    found: list[Node] = []
    for alike, run in groupby(
        nodes, key=lambda node: (node["type"], node.get("marks"))
    ):
        if alike[0] != "text":
            found.extend(run)
        elif words := "".join(piece["text"] for piece in run):
            node: Node = {"type": "text", "text": words}
            if alike[1]:
                node["marks"] = alike[1]
            found.append(node)
    return found


def plain(value: object) -> object:
    """Give a Yjs value as JSON.stringify would: whole numbers whole, no NaN."""
    match value:
        case float():
            return _number(value)
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case bytes() | bytearray():
            return {str(index): byte for index, byte in enumerate(value)}
        case list() | tuple():
            return [plain(inner) for inner in value]
    return value


def _number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _mark(name: str, attrs: object) -> Mark:
    mark: Mark = {"type": _OVERLAP.sub("", name)}
    if isinstance(attrs, Mapping) and attrs:
        mark["attrs"] = plain(attrs)
    return mark


def _place(mark: Mark) -> tuple[int, str, str]:
    kind = mark["type"]
    place = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
    return place, kind, json.dumps(mark.get("attrs"), sort_keys=True)

"""Reading a document's bytes: the only importer of a CRDT engine.

Runs as `python -m documents.engine`, a process that may crash at no cost: it knows
no Django, no secret and no database. Asked by `documents.reading` over its pipes.
"""

import re
import resource
import struct
import sys
from collections.abc import Iterable
from typing import BinaryIO, cast

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents.rendering import Node, excerpt_of, html_of, text_of

ROOT = "default"
MEMORY = 2 * 1024**3
"""What a worker may allocate: a document of the greatest size takes a tenth."""

_OVERLAP = re.compile(r"--[A-Za-z0-9+/=]{8}$")
"""y-tiptap's suffix of a mark that may lie over itself."""

FORMS = {b"t": text_of, b"h": html_of, b"e": excerpt_of}


def tree_of(state: bytes) -> Node:
    """Read the ProseMirror document in the root `default` of a whole Yjs V1 state."""
    document: Doc[XmlFragment] = Doc()
    root = document.get(ROOT, type=XmlFragment)
    document.apply_update(state)
    return {"type": "doc", "content": _children(root)}


def _children(parent: XmlFragment | XmlElement) -> list[Node]:
    nodes: list[Node] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            nodes.extend(_texts(child))
        elif isinstance(child, XmlElement):
            attrs = {name: _plain(value) for name, value in _pairs(child)}
            kind = child.tag or ""
            nodes.append({"type": kind, "attrs": attrs, "content": _children(child)})
    return nodes


def _pairs(element: XmlElement) -> Iterable[tuple[str, object]]:
    return cast("Iterable[tuple[str, object]]", element.attributes)


def _texts(text: XmlText) -> list[Node]:
    return [
        {
            "type": "text",
            "text": piece,
            "marks": [
                {"type": _OVERLAP.sub("", name), "attrs": attrs}
                for name, attrs in (marks or {}).items()
            ],
        }
        for piece, marks in text.diff()
        if isinstance(piece, str)
    ]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests, each a form, a length and a state, until there are no more."""
    while form := requests.read(1):
        (length,) = struct.unpack(">I", _exactly(requests, 4))
        answer = FORMS[form](tree_of(_exactly(requests, length))).encode()
        answers.write(struct.pack(">I", len(answer)) + answer)
        answers.flush()


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)

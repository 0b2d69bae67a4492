"""y-tiptap's own conversion of a document, asked in Node; see `tests/yjs`."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.engine.rendering import Mark, Node

SCRIPT = Path(__file__).parent.parent / "yjs" / "prosemirror.mjs"


class Tiptap:
    """One Node process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def document(self, rows: list[bytes]) -> Node:
        """What y-tiptap makes of these updates, in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([row.hex() for row in rows]) + "\n")
        self._process.stdin.flush()
        return canonical(json.loads(self._process.stdout.readline(), parse_int=float))


@contextmanager
def tiptap() -> Iterator[Tiptap]:
    """Start Node, and end it."""
    with subprocess.Popen(
        ["node", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Tiptap(process)
        process.communicate()


def canonical(node: Node, *, bare: bool = False) -> Node:
    """Join what looks the same, as ProseMirror does, and leave out what is empty.

    `bare`: structure and text alone.
    """
    found: Node = {"type": node["type"]}
    if "text" in node:
        found["text"] = node["text"]
    if not bare and node.get("attrs"):
        found["attrs"] = node["attrs"]
    if not bare and node.get("marks"):
        marks: list[Mark] = [
            {"type": mark["type"], "attrs": _object(mark.get("attrs"))}
            for mark in node["marks"]
        ]
        found["marks"] = sorted(marks, key=json.dumps)
    content = [canonical(child, bare=bare) for child in node.get("content", [])]
    if children := _joined(content):
        found["content"] = children
    return found


def _object(attrs: object) -> object:
    return attrs if isinstance(attrs, dict) else {}


def _joined(nodes: list[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        last = found[-1] if found else None
        alike = last and "text" in last and last.get("marks") == node.get("marks")
        if last and alike and "text" in node:
            last["text"] += node["text"]
        elif node.get("text") != "":
            found.append(node)
    return found

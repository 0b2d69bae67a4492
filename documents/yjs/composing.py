"""Writing a document without an editor: blocks and runs of text -> structs.

Writes what the editor itself would send. Of the log it is meant for it knows only the
id that a block comes after.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.yjs import contents
from documents.yjs.lib0 import Writer
from documents.yjs.updates import HAS_KEY, HAS_ORIGIN, ClientId, Id, Item

ROOT: Final = "default"

Attribute = str | int | bool
Marks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Run:
    """Text with the same marks throughout."""

    text: str
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """A node of the editor: blocks inside it, or text."""

    tag: str
    children: Sequence["Block | Run"] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


class Composer:
    """One client that writes whole blocks; its clock starts at 0."""

    def __init__(self, client: ClientId) -> None:
        self._client = client
        self._clock = 0
        self._items: list[Item] = []

    def add(self, block: Block, after: Id | None) -> Id:
        """Write a block after another one of the document, and give its id."""
        return self._block(block, ROOT, after)

    def written(self) -> dict[ClientId, tuple[Item, ...]]:
        """Give what was written since the last time."""
        items, self._items = self._items, []
        return {self._client: tuple(items)} if items else {}

    def _block(self, block: Block, parent: str | Id, after: Id | None) -> Id:
        me = self._put(contents.TYPE, _element(block.tag), parent, after)
        for name, value in block.attributes.items():
            self._put(contents.ANY, (_any(value),), me, None, key=name)
        last: Id | None = None
        runs = [child for child in block.children if isinstance(child, Run)]
        if runs:
            last = self._text(runs, me)
        for child in block.children:
            if isinstance(child, Block):
                last = self._block(child, me, last)
        return me

    def _text(self, runs: list[Run], parent: Id) -> Id:
        me = self._put(contents.TYPE, bytes([contents.XML_TEXT]), parent, None)
        last: Id | None = None
        for run in runs:
            for name, attributes in run.marks.items():
                opening = _format(name, json.dumps(attributes))
                last = self._put(contents.FORMAT, opening, me, last)
            last = self._put(contents.STRING, run.text.encode(), me, last)
            for name in run.marks:
                last = self._put(contents.FORMAT, _format(name, "null"), me, last)
        return me

    def _put(
        self,
        kind: int,
        content: contents.Content,
        parent: str | Id,
        after: Id | None,
        *,
        key: str | None = None,
    ) -> Id:
        """Write one item, after a sibling or as the first of its parent."""
        length = 1
        if kind == contents.STRING and isinstance(content, bytes):
            length = contents.units(content)
        info = kind | (HAS_ORIGIN if after else 0) | (HAS_KEY if key else 0)
        home = None if after else parent
        item = Item(self._clock, length, info, after, None, home, key, content)
        self._items.append(item)
        self._clock += length
        return self._client, self._clock - 1


def _element(tag: str) -> bytes:
    writer = Writer()
    writer.byte(contents.XML_ELEMENT)
    writer.text(tag)
    return writer.finish()


def _format(name: str, value: str) -> bytes:
    writer = Writer()
    writer.text(name)
    writer.text(value)
    return writer.finish()


def _any(value: Attribute) -> bytes:
    writer = Writer()
    if isinstance(value, bool):
        writer.byte(120 if value else 121)
    elif isinstance(value, int):
        writer.byte(125)
        writer.sint(value)
    else:
        writer.byte(119)
        writer.text(value)
    return writer.finish()

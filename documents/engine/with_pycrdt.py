"""Reading with pycrdt, the default engine: text, structure, attributes and marks."""

from collections.abc import Iterable
from typing import cast

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents.engine import ROOT, trees
from documents.engine.rendering import Node


def tree_of(state: bytes) -> Node:
    """See `documents.engine.Engine`."""
    document: Doc[XmlFragment] = Doc()
    root = document.get(ROOT, type=XmlFragment)
    document.apply_update(state)
    return trees.document(_children(root))


def _children(parent: XmlFragment | XmlElement) -> Iterable[Node]:
    for child in parent.children:
        if isinstance(child, XmlText):
            yield from _texts(child)
        elif isinstance(child, XmlElement):
            attrs = dict(cast("Iterable[tuple[str, object]]", child.attributes))
            yield trees.element(child.tag or "", attrs, _children(child))


def _texts(text: XmlText) -> Iterable[Node]:
    for piece, marks in text.diff():
        if isinstance(piece, str):
            yield trees.text(piece, marks or {})

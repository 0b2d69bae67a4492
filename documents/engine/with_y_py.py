"""Reading with y-py, by choice: text and structure; no marks, attributes as strings.

Its objects belong to the thread that made them, and its panics are no Exception; both
are the business of the process around it, which has one thread and may die.
"""

from collections.abc import Iterator

from y_py import YDoc, YXmlElement, YXmlText, apply_update

from documents.engine import ROOT, trees
from documents.engine.rendering import Node


def tree_of(state: bytes) -> Node:
    """See `documents.engine.Engine`."""
    # Its own garbage collection is what made 30 % of measured documents wrong.
    document = YDoc(skip_gc=True)
    apply_update(document, state)
    return trees.document(_children(document.get_xml_element(ROOT)))


def _children(parent: YXmlElement) -> Iterator[Node]:
    child = parent.first_child
    while child is not None:
        if isinstance(child, YXmlText):
            yield trees.text(str(child), {})
        else:
            # The root is an element too, but to ask for its name is a panic.
            attrs = dict(child.attributes())
            yield trees.element(child.name, attrs, _children(child))
        child = child.next_sibling

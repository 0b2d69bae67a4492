"""Text that undo brought back: into a text that stands, or into a copy of one.

In a text that stands its origins tell. In what undo had brought back before, an element
or its text, they tell nothing. There it says what one row, or a few on end, took out of
the text that the new one is a copy of; typed text does so by chance only where the same
person had deleted just that.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.history.carries.beside import Beside
from documents.history.carries.lineage import Lineage
from documents.history.carries.losses import EVERYBODY, Takers
from documents.history.carries.nodes import Nodes
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link, Passage, links
from documents.history.sequence import Parent
from documents.history.texts import Texts
from documents.yjs.updates import Item

_SOURCES: Final = 16


def redone(
    ids: IdRange, item: Item, seq: int, texts: Texts, columns: Columns
) -> Iterator[Link]:
    """Link the ids of an item that a row inserted to those that it brought back.

    Yjs' redoItem lays the copy of a deleted item directly before it. Typed text never
    has a deleted right origin, for Yjs walks past what is deleted; only if another
    deletes it meanwhile, and then the text differs.
    """
    if item.right_origin is None:
        return
    source, clock = item.right_origin
    length = ids.end - ids.start
    if not _were_deleted(columns, IdRange(source, clock, clock + length), seq):
        return
    again = "".join([w.text for w in texts.between(ids.client, ids.start, ids.end)])
    before = "".join([w.text for w in texts.between(source, clock, clock + length)])
    if again == before:
        yield Link(ids.client, ids.start, ids.end, source, clock)


def _were_deleted(columns: Columns, ids: IdRange, seq: int) -> bool:
    deaths = columns.deaths.get(ids.client)
    if deaths is None:
        return False
    runs = [run.within(0, seq - 1) for run in deaths.between(ids.start, ids.end)]
    return sum(run.end - run.start for run in runs if run) == ids.end - ids.start


class Undoing:
    """Explains the text of rows that undid."""

    def __init__(
        self, columns: Columns, nodes: Nodes, lineage: Lineage, beside: Beside
    ) -> None:
        self._columns = columns
        self._nodes = nodes
        self._lineage = lineage
        self._beside = beside

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage carries, if a row undid."""
        takers = self._takers(passage.parent, seq)
        for one in islice(self._lineage.sources(passage.parent), _SOURCES):
            if (node := self._nodes.find(one)) is not None:
                losses = self._beside.losses(node)
                if units := losses.saying(takers, seq, passage.text):
                    return list(links(passage.words, losses.source.words(units)))
        siblings = self._beside.siblings(passage.parent)
        words = siblings.lost(takers, seq, passage)
        return list(links(passage.words, words)) if words else []

    def _takers(self, parent: Parent, seq: int) -> Takers:
        """Whose deletions a row may bring back.

        Others may have been the first to delete what came back with its element.
        """
        if self._nodes.is_planted(parent, seq):
            return EVERYBODY
        return Takers(self._columns.stamps.author(seq))

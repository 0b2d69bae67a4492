"""Text that undo brought back: into a text that stands, or into a copy of one.

In a text that stands its origins tell. In what undo had brought back before, an element
or its text, they tell nothing. There it says what one row, or a few on end, took out of
the text that the new one is a copy of; typed text does so by chance only where the same
person had deleted just that.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.history.carries.lineage import Lineage
from documents.history.carries.nodes import Nodes
from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link, Passage, links
from documents.history.sequence import Parent
from documents.history.texts import Texts
from documents.yjs.updates import Item

_SOURCES: Final = 16
_ROWS: Final = 24
_TOGETHER: Final = 8
"""So many rows of one person are undone at once."""


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

    def __init__(self, columns: Columns, nodes: Nodes, lineage: Lineage) -> None:
        self._columns = columns
        self._nodes = nodes
        self._lineage = lineage

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage carries, if a row undid."""
        for source in self._sources(passage.parent, seq):
            for units in self._taken(source, passage.parent, seq):
                if source.text(units) == passage.text:
                    return list(links(passage.words, source.words(units)))
        return []

    def _sources(self, parent: Parent, seq: int) -> Iterator[Remains]:
        copied = islice(self._lineage.sources(parent), _SOURCES)
        for one in (*copied, *self._lineage.beside(parent)):
            node = self._nodes.find(one)
            if node is not None and one != parent and self._nodes.born(one) < seq:
                yield self._nodes.remains(node)

    def _taken(self, source: Remains, parent: Parent, seq: int) -> Iterator[list[int]]:
        """What rows on end took out of a text, the last ones first.

        Others may have been the first to delete what came back with its element.
        """
        author = self._columns.stamps.author
        rows = {died for died in source.died if died < seq}
        if not self._nodes.is_planted(parent, seq):
            rows = {died for died in rows if author(died) == author(seq)}
        own = sorted(rows)[-_ROWS:]
        for until in range(len(own), 0, -1):
            for at in range(until - 1, max(until - _TOGETHER, 0) - 1, -1):
                some = own[at:until]
                yield [unit for unit, died in enumerate(source.died) if died in some]

"""Text that undo put into what it had brought back before: an element, or its text.

There its origins tell nothing. It says what one row, or a few on end, took out of the
text that the new one is a copy of; typed text does so by chance only where the same
person had deleted just that.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.history.columns import Columns
from documents.history.lineage import Lineage
from documents.history.nodes import Nodes
from documents.history.passages import Link, Passage, links
from documents.history.remains import Remains
from documents.history.sequence import Parent

_SOURCES: Final = 16
_ROWS: Final = 24
_TOGETHER: Final = 8
"""So many rows of one person are undone at once."""


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

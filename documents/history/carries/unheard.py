"""Text that somebody re-created while another did so, or had just done so, unheard.

The server keeps of two equal deletions only the first, so the second row seems but to
insert. It says all that a text near had said until somebody else, a moment before, took
it away.
"""

from bisect import bisect_left
from collections.abc import Iterator

from documents.history.carries.evidence import LAG
from documents.history.carries.nodes import Nodes
from documents.history.carries.pieces import is_scattered
from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.passages import Link, Passage, links


class Unheard:
    """Explains what a row inserts by what its author had not heard of."""

    def __init__(self, columns: Columns, nodes: Nodes) -> None:
        self._columns = columns
        self._nodes = nodes

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage carries."""
        for node in self._nodes.gone_beside(passage, seq):
            if not is_scattered(passage.text, node.text):
                continue
            source = self._nodes.remains(node)
            for units in self._gone(seq, source):
                if source.text(units) == passage.text:
                    return list(links(passage.words, source.words(units)))
        return []

    def _gone(self, seq: int, source: Remains) -> Iterator[list[int]]:
        """All that a text had said, if others had just taken all of it away."""
        stamps = self._columns.stamps
        own = stamps.author(seq)
        missed = [row for row in self._recent(seq, source) if stamps.author(row) != own]
        lives = list(zip(source.born, source.died, strict=True))
        if not missed or any(born < missed[-1] and died > seq for born, died in lives):
            return
        for row in missed:
            seen = [at for at, (born, died) in enumerate(lives) if born < row <= died]
            if all(source.died[at] <= seq for at in seen):
                yield seen

    def _recent(self, seq: int, source: Remains) -> Iterator[int]:
        """The rows that touched a text a moment before a row, the latest first."""
        time = self._columns.stamps.time
        for at in range(bisect_left(source.rows, seq) - 1, -1, -1):
            if time(seq) - time(source.rows[at]) >= LAG:
                break
            yield source.rows[at]

"""Text put back at once just where it had stood, at whatever moment: restored.

Typed text comes letter by letter. Two letters or more that one row puts where the same
ones had gone, or a whole text beside the one that had said it, are those.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from documents.history.carries.evidence import Evidence
from documents.history.carries.nodes import LARGE, Nodes
from documents.history.carries.pieces import is_scattered
from documents.history.carries.remains import Remains
from documents.history.passages import Link, Passage, links

_MOMENTS: Final = 24
_STRETCH: Final = 1024
_NEAR: Final = 16
_LEAST: Final = 2
UNITS: Final = 1 << 22
"""Units that are read for one row: of all gaps that people fill at once many times."""
_WEIGHED: Final = 32
"""How many times a unit's reading it costs to find out whether it stands."""


class Returning:
    """Explains what a row inserts by what had stood at its place."""

    def __init__(self, nodes: Nodes, evidence: Evidence) -> None:
        self._nodes = nodes
        self._evidence = evidence
        self._seq = self._left = 0

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage, which lies on end, carries."""
        if seq != self._seq:
            self._seq, self._left = seq, UNITS
        length = len(passage)
        if length < _LEAST:
            return []
        for source, units in self._stood(passage):
            at = source.text(units).find(passage.text)
            if at >= 0 and self._may(_WEIGHED * length):
                words = list(source.words(units[at : at + length]))
                if not self._evidence.stands(seq, words):
                    return list(links(passage.words, words))
        return []

    def _may(self, units: int) -> bool:
        self._left -= units
        return self._left >= 0

    def _stood(self, passage: Passage) -> Iterator[tuple[Remains, list[int]]]:
        """What had stood where a passage does, or in all of a text near."""
        node = self._nodes.node(passage.parent)
        if len(node) > LARGE:
            return
        source = self._nodes.remains(node)
        gap = _gap(source, node.span(passage), self._seq)
        if self._may(len(gap)) and is_scattered(passage.text, _text(source, gap)):
            rows = {source.died[unit] for unit in gap}
            for row in self._last(sorted(rows)):
                if self._may(len(gap)):
                    yield source, source.before(row, gap)
        if not self._nodes.is_planted(passage.parent, self._seq):
            return
        for other in islice(self._nodes.near(passage.parent, self._seq), _NEAR):
            source = self._nodes.remains(other)
            for row in self._last(source.deaths):
                if source.stood(row) == len(passage) and self._may(len(other)):
                    yield source, source.before(row)

    def _last(self, rows: Sequence[int]) -> Iterator[int]:
        """The last of some rows until the one that is asked about, the latest first."""
        upto = bisect_right(rows, self._seq)
        return map(rows.__getitem__, range(upto - 1, max(0, upto - _MOMENTS) - 1, -1))


def _text(source: Remains, units: range) -> str:
    return source.passage.text[units.start : units.stop]


def _gap(source: Remains, span: tuple[int, int], seq: int) -> range:
    """All that had gone, from what stands before a place to what stands behind it."""
    start, end = span
    least, most = max(0, start - _STRETCH), min(end + _STRETCH, len(source.passage))
    while start > least and not source.stands((start - 1,), seq):
        start -= 1
    while end < most and not source.stands((end,), seq):
        end += 1
    return range(start, end)

"""Text put back at once just where it had stood, at whatever moment: restored.

Typed text comes letter by letter. Two letters or more that one row puts where the same
ones had gone, or a whole text beside the one that had said it, are those.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from documents.history.carries.evidence import Evidence
from documents.history.carries.nodes import LARGE, Nodes
from documents.history.carries.remains import Remains
from documents.history.passages import Link, Passage, links

_MOMENTS: Final = 24
_STRETCH: Final = 1024
_NEAR: Final = 16
_LEAST: Final = 2


class Returning:
    """Explains what a row inserts by what had stood at its place."""

    def __init__(self, nodes: Nodes, evidence: Evidence) -> None:
        self._nodes = nodes
        self._evidence = evidence

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage, which lies on end, carries."""
        length = len(passage)
        if length < _LEAST:
            return []
        for source, units in self._stood(seq, passage):
            at = source.text(units).find(passage.text)
            if at >= 0:
                words = list(source.words(units[at : at + length]))
                if not self._evidence.stands(seq, words):
                    return list(links(passage.words, words))
        return []

    def _stood(self, seq: int, passage: Passage) -> Iterator[tuple[Remains, list[int]]]:
        node = self._nodes.node(passage.parent)
        if len(node) > LARGE:
            return
        source = self._nodes.remains(node)
        for units in _moments(source, _gap(source, node.span(passage), seq), seq):
            yield source, units
        if not self._nodes.is_planted(passage.parent, seq):
            return
        for other in islice(self._nodes.near(passage.parent, seq), _NEAR):
            source = self._nodes.remains(other)
            for units in _moments(source, range(len(other)), seq):
                if len(units) == len(passage):
                    yield source, units


def _gap(source: Remains, span: tuple[int, int], seq: int) -> range:
    """All that had gone, from what stands before a place to what stands behind it."""
    start, end = span
    least, most = max(0, start - _STRETCH), min(end + _STRETCH, len(source.passage))
    while start > least and not source.stands((start - 1,), seq):
        start -= 1
    while end < most and not source.stands((end,), seq):
        end += 1
    return range(start, end)


def _moments(source: Remains, units: range, seq: int) -> Iterator[list[int]]:
    """What some units were before each row that deleted any, the last one first."""
    rows = {source.died[unit] for unit in units if source.died[unit] <= seq}
    for row in sorted(rows, reverse=True)[:_MOMENTS]:
        yield [unit for unit in units if source.born[unit] < row <= source.died[unit]]

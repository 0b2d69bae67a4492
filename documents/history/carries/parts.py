"""Parts of what a row inserts, around what is new in it: what they carry.

Knows which texts may be meant, not how they were found.
"""

from typing import Final

from documents.history.carries.evidence import Evidence
from documents.history.carries.glimpses import glimpses
from documents.history.carries.nodes import Nodes
from documents.history.carries.pieces import (
    NOTHING,
    Around,
    Overlap,
    again,
    overlaps,
)
from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.passages import Link, Passage, links

_NEAREST: Final = 12
_LARGE: Final = 4096
_ENDS: Final = "head", "tail"


class Parts:
    """Explains passages piece by piece."""

    def __init__(self, columns: Columns, nodes: Nodes, evidence: Evidence) -> None:
        self._columns = columns
        self._nodes = nodes
        self._evidence = evidence

    def links(
        self,
        seq: int,
        passage: Passage,
        died: list[Passage],
        sources: list[Remains],
        near: list[Passage],
    ) -> list[Link]:
        """What parts of a passage carry.

        `died` is what the row deleted, `sources` the texts out of which it did so, and
        `near` the texts around.
        """
        found: list[Link] = []
        rest = passage
        around = self._around(seq, passage)
        more = [self._nodes.remains(node) for node in near[:_NEAREST]]
        for far, some in enumerate((sources, more)):
            for _ in _ENDS:
                known = NOTHING if far else around
                part, rest = self._overlap(seq, rest, some, known, far=bool(far))
                found += part
                if not part:
                    break
        found += again(rest, died)
        return found

    def _around(self, seq: int, passage: Passage) -> Around:
        """What stood around a passage when a row inserted it."""
        node = self._nodes.node(passage.parent)
        if len(node) > _LARGE:
            return NOTHING
        start, end = node.span(passage)
        left = self._nodes.remains(node)
        before, behind = (
            [at for at in some if left.born[at] < seq < left.died[at]]
            for some in (range(start), range(end, len(node)))
        )
        return Around(left.text(before), left.text(behind))

    def _overlap(
        self,
        seq: int,
        passage: Passage,
        sources: list[Remains],
        around: Around,
        *,
        far: bool,
    ) -> tuple[list[Link], Passage]:
        """What a passage begins or ends with as another did, and what is left of it."""
        found = [
            overlap
            for source in sources
            for glimpse in glimpses(source, self._columns, seq)
            for overlap in overlaps(passage.text, glimpse, seq, around)
            if overlap.length
            and not (
                far and self._evidence.is_chance(seq, passage, glimpse, overlap.places)
            )
        ]
        if not found:
            return [], passage
        length, at, place, glimpse = max(found, key=_length)
        part = passage.part(at, at + length)
        rest = passage.part(length, len(passage)) if at == 0 else passage.part(0, at)
        return list(links(part.words, glimpse.words(place, length))), rest


def _length(overlap: Overlap) -> int:
    return overlap.length

"""Parts of what a row inserts, around what is new in it: what they carry.

Knows which texts may be meant, not how they were found.
"""

from collections.abc import Iterator
from typing import Final

from documents.history.carries.evidence import SOME, Evidence
from documents.history.carries.glimpses import Glimpse
from documents.history.carries.nodes import Nodes
from documents.history.carries.pieces import (
    NOTHING,
    Around,
    Overlap,
    again,
    overlaps,
)
from documents.history.carries.remains import Remains
from documents.history.carries.sights import Sights
from documents.history.columns import Columns
from documents.history.passages import Link, Passage, links

_NEAREST: Final = 12
_LARGE: Final = 4096
_ENDS: Final = "head", "tail"
_COMPARED: Final = 16
_WEIGHED: Final = 32
"""How many times a unit's reading it costs to compare it, and to ask if it stands."""


class Parts:
    """Explains passages piece by piece."""

    def __init__(self, columns: Columns, nodes: Nodes, evidence: Evidence) -> None:
        self._nodes = nodes
        self._evidence = evidence
        self._sights = Sights(columns)

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
        self._sights.turn_to(seq)
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
        found = sorted(
            self._overlaps(seq, passage, sources, around, far=far),
            key=_length,
            reverse=True,
        )
        for overlap in found:
            length, at, place, glimpse = overlap
            if far and self._is_chance(seq, passage, glimpse, overlap.places):
                continue
            part = passage.part(at, at + length)
            start, end = (length, len(passage)) if at == 0 else (0, at)
            carried = links(part.words, glimpse.words(place, length))
            return list(carried), passage.part(start, end)
        return [], passage

    def _overlaps(
        self,
        seq: int,
        passage: Passage,
        sources: list[Remains],
        around: Around,
        *,
        far: bool,
    ) -> Iterator[Overlap]:
        """What is equal at an end; of texts that are only near, no few units."""
        least = SOME if far else 1
        for source in sources:
            if not self._sights.may(0):
                return
            edges = self._sights.of(source)
            for glimpse in edges.like(passage.text) if far else edges.sights:
                for overlap in overlaps(passage.text, glimpse, seq, around):
                    if overlap.length >= least:
                        yield overlap
                    if not self._sights.may(_COMPARED * overlap.length):
                        return

    def _is_chance(
        self, seq: int, passage: Passage, glimpse: Glimpse, places: range
    ) -> bool:
        return not self._sights.may(_WEIGHED * len(places)) or self._evidence.is_chance(
            seq, passage, glimpse, places
        )


def _length(overlap: Overlap) -> int:
    return overlap.length

"""The texts of a whole log, one a parent, along the document.

A node is all text that ever was in one parent: what a paragraph says and ever said.
Knows of time only when nodes came and when they first lost something.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import Final

from documents.history.carries.lineage import Lineage
from documents.history.carries.remains import NEVER, Remains
from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.passages import Passage
from documents.history.sequence import Parent
from documents.history.texts import Texts, Words
from documents.yjs.updates import Id

NEAR: Final = 64
"""How many texts to each side are near."""
LARGE: Final = 4096
"""Units of a text of which only the surroundings are looked at."""
_WALKED: Final = 4096


class Nodes:
    """Nodes by parent and by their order."""

    def __init__(
        self, layout: Layout, texts: Texts, columns: Columns, lineage: Lineage
    ) -> None:
        self._layout = layout
        self._lineage = lineage
        self._columns = columns
        found: dict[Parent, list[Words]] = {}
        for spot in layout.spots:
            words = texts.between(spot.client, spot.start, spot.end)
            found.setdefault(spot.parent, []).extend(words)
        self._nodes = {
            parent: Passage(parent, words) for parent, words in found.items() if words
        }
        self._order = list(self._nodes)
        self._places = {parent: at for at, parent in enumerate(self._order)}
        self._losses: dict[Parent, int] = {}
        self._remains: dict[Parent, Remains] = {}

    def node(self, parent: Parent) -> Passage:
        """All text that ever was in a parent that has some."""
        return self._nodes[parent]

    def find(self, parent: Parent) -> Passage | None:
        """All text that ever was in a parent, if there is any."""
        return self._nodes.get(parent)

    def remains(self, node: Passage) -> Remains:
        """When each unit of a node lived."""
        known = self._remains.get(node.parent)
        if known is None:
            known = self._remains[node.parent] = Remains(node, self._columns)
        return known

    def holding(self, identity: Id) -> Passage:
        """The text that an id lies in."""
        parent = self._layout.parent(identity)
        assert parent is not None
        return self._nodes[parent]

    def around(self, identity: Id, margin: int) -> Passage:
        """So many units before an id, and behind it, of the text that it lies in."""
        node = self.holding(identity)
        at = node.index(*identity)
        return node.part(max(0, at - margin), min(at + margin, len(node)))

    def near(self, parent: Parent, seq: int) -> Iterator[Passage]:
        """The texts around that had lost something by then, the nearest first."""
        place = self._places[parent]
        sides = (
            self._walk(range(place - 1, -1, -1), seq),
            self._walk(range(place + 1, len(self._order)), seq),
        )
        for pair in zip_longest(*[islice(side, NEAR) for side in sides]):
            yield from [node for node in pair if node is not None]

    def gone_beside(self, passage: Passage, seq: int) -> Iterator[Passage]:
        """The texts that had gone between the one that a passage ends, and the next.

        Or begins, and the one before; and those of the same element, joined to it.
        """
        for one in self._lineage.beside(passage.parent):
            if one in self._nodes and one != passage.parent and self.born(one) < seq:
                yield self._nodes[one]
        if len(self._nodes[passage.parent]) > LARGE:
            return
        place = self._places[passage.parent]
        node = self.remains(self._nodes[passage.parent])
        start, end = node.passage.span(passage)
        sides = (
            (range(start), range(place - 1, -1, -1)),
            (range(end, len(node.passage)), range(place + 1, len(self._order))),
        )
        for rest, places in sides:
            if not node.stands(rest, seq):
                for other in islice(places, NEAR):
                    found = self._nodes[self._order[other]]
                    if self.remains(found).stands(range(len(found)), seq):
                        break
                    yield found

    def _walk(self, places: Iterable[int], seq: int) -> Iterator[Passage]:
        for place in islice(places, _WALKED):
            parent = self._order[place]
            if self.born(parent) < seq and self._lost(parent) <= seq:
                yield self._nodes[parent]

    def born(self, parent: Parent) -> int:
        """The row that inserted a parent; roots are always there."""
        return 0 if isinstance(parent, str) else self._columns.born(*parent) or 0

    def _lost(self, parent: Parent) -> int:
        known = self._losses.get(parent)
        if known is None:
            losses = [
                min(run.seq, run.last)
                for ids in self._nodes[parent].ids
                if (deaths := self._columns.deaths.get(ids.client)) is not None
                for run in deaths.between(ids.start, ids.end)
            ]
            known = self._losses[parent] = min(losses, default=NEVER)
        return known

    def is_planted(self, parent: Parent, seq: int) -> bool:
        """Whether a row made a text with the element around it, or a break before it.

        Who types makes the text alone, in an element that is there.
        """
        if self.born(parent) != seq:
            return False
        above = self._lineage.above(parent)
        before = self._lineage.before(parent)
        return any(
            isinstance(one, tuple) and self.born(one) == seq for one in (above, before)
        )

    def follower(self, parent: Parent, seq: int) -> Passage | None:
        """The next text of the same element, of those that were there before a row."""
        beside = self._lineage.beside(parent)
        for place in range(self._places[parent] + 1, len(self._order)):
            other = self._order[place]
            if other not in beside:
                break
            if self.born(other) < seq:
                return self._nodes[other]
        return None

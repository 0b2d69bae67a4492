"""The texts of a whole log, one a parent, along the document.

A node is all text that ever was in one parent: what a paragraph says and ever said.
Knows of time only when nodes came and when they first lost something.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import Final

from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.passages import Passage
from documents.history.sequence import Parent
from documents.history.texts import Texts, Words
from documents.yjs.contents import TYPE
from documents.yjs.merging import holding
from documents.yjs.updates import Id, Item, Update

NEVER: Final = 2**62
NEAR: Final = 64
"""How many texts to each side are near."""
_WALKED: Final = 4096


class Nodes:
    """Nodes by parent and by their order."""

    def __init__(
        self, update: Update, layout: Layout, texts: Texts, columns: Columns
    ) -> None:
        self._update = update
        self._layout = layout
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

    def node(self, parent: Parent) -> Passage:
        """All text that ever was in a parent that has some."""
        return self._nodes[parent]

    def around(self, identity: Id, margin: int) -> Passage:
        """So many units before an id, and behind it, of the text that it lies in."""
        parent = self._layout.parent(identity)
        assert parent is not None
        node = self._nodes[parent]
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
        """Whether a row made a text together with the element around it.

        Who types makes the text alone, in an element that is there.
        """
        above = self._above(parent)
        return isinstance(above, tuple) and (
            self.born(parent) == self.born(above) == seq
        )

    def is_redone(self, parent: Parent, seq: int) -> bool:
        """Whether a text lies in an element that the author of a row had deleted.

        Yjs' redoItem lays the copy of an element directly before it.
        """
        above: Parent | None = parent
        while isinstance(above, tuple):
            if self._is_copy(above, seq):
                return True
            above = self._above(above)
        return False

    def _is_copy(self, identity: Id, seq: int) -> bool:
        item = self._type(identity)
        if item is None or item.right_origin is None:
            return False
        before = self._type(item.right_origin)
        died = self._columns.died(*item.right_origin)
        if before is None or before.content != item.content or died is None:
            return False
        author = self._columns.stamps.author
        return died < seq and author(died) == author(seq)

    def _type(self, identity: Parent) -> Item | None:
        if isinstance(identity, str):
            return None
        client, clock = identity
        struct = holding(self._update.structs.get(client, ()), clock)
        return struct if isinstance(struct, Item) and struct.kind == TYPE else None

    def _above(self, parent: Parent) -> Parent | None:
        return self._layout.parent(parent) if isinstance(parent, tuple) else None

    def beside(self, parent: Parent, other: Parent) -> bool:
        """Whether two texts lie in one element."""
        above = self._above(parent)
        return above is not None and above == self._above(other)

    def follower(self, parent: Parent, seq: int) -> Passage | None:
        """The next text of the same element, of those that were there before a row."""
        for place in range(self._places[parent] + 1, len(self._order)):
            other = self._order[place]
            if not self.beside(parent, other):
                break
            if self.born(other) < seq:
                return self._nodes[other]
        return None

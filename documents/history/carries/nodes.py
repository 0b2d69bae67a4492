"""The texts of a whole log, one a parent, along the document.

A node is all text that ever was in one parent: what a paragraph says and ever said.
Knows of time only when nodes came and when they first lost something.
"""

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Final

from documents.history.carries.along import Along
from documents.history.carries.lineage import Lineage
from documents.history.carries.remains import NEVER, Remains
from documents.history.carries.walks import Walks
from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.passages import Passage
from documents.history.sequence import Parent
from documents.history.texts import Texts
from documents.yjs.updates import Id

NEAR: Final = 64
"""How many texts to each side are near."""
LARGE: Final = 4096
"""Units of a text of which only the surroundings are looked at."""


class _Read:
    """Nodes as they are read; apart, so that what walks along them holds no circle."""

    def __init__(self, layout: Layout, texts: Texts) -> None:
        self._layout = layout
        self._texts = texts
        self._known: dict[Parent, Passage | None] = {}

    def find(self, parent: Parent) -> Passage | None:
        if parent not in self._known:
            words = [
                words
                for spot in self._layout.parents.get(parent, ())
                for words in self._texts.between(spot.client, spot.start, spot.end)
            ]
            self._known[parent] = Passage(parent, words) if words else None
        return self._known[parent]

    def has(self, parent: Parent) -> bool:
        return self.find(parent) is not None


class _Lives:
    """When nodes came and first lost something; apart for the same reason."""

    def __init__(self, columns: Columns, read: _Read) -> None:
        self._columns = columns
        self._read = read
        self._births: dict[Parent, int] = {}
        self._losses: dict[Parent, int] = {}

    def had_lost(self, parent: Parent, seq: int) -> bool:
        """Whether a text that was there before a row had lost something by then."""
        return self.born(parent) < seq and self._lost(parent) <= seq

    def born(self, parent: Parent) -> int:
        if isinstance(parent, str):
            return 0
        known = self._births.get(parent)
        if known is None:
            known = self._births[parent] = self._columns.born(*parent) or 0
        return known

    def _lost(self, parent: Parent) -> int:
        known = self._losses.get(parent)
        if known is None:
            node = self._read.find(parent)
            losses = [
                min(run.seq, run.last)
                for ids in (node.ids if node else ())
                if (deaths := self._columns.deaths.get(ids.client)) is not None
                for run in deaths.between(ids.start, ids.end)
            ]
            known = self._losses[parent] = min(losses, default=NEVER)
        return known


class Nodes:
    """Nodes by parent and by their order."""

    def __init__(
        self, layout: Layout, texts: Texts, columns: Columns, lineage: Lineage
    ) -> None:
        self._layout = layout
        self._lineage = lineage
        self._columns = columns
        self._read = _Read(layout, texts)
        self._along = Along(layout, self._read.has)
        self._lives = _Lives(columns, self._read)
        self._sides = (
            Walks(self._along.before, self._lives.had_lost),
            Walks(self._along.after, self._lives.had_lost),
        )
        self._remains: dict[Parent, Remains] = {}
        self._followers: dict[Parent, Parent | None] = {}
        self._followed = 0

    def node(self, parent: Parent) -> Passage:
        """All text that ever was in a parent that has some."""
        found = self.find(parent)
        assert found is not None
        return found

    def find(self, parent: Parent) -> Passage | None:
        """All text that ever was in a parent, if there is any."""
        return self._read.find(parent)

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
        return self.node(parent)

    def around(self, identity: Id, margin: int) -> Passage:
        """So many units before an id, and behind it, of the text that it lies in."""
        node = self.holding(identity)
        at = node.index(*identity)
        return node.part(max(0, at - margin), min(at + margin, len(node)))

    def near(self, parent: Parent, seq: int) -> Iterator[Passage]:
        """The texts around that had lost something by then, the nearest first."""
        sides = [islice(side.of(parent, seq), NEAR) for side in self._sides]
        for pair in zip_longest(*sides):
            yield from [self.node(one) for one in pair if one is not None]

    def gone_around(self, passage: Passage, seq: int) -> Iterator[Passage]:
        """The texts that had gone between the one that a passage ends, and the next.

        Or begins, and the one before.
        """
        whole = self.node(passage.parent)
        if len(whole) > LARGE:
            return
        start, end = whole.span(passage)
        stood = self.remains(whole).reach(seq)
        if start <= stood.start:
            yield from self._gone(self._along.before(whole.parent), seq)
        if end >= stood.stop:
            yield from self._gone(self._along.after(whole.parent), seq)

    def _gone(self, parents: Iterator[Parent], seq: int) -> Iterator[Passage]:
        """Those of the nearest texts that had gone, until the first that had not."""
        for parent in islice(parents, NEAR):
            if self.born(parent) < seq:  # else nothing had stood in it
                node = self.node(parent)
                if not self.remains(node).is_gone(seq):
                    return
                yield node

    def born(self, parent: Parent) -> int:
        """The row that inserted a parent; roots are always there."""
        return self._lives.born(parent)

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
        if seq != self._followed:
            self._followers, self._followed = {}, seq
        if parent not in self._followers:
            self._follow(parent, seq)
        found = self._followers[parent]
        return None if found is None else self.node(found)

    def _follow(self, parent: Parent, seq: int) -> None:
        """Find what follows a text, and all that are passed on the way there."""
        passed, found = [parent], None
        above = self._lineage.above(parent)
        for other in self._along.after(parent) if above is not None else ():
            if self._lineage.above(other) != above:
                break
            if self.born(other) < seq:
                found = other
                break
            if other in self._followers:
                found = self._followers[other]
                break
            passed.append(other)
        self._followers.update(dict.fromkeys(passed, found))

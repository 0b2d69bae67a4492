"""The texts of one element beside each other, by what of them had gone.

Every row is taken in once, however many ask, who come row by row: so an element of many
texts costs what was done to them, and not that for each of them again.
"""

from bisect import bisect_left, insort

from documents.history.carries.lineage import Lineage
from documents.history.carries.losses import EVERYBODY, Losses, Takers
from documents.history.carries.nodes import Nodes
from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.passages import Passage
from documents.history.sequence import Parent
from documents.history.texts import Words

_Kind = tuple[Takers, int]
"""Whose rows took how many units."""


class Siblings:
    """Some texts along the document, as of the row that is asked about."""

    def __init__(self, texts: list[Losses], columns: Columns) -> None:
        self._texts = texts
        self._stamps = columns.stamps
        self._touches = sorted(
            (row, at) for at, text in enumerate(texts) for row in text.source.rows
        )
        self._reached = 0
        self._times: dict[int, int] = {}
        self._latest: list[tuple[int, int]] = []
        self._new: dict[_Kind, set[int]] = {}
        self._said: dict[_Kind, dict[str, list[int]]] = {}

    def touched(self, after: int, seq: int) -> list[Remains]:
        """Those that rows before one touched last after a time, in milliseconds."""
        self._go_on(seq)
        first = bisect_left(self._latest, (after + 1, 0))
        recent = sorted(at for _, at in self._latest[first:])
        return [self._texts[at].source for at in recent]

    def lost(self, takers: Takers, seq: int, passage: Passage) -> list[Words]:
        """What a passage says and rows on end took out of another text, the first."""
        if not self._texts:
            return []
        self._go_on(seq)
        found = self._saying(takers, seq, len(passage)).get(passage.text, [])
        at = 0
        while at < len(found):
            losses = self._texts[found[at]]
            if losses.source.passage.parent == passage.parent:
                at += 1
            elif units := losses.saying(takers, seq, passage.text):
                return list(losses.source.words(units))
            else:
                del found[at]  # too many rows took out more since
        return []

    def _go_on(self, seq: int) -> None:
        """Take in what was done before a row."""
        upto = bisect_left(self._touches, (seq, 0), self._reached)
        rows: dict[int, list[int]] = {}
        for row, at in self._touches[self._reached : upto]:
            rows.setdefault(at, []).append(row)
        for at, some in rows.items():
            self._touch(at, self._stamps.time(some[-1]))
            authors = {Takers(self._stamps.author(row)) for row in some}
            for takers in (EVERYBODY, *authors):
                for stretch in self._texts[at].before(takers, seq, some[0]):
                    self._new.setdefault((takers, stretch.length), set()).add(at)
        self._reached = upto

    def _touch(self, at: int, time: int) -> None:
        if at in self._times:
            del self._latest[bisect_left(self._latest, (self._times[at], at))]
        insort(self._latest, (time, at))
        self._times[at] = time

    def _saying(self, takers: Takers, seq: int, length: int) -> dict[str, list[int]]:
        """Out of which texts, in order, as many units were taken, by what those say."""
        said = self._said.setdefault((takers, length), {})
        for at in self._new.pop((takers, length), ()):
            losses = self._texts[at]
            for units in losses.taken(takers, seq, length):
                known = said.setdefault(losses.source.text(units), [])
                place = bisect_left(known, at)
                if known[place : place + 1] != [at]:
                    known.insert(place, at)
        return said


class Beside:
    """Finds the texts that lie beside others in their elements."""

    def __init__(self, nodes: Nodes, lineage: Lineage, columns: Columns) -> None:
        self._nodes = nodes
        self._lineage = lineage
        self._columns = columns
        self._losses: dict[Parent, Losses] = {}
        self._siblings: dict[Parent, Siblings] = {}
        self._alone = Siblings([], columns)

    def losses(self, node: Passage) -> Losses:
        """What was taken out of a text."""
        known = self._losses.get(node.parent)
        if known is None:
            known = Losses(self._nodes.remains(node), self._columns)
            self._losses[node.parent] = known
        return known

    def siblings(self, parent: Parent) -> Siblings:
        """The texts of the element that a text lies in."""
        above = self._lineage.above(parent)
        if above is None:
            return self._alone
        known = self._siblings.get(above)
        if known is None:
            beside = map(self._nodes.find, self._lineage.beside(parent))
            nodes = [node for node in beside if node is not None]
            texts = [self.losses(node) for node in nodes] if len(nodes) > 1 else []
            known = Siblings(texts, self._columns) if texts else self._alone
            self._siblings[above] = known
        return known

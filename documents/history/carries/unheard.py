"""Text that somebody re-created while another did so, or had just done so, unheard.

The server keeps of two equal deletions only the first, so the second row seems but to
insert. It says what the other re-created at the very same place, or all that a text
near had said until somebody else, a moment before, took it away.
"""

from bisect import bisect_left
from collections.abc import Iterator

from documents.history.carries.evidence import LAG
from documents.history.carries.firsts import Firsts
from documents.history.carries.nodes import Nodes
from documents.history.carries.pieces import is_scattered
from documents.history.carries.remains import Remains
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link, Passage, links
from documents.history.sequence import Parent
from documents.history.texts import Texts
from documents.yjs.updates import ClientId, Id

_Place = tuple[Id | None, Id | None, Parent | None]
"""What lay to the left and to the right when something was inserted, or around it."""


class Twins:
    """Text that several inserted between the same neighbours: neither saw the other."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._starts: dict[_Place, list[Id]] = {}
        for client, items in texts.items.items():
            for item in items:
                place = item.origin, item.right_origin, item.parent
                self._starts.setdefault(place, []).append((client, item.clock))

    def has_any(self, identity: Id) -> bool:
        """Whether there are others of an id."""
        return next(self.of(identity), None) is not None

    def of(self, identity: Id) -> Iterator[Id]:
        """The first ids that others inserted at the place of an id."""
        place = self._place(*identity)
        for one in self._starts.get(place, ()):
            if one[0] != identity[0]:
                yield one
        left = place[0]
        if left is not None and left[0] != identity[0]:
            follower = left[0], left[1] + 1
            if self._place(*follower) == place:
                yield follower

    def _place(self, client: ClientId, clock: int) -> _Place:
        item = next(self._texts.holding(client, clock, clock + 1), None)
        if item is None:
            return None, None, None
        if item.clock == clock:
            return item.origin, item.right_origin, item.parent
        return (client, clock - 1), item.right_origin, None


class Unheard:
    """Explains what a row inserts by what its author had not heard of."""

    def __init__(
        self, columns: Columns, texts: Texts, nodes: Nodes, firsts: Firsts, twins: Twins
    ) -> None:
        self._columns = columns
        self._texts = texts
        self._twins = twins
        self._nodes = nodes
        self._firsts = firsts

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage carries."""
        return self._twin(seq, passage) or self._joined(seq, passage)

    def _twin(self, seq: int, passage: Passage) -> list[Link]:
        first = passage.words[0]
        for client, start in self._twins.of((first.client, first.start)):
            born = self._columns.born(client, start)
            end = start + len(passage)
            if born is None or born >= seq:
                continue
            words = list(self._texts.between(client, start, end))
            said = "".join([each.text for each in words])
            if said == passage.text and self._firsts.are_carried(
                IdRange(client, start, end)
            ):
                return list(links(passage.words, words))
        return []

    def _joined(self, seq: int, passage: Passage) -> list[Link]:
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

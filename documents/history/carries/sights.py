"""What the author of one row may have seen in the texts around; each is found once.

Looking costs what a row is allowed, and when that is spent there is no more to see;
rows of people never come near it. Knows nothing of what the row inserts.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final

from documents.history.carries.evidence import SOME
from documents.history.carries.glimpses import Glimpse, glimpses
from documents.history.carries.remains import Remains
from documents.history.columns import Columns

UNITS: Final = 1 << 23
"""Units of sights that one row may look at: of all texts that people touch at once."""
_LOOK: Final = 256
"""How many units' reading it costs to look at a sight at all."""


class Edges:
    """The sights of one text, by how they begin and end."""

    def __init__(self, sights: list[Glimpse]) -> None:
        self.sights = sights

    def like(self, text: str) -> list[Glimpse]:
        """Those that begin or end as a text of some length does."""
        heads, tails = self._heads, self._tails
        found = {*heads.get(text[:SOME], ()), *tails.get(text[-SOME:], ())}
        return [self.sights[at] for at in sorted(found)]

    @cached_property
    def _heads(self) -> dict[str, list[int]]:
        return self._by(Glimpse.head)

    @cached_property
    def _tails(self) -> dict[str, list[int]]:
        return self._by(Glimpse.tail)

    def _by(self, edge: Callable[[Glimpse, int], str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, glimpse in enumerate(self.sights):
            found.setdefault(edge(glimpse, SOME), []).append(at)
        return found


class Sights:
    """Finds sights for one row after another."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._seq = self._left = 0
        self._known: dict[Remains, Edges] = {}

    def turn_to(self, seq: int) -> None:
        """Look as the author of a row, the same or the next one."""
        if seq != self._seq:
            self._seq, self._left, self._known = seq, UNITS, {}

    def of(self, source: Remains) -> Edges:
        """The sights of a text, as far as they may be looked at."""
        if source not in self._known:
            self._known[source] = Edges(self._found(source))
        return self._known[source]

    def _found(self, source: Remains) -> list[Glimpse]:
        found = []
        for glimpse in glimpses(source, self._columns, self._seq):
            if not self.may(len(source.passage)):
                break
            found.append(glimpse)
        return found

    def may(self, units: int) -> bool:
        """Whether as much more of a sight may be looked at, which then is spent."""
        self._left -= _LOOK + units
        return self._left >= 0

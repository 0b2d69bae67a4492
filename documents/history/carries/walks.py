"""Ways along the texts of a document to those that are wanted, one row after another.

What many passages of one row pass on their ways is passed once. Knows nothing of which
texts are wanted, nor why.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from documents.history.sequence import Parent

_WALKED: Final = 4096
"""So many texts are passed, wanted or not, and then no more."""


_Hop = tuple[Parent | None, int, bool]
"""Where to go next, if anywhere, how many steps that is, and whether it is wanted."""


class Walks:
    """All ways to one side."""

    def __init__(
        self,
        along: Callable[[Parent], Iterator[Parent]],
        is_wanted: Callable[[Parent, int], bool],
    ) -> None:
        """What comes after a text on this side, and whether a row wants one."""
        self._along = along
        self._is_wanted = is_wanted
        self._seq = 0
        self._hops: dict[Parent, _Hop] = {}

    def of(self, parent: Parent, seq: int) -> Iterator[Parent]:
        """The texts that a row wants, the nearest first."""
        if seq != self._seq:
            self._seq, self._hops = seq, {}
        left, reached = _WALKED, parent
        way = self._along(parent)
        while left > 0:
            hop = self._hops.get(parent)
            if hop is None:
                if reached != parent:
                    way = self._along(parent)
                reached, hop = self._find(parent, way)
            to, steps, is_wanted = hop
            left -= steps
            if to is None or left < 0:
                return
            if is_wanted:
                yield to
            parent = to

    def _find(self, parent: Parent, way: Iterator[Parent]) -> tuple[Parent, _Hop]:
        """Go on to the next wanted text, or to where one had passed before."""
        passed, reached = [parent], parent
        hop: _Hop = None, 0, False
        for reached in islice(way, _WALKED):
            if self._is_wanted(reached, self._seq):
                hop = reached, 0, True
                break
            if reached in self._hops:
                hop = self._hops[reached]
                break
            passed.append(reached)
        if len(passed) > _WALKED:
            hop = passed.pop(), 0, False
        to, more, is_wanted = hop
        for steps, one in enumerate(reversed(passed), start=1 + more):
            self._hops[one] = to, steps, is_wanted
        return reached, self._hops[parent]

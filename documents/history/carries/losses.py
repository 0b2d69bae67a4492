"""What rows took out of one text, and what undo may so bring back of it.

Knows nothing of who undid.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from documents.history.carries.remains import NEVER, Remains
from documents.history.columns import Columns

_ROWS: Final = 24
_TOGETHER: Final = 8
"""So many rows are undone at once, of so many that were the last."""


class Takers(NamedTuple):
    """Whose rows are meant: those of an author, or everybody's."""

    author: int | None
    everybody: bool = False


EVERYBODY: Final = Takers(None, everybody=True)


class Stretch(NamedTuple):
    """Rows on end, from the first to the last, and how many units they took."""

    first: int
    last: int
    length: int


class Losses:
    """The units of a text by the row that deleted them first."""

    def __init__(self, source: Remains, columns: Columns) -> None:
        self.source = source
        self._units: dict[int, list[int]] = {}
        for unit, died in enumerate(source.died):
            if died != NEVER:
                self._units.setdefault(died, []).append(unit)
        self._rows: dict[Takers, list[int]] = {EVERYBODY: sorted(self._units)}
        for row in self._rows[EVERYBODY]:
            own = Takers(columns.stamps.author(row))
            self._rows.setdefault(own, []).append(row)

    def _taken(self, takers: Takers, stretch: Stretch) -> list[int]:
        """What these rows took out."""
        rows = self._rows[takers]
        first = bisect_left(rows, stretch.first)
        last = bisect_left(rows, stretch.last)
        return sorted(
            unit for row in rows[first : last + 1] for unit in self._units[row]
        )

    def saying(self, takers: Takers, seq: int, text: str) -> list[int] | None:
        """What rows on end took out before one, if it says this; the last such."""
        taken = self.taken(takers, seq, len(text))
        return next((some for some in taken if self.source.text(some) == text), None)

    def taken(self, takers: Takers, seq: int, length: int) -> Iterator[list[int]]:
        """As many units that rows on end took out before one, the last ones first."""
        for stretch in self.before(takers, seq):
            if stretch.length == length:
                yield self._taken(takers, stretch)

    def before(self, takers: Takers, seq: int, since: int = 0) -> Iterator[Stretch]:
        """The rows on end that may be undone by one; those that end since another."""
        rows = self._rows.get(takers, [])
        upto = bisect_left(rows, seq)
        least = max(0, upto - _ROWS)
        for until in range(upto - 1, max(least, bisect_left(rows, since)) - 1, -1):
            length = 0
            for at in range(until, max(until + 1 - _TOGETHER, least) - 1, -1):
                length += len(self._units[rows[at]])
                yield Stretch(rows[at], rows[until], length)

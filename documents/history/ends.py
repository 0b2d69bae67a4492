"""When ids stopped being there: deleted themselves, or with a parent around them.

The first of those rows took them away. Knows nothing of what ids say.
"""

from collections.abc import Iterator
from typing import Final

from documents.history.columns import Columns
from documents.history.layout import Layout, Spot
from documents.history.runs import LEVEL, Run
from documents.history.sequence import Parent
from documents.yjs.updates import Id

NEVER: Final = 2**62


class Ends:
    """The ends of all ids of a log."""

    def __init__(self, layout: Layout, columns: Columns) -> None:
        self._layout = layout
        self._columns = columns
        self._known: dict[Id, int] = {}

    def of(self, parent: Parent | None) -> int:
        """The row that took a parent away, or one around it; NEVER if none did.

        A parent that Yjs forgot was never there.
        """
        if parent is None:
            return 0
        if isinstance(parent, str):
            return NEVER
        known = self._known.get(parent)
        if known is None:
            died = self._columns.died(*parent)
            around = self.of(self._layout.parent(parent))
            known = around if died is None else min(died, around)
            self._known[parent] = known
        return known

    def within(self, spot: Spot) -> Iterator[Run]:
        """The ids of a spot, each with the row that took it away."""
        around = self.of(spot.parent)
        at = spot.start
        deaths = self._columns.deaths.get(spot.client)
        for run in deaths.between(spot.start, spot.end) if deaths else ():
            if at < run.start:
                yield Run(at, run.start, LEVEL, around)
            yield from _sooner(run, around)
            at = run.end
        if at < spot.end:
            yield Run(at, spot.end, LEVEL, around)


def _sooner(run: Run, seq: int) -> Iterator[Run]:
    """A run, of which nothing ends later than at some row."""
    if run.seq <= seq and run.last <= seq:
        yield run
        return
    before = run.within(0, seq)
    if before is None:
        yield Run(run.start, run.end, LEVEL, seq)
        return
    rest = [Run(run.start, before.start, LEVEL, seq), before]
    rest.append(Run(before.end, run.end, LEVEL, seq))
    yield from [each for each in rest if each.start < each.end]

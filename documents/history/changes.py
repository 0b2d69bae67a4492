"""In which parents ids came or went since a log was looked at before.

All else is as it was: who wrote it, and when it could be read.
"""

from collections.abc import Iterator

from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.sequence import Parent


def changed(
    before: Layout, since: int, layout: Layout, columns: Columns
) -> set[Parent]:
    """Parents that got ids after a row, lost some, or went with what is around them.

    `before` is of the rows until then; the other layout and the columns are of all.
    """
    found = {
        parent
        for parent, spots in layout.parents.items()
        if before.parents.get(parent) is not spots
    }
    for client, deaths in columns.deaths.items():
        for run in deaths.after(since):
            for spot in layout.between(client, run.start, run.end):
                found.add(spot.parent)
                found.update(_within(layout, (spot.client, spot.start)))
    return found


def _within(layout: Layout, parent: Parent) -> Iterator[Parent]:
    """A type, and all that lie in it."""
    waiting = [parent] if parent in layout.parents else []
    while waiting:
        parent = waiting.pop()
        yield parent
        for client, start, _, _ in layout.parents[parent]:
            if (client, start) in layout.parents:
                waiting.append((client, start))

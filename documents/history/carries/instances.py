"""Where text that somebody said first is said again, as long as it stands there.

Knows nothing of how one finds out what carries what.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from documents.history.carries.remains import NEVER
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link
from documents.yjs.ranges import Range
from documents.yjs.updates import ClientId

_SHELF: Final = 64
"""So many clocks share a shelf, where all that carry the same of them lie together."""

_Place = tuple[ClientId, int]
"""A shelf of a client's."""


class _Instance(NamedTuple):
    """Ids that carry others; the last row that inserted any, and that deleted any."""

    born: int
    died: int
    link: Link


class Instances:
    """Links by the ids that are carried. Grows, and is asked, row by row.

    What had gone before the row that is asked about is forgotten: it never comes back.
    """

    def __init__(self, columns: Columns, links: Iterable[Link]) -> None:
        self._columns = columns
        self._shelves: dict[_Place, dict[Range, list[_Instance]]] = {}
        for known in sorted(map(self._instance, links)):
            self._shelve(known)

    def add(self, link: Link) -> None:
        """Put in a link of the next row, or of the same."""
        self._shelve(self._instance(link))

    def of(self, first: IdRange, since: int, seq: int) -> Iterator[Link]:
        """Links to some of these ids, each once, that may stand after a row.

        Of those that rows inserted since another; of the same ids, the last ones first.
        """
        seen: set[Link] = set()
        for place, (start, end) in _places(first):
            for clocks, same in self._shelves.get(place, {}).items():
                if clocks[0] < end and clocks[1] > start:
                    for link in self._recent(same, since, seq):
                        if link not in seen:
                            seen.add(link)
                            yield link

    def _recent(self, same: list[_Instance], since: int, seq: int) -> Iterator[Link]:
        for at in range(len(same) - 1, -1, -1):
            born, died, link = same[at]
            if born < since:
                return
            if died < seq:
                del same[at]
            else:
                yield link

    def _shelve(self, instance: _Instance) -> None:
        for place, clocks in _places(instance.link.sources):
            shelf = self._shelves.setdefault(place, {})
            shelf.setdefault(clocks, []).append(instance)

    def _instance(self, link: Link) -> _Instance:
        client, start, end, _, _ = link
        born = self._columns.born(client, end - 1) or 0
        deaths = self._columns.deaths.get(client)
        gone = list(deaths.between(start, end)) if deaths else []
        is_gone = sum(run.end - run.start for run in gone) == end - start
        died = max(max(run.seq, run.last) for run in gone) if is_gone else NEVER
        return _Instance(born, died, link)


def _places(ids: IdRange) -> Iterator[tuple[_Place, Range]]:
    """The shelves of some ids, each with the clocks that lie there."""
    client, start, end = ids
    for shelf in range(start // _SHELF, (end - 1) // _SHELF + 1):
        low = shelf * _SHELF
        yield (client, shelf), (max(start, low), min(end, low + _SHELF))

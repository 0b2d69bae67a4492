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
        self._waiting: dict[_Place, list[Link]] = {}
        self._known: dict[Link, _Instance] = {}
        for link in links:
            self.add(link)

    def add(self, link: Link) -> None:
        """Put in a link of the next row, or of the same; it waits to be asked about."""
        for place in _places(link.sources):
            self._waiting.setdefault(place, []).append(link)

    def of(self, first: IdRange, since: int, seq: int) -> Iterator[Link]:
        """Links to some of these ids, each once, that may stand after a row.

        Of those that rows inserted since another; of the same ids, the last ones first.
        """
        seen: set[Link] = set()
        for place in _places(first):
            start, end = _on(place, first)
            for clocks, same in self._shelf(place).items():
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

    def _shelf(self, place: _Place) -> dict[Range, list[_Instance]]:
        """What lies on a shelf, the last ones last."""
        waiting = self._waiting.pop(place, None)
        if waiting is None:
            return self._shelves.get(place, {})
        shelf = self._shelves.setdefault(place, {})
        for instance in sorted(map(self._instance, waiting)):
            shelf.setdefault(_on(place, instance.link.sources), []).append(instance)
        return shelf

    def _instance(self, link: Link) -> _Instance:
        known = self._known.get(link)
        if known is None:
            known = self._known[link] = self._read(link)
        return known

    def _read(self, link: Link) -> _Instance:
        client, start, end, _, _ = link
        born = self._columns.born(client, end - 1) or 0
        deaths = self._columns.deaths.get(client)
        gone = list(deaths.between(start, end)) if deaths else []
        is_gone = sum(run.end - run.start for run in gone) == end - start
        died = max(max(run.seq, run.last) for run in gone) if is_gone else NEVER
        return _Instance(born, died, link)


def _places(ids: IdRange) -> Iterator[_Place]:
    """The shelves of some ids."""
    client, start, end = ids
    for shelf in range(start // _SHELF, (end - 1) // _SHELF + 1):
        yield client, shelf


def _on(place: _Place, ids: IdRange) -> Range:
    """Those clocks of some ids that lie on a shelf of theirs."""
    low = place[1] * _SHELF
    return max(ids.start, low), min(ids.end, low + _SHELF)

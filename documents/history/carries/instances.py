"""Where text that somebody said first is said again, as long as it stands there.

Knows nothing of how one finds out what carries what.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from documents.history.carries.remains import NEVER
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link
from documents.yjs.updates import ClientId

_SHELF: Final = 64
"""Instances of a first id are looked up by so many clocks at once."""


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
        self._shelves: dict[tuple[ClientId, int], list[_Instance]] = {}
        for known in sorted(map(self._instance, links)):
            self._shelve(known)

    def add(self, link: Link) -> None:
        """Put in a link of the next row, or of the same."""
        self._shelve(self._instance(link))

    def of(self, first: IdRange, since: int, seq: int) -> Iterator[Link]:
        """Links to some of these ids, each once, that may stand after a row.

        Of those that rows inserted since another, the last ones first on a shelf.
        """
        seen: set[Link] = set()
        for shelf in _places(first):
            for link in self._recent(self._shelves.get(shelf, []), since, seq):
                near = link.clock < first.end and link.sources.end > first.start
                if near and link not in seen:
                    seen.add(link)
                    yield link

    def _recent(self, shelf: list[_Instance], since: int, seq: int) -> Iterator[Link]:
        for at in range(len(shelf) - 1, -1, -1):
            born, died, link = shelf[at]
            if born < since:
                return
            if died < seq:
                del shelf[at]
            else:
                yield link

    def _shelve(self, instance: _Instance) -> None:
        for shelf in _places(instance.link.sources):
            self._shelves.setdefault(shelf, []).append(instance)

    def _instance(self, link: Link) -> _Instance:
        client, start, end, _, _ = link
        born = self._columns.born(client, end - 1) or 0
        deaths = self._columns.deaths.get(client)
        gone = list(deaths.between(start, end)) if deaths else []
        is_gone = sum(run.end - run.start for run in gone) == end - start
        died = max(max(run.seq, run.last) for run in gone) if is_gone else NEVER
        return _Instance(born, died, link)


def _places(ids: IdRange) -> Iterator[tuple[ClientId, int]]:
    client, start, end = ids
    for shelf in range(start // _SHELF, (end - 1) // _SHELF + 1):
        yield client, shelf

"""The carries of a log while they are found: each is led back to who was first.

Also tells where text that somebody said first still stands. Knows nothing of how one
finds out what carries what.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from typing import Final

from documents.history import carrying
from documents.history.carrying import Carries, Carry
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link
from documents.yjs.ranges import Range, RangeSet
from documents.yjs.updates import ClientId

_SHELF: Final = 64
"""Instances of a first id are looked up by so many clocks at once."""


class Firsts:
    """Grows row by row; an id is carried by later ones only."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._carries: dict[ClientId, list[Carry]] = {}
        self._shelves: dict[tuple[ClientId, int], list[Link]] = {}
        for client, carries in columns.carries.items():
            self._carries[client] = list(carries)
            for carry in carries:
                self._shelve(Link(client, *carry))

    def add(self, links: Iterable[Link]) -> None:
        """Let ids of one row carry what earlier ones said; each id once."""
        new = [first for link in links for first in self._resolved(link)]
        for link in new:
            insort(self._carries.setdefault(link.client, []), Carry(*link[1:]))
            self._shelve(link)

    def carries(self) -> dict[ClientId, Carries]:
        """All that was found."""
        return {
            client: carrying.normal(carries)
            for client, carries in sorted(self._carries.items())
        }

    def _resolved(self, link: Link) -> Iterator[Link]:
        for at, first in self._firsts(link.sources):
            start = link.start + at - link.clock
            end = start + first.end - first.start
            yield Link(link.client, start, end, first.client, first.start)

    def _firsts(self, ids: IdRange) -> Iterator[tuple[int, IdRange]]:
        """The first ids of all of some, each with the clock that leads to them."""
        at = ids.start
        for carry in carrying.between(
            self._carries.get(ids.client, ()), ids.start, ids.end
        ):
            if at < carry.start:
                yield at, IdRange(ids.client, at, carry.start)
            yield carry.start, IdRange(carry.source, *carry.sources)
            at = carry.end
        if at < ids.end:
            yield at, IdRange(ids.client, at, ids.end)

    def _shelve(self, link: Link) -> None:
        client, start, end = link.sources
        for shelf in range(start // _SHELF, (end - 1) // _SHELF + 1):
            self._shelves.setdefault((client, shelf), []).append(link)

    def standing(self, ids: IdRange, seq: int) -> list[IdRange]:
        """Those of some ids whose text stands after a row, there or elsewhere."""
        return [
            IdRange(ids.client, start + at - first.start, end + at - first.start)
            for at, first in self._firsts(ids)
            for start, end in self._standing(first, seq)
        ]

    def written(self, ids: IdRange, seq: int) -> list[IdRange]:
        """Those of some ids whose text a row wrote again."""
        found = []
        for at, first in self._firsts(ids):
            for link in self._instances(first):
                if self._columns.born(link.client, link.start) == seq:
                    start = max(first.start, link.clock) - first.start + at
                    end = min(first.end, link.sources.end) - first.start + at
                    found.append(IdRange(ids.client, start, end))
        return found

    def _standing(self, first: IdRange, seq: int) -> Iterator[Range]:
        found = RangeSet(self._alive(first, seq))
        for link in self._instances(first):
            start = max(first.start, link.clock)
            end = min(first.end, link.sources.end)
            shift = link.start - link.clock
            copy = IdRange(link.client, start + shift, end + shift)
            for low, high in self._alive(copy, seq):
                found.add(low - shift, high - shift)
        return iter(found)

    def _instances(self, first: IdRange) -> Iterator[Link]:
        client, start, end = first
        shelves = range(start // _SHELF, (end - 1) // _SHELF + 1)
        near = [
            link for shelf in shelves for link in self._shelves.get((client, shelf), ())
        ]
        for link in dict.fromkeys(near):
            if link.clock < end and link.sources.end > start:
                yield link

    def _alive(self, ids: IdRange, seq: int) -> list[Range]:
        deaths = self._columns.deaths.get(ids.client)
        if deaths is None:
            return [(ids.start, ids.end)]
        until = [run.within(0, seq) for run in deaths.between(ids.start, ids.end)]
        dead = RangeSet([(run.start, run.end) for run in until if run])
        return dead.missing(ids.start, ids.end)

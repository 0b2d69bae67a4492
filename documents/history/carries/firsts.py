"""The carries of a log while they are found: each is led back to who was first.

Also tells where text that somebody said first still stands. Knows nothing of how one
finds out what carries what.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from documents.history import carrying
from documents.history.carries.instances import Instances
from documents.history.carrying import Carries, Carry
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link, without
from documents.history.runs import LEVEL, Run
from documents.yjs.ranges import Range, RangeSet
from documents.yjs.updates import ClientId


class Firsts:
    """Grows row by row; an id is carried by later ones only."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._carries: dict[ClientId, list[Carry]] = {}

    def add(self, links: Iterable[Link]) -> None:
        """Let ids of one row carry what earlier ones said; each id once."""
        new = [first for link in links for first in self._resolved(link)]
        for link in new:
            if link.client not in self._carries:
                known = self._columns.carries.get(link.client, ())
                self._carries[link.client] = list(known)
            insort(self._carries[link.client], Carry(*link[1:]))
            if "_instances" in vars(self):
                self._instances.add(link)

    def carries(self) -> dict[ClientId, Carries]:
        """All that was found."""
        new = {
            client: carrying.normal(carries)
            for client, carries in self._carries.items()
        }
        return dict(sorted({**self._columns.carries, **new}.items()))

    def _of(self, client: ClientId) -> Sequence[Carry]:
        """What ids of a client carry; what was known before is not copied."""
        return self._carries.get(client) or self._columns.carries.get(client, ())

    def _resolved(self, link: Link) -> Iterator[Link]:
        for at, first in self._firsts(link.sources):
            start = link.start + at - link.clock
            end = start + first.end - first.start
            yield Link(link.client, start, end, first.client, first.start)

    def _firsts(self, ids: IdRange) -> Iterator[tuple[int, IdRange]]:
        """The first ids of all of some, each with the clock that leads to them."""
        at = ids.start
        for carry in carrying.between(self._of(ids.client), ids.start, ids.end):
            if at < carry.start:
                yield at, IdRange(ids.client, at, carry.start)
            yield carry.start, IdRange(carry.source, *carry.sources)
            at = carry.end
        if at < ids.end:
            yield at, IdRange(ids.client, at, ids.end)

    @cached_property
    def _instances(self) -> Instances:
        """Who carries what, by those that are carried; most rows do not ask."""
        clients = self._columns.carries.keys() | self._carries.keys()
        links = (Link(one, *carry) for one in clients for carry in self._of(one))
        return Instances(self._columns, links)

    def standing(self, ids: IdRange, seq: int) -> list[IdRange]:
        """Those of some ids whose text was written again when they went, or later.

        And still stands after a row. What stood beside them is another copy. Rows are
        asked about as they came, each together with the one before.
        """
        return [
            IdRange(ids.client, start + at - first.start, end + at - first.start)
            for lost in self._lost(ids)
            for at, first in self._firsts(IdRange(ids.client, lost.start, lost.end))
            for start, end in self._standing(first, lost.seq, seq)
        ]

    def _lost(self, ids: IdRange) -> Iterator[Run]:
        """Some ids, each with a row no later than the one that deleted it."""
        at = ids.start
        deaths = self._columns.deaths.get(ids.client)
        for run in deaths.between(ids.start, ids.end) if deaths else ():
            if at < run.start:
                yield Run(at, run.start, LEVEL, 0)
            yield Run(run.start, run.end, LEVEL, min(run.seq, run.last))
            at = run.end
        if at < ids.end:
            yield Run(at, ids.end, LEVEL, 0)

    def written(self, ids: Iterable[IdRange], born: Iterable[IdRange]) -> list[IdRange]:
        """Those of some ids whose text others, which came later, say again."""
        again: dict[ClientId, RangeSet] = {}
        for one in born:
            for carry in carrying.between(self._of(one.client), one.start, one.end):
                again.setdefault(carry.source, RangeSet()).add(*carry.sources)
        found: list[IdRange] = []
        for one in ids if again else ():
            for at, first in self._firsts(one):
                known = again.get(first.client)
                lone = known.missing(first.start, first.end) if known else [first[1:]]
                shift = at - first.start
                gone = [IdRange(one.client, a + shift, b + shift) for a, b in lone]
                length = first.end - first.start
                found += without([IdRange(one.client, at, at + length)], gone)
        return found

    def _standing(self, first: IdRange, since: int, seq: int) -> Iterator[Range]:
        found = RangeSet(self._alive(first, since, seq))
        for link in self._instances.of(first, since, seq):
            if found.covers(first.start, first.end):
                break
            start = max(first.start, link.clock)
            end = min(first.end, link.sources.end)
            shift = link.start - link.clock
            copy = IdRange(link.client, start + shift, end + shift)
            for low, high in self._alive(copy, since, seq):
                found.add(low - shift, high - shift)
        return iter(found)

    def _alive(self, ids: IdRange, since: int, seq: int) -> list[Range]:
        """Those of some ids that were born since a row, and not deleted by another."""
        births = self._columns.births[ids.client]
        new = [run.within(since, seq) for run in births.between(ids.start, ids.end)]
        return [
            part
            for run in new
            if run is not None
            for part in self._spared(IdRange(ids.client, run.start, run.end), seq)
        ]

    def _spared(self, ids: IdRange, seq: int) -> list[Range]:
        deaths = self._columns.deaths.get(ids.client)
        if deaths is None:
            return [(ids.start, ids.end)]
        until = [run.within(0, seq) for run in deaths.between(ids.start, ids.end)]
        dead = RangeSet([(run.start, run.end) for run in until if run])
        return dead.missing(ids.start, ids.end)

"""Who first wrote text that a row re-creates: finds what carries what in a log.

What undo brings back shows in its origins; what is split, joined or toggled stood
where its author saw it; what is restored or cut and pasted stood somewhere and is
long. All else is its writer's own, a copy of living text too. A carry needs equal
text in the log, so to claim one forges nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from documents.history.columns import Columns
from documents.history.deeds import amounts, deeds, later_runs
from documents.history.firsts import Firsts
from documents.history.layout import Layout
from documents.history.nodes import NEVER, Nodes
from documents.history.passages import IdRange, Link, Passage, passages, without
from documents.history.recalled import Recall
from documents.history.recreated import Recreation, Row
from documents.history.redone import redone
from documents.history.runs import LEVEL, Run
from documents.history.texts import Texts
from documents.yjs.updates import ClientId, Id, Item, Update


def traced(columns: Columns, whole: Update, since: int = 0) -> Columns:
    """Columns with the carries of the rows after `since`, too.

    `whole` is the squashed merge of the log that the columns are of; those of the rows
    until `since` must be there. Raises ValueError if the log is not complete.
    """
    return _Tracing(columns, whole, since).traced()


class _Tracing:
    def __init__(self, columns: Columns, whole: Update, since: int) -> None:
        self._columns = columns
        self._since = since
        self._whole = whole
        self._texts = Texts(whole)
        self._firsts = Firsts(columns)

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self._whole)

    @cached_property
    def _nodes(self) -> Nodes:
        return Nodes(self._whole, self._layout, self._texts, self._columns)

    @cached_property
    def _recreation(self) -> Recreation:
        return Recreation(self._columns, self._nodes, self._firsts)

    @cached_property
    def _recall(self) -> Recall:
        return Recall(self._columns, self._layout, self._texts, self._firsts)

    def traced(self) -> Columns:
        rows = self._worth_a_look()
        born = deeds(self._columns.births, self._texts, rows, self._since)
        died = deeds(self._columns.deaths, self._texts, rows, self._since)
        for seq in sorted(born):
            self._firsts.add(self._links(seq, born[seq], died.get(seq, [])))
        return replace(self._columns, carries=self._firsts.carries())

    def _links(
        self, seq: int, born: list[IdRange], died: list[IdRange]
    ) -> Iterator[Link]:
        found = list(self._redone(seq, born))
        rest = self._passages(born, found)
        if rest:
            row = Row(seq, rest, self._passages(died, []))
            found += self._recreation.links(row)
            rest = self._passages(born, found)
            found += self._recall.links(seq, rest, self._nodes)
        return iter(found)

    def _passages(self, ids: list[IdRange], explained: list[Link]) -> list[Passage]:
        rest = without(ids, [IdRange(*link[:3]) for link in explained])
        return passages(self._layout, self._texts, rest)

    def _redone(self, seq: int, born: list[IdRange]) -> Iterator[Link]:
        for client, start, end in born:
            for item in self._texts.holding(client, start, end):
                ids = IdRange(client, max(start, item.clock), min(end, item.end))
                yield from redone(ids, item, seq, self._texts, self._columns)

    def _worth_a_look(self) -> set[int]:
        """Rows whose text may carry any; keystrokes, which are most, do not."""
        dying = set(amounts(self._columns.deaths, self._texts, self._since))
        found: set[int] = set()
        last: tuple[ClientId, int] | None = None
        for client, run in later_runs(self._columns.births, self._texts, self._since):
            several = run.step == LEVEL and run.end - run.start > 1
            [item] = self._texts.holding(client, run.start, run.start + 1)
            if several or (client, run.seq) == last or self._is_first(item, run):
                found.add(run.seq)
            last = client, run.last
            lost = self._lost(item.right_origin)
            for seq in map(run.at, range(run.start, run.end)):
                if seq > lost or seq in dying:
                    found.add(seq)
        return found

    def _is_first(self, item: Item, run: Run) -> bool:
        """Whether a run begins a text that its row made, maybe behind a format."""
        if run.start > item.clock:
            return False
        if item.origin is None:
            return item.right_origin is None
        return self._columns.born(*item.origin) == run.seq

    def _lost(self, identity: Id | None) -> int:
        """The row that deleted an id; none ever, where there is no such id."""
        died = self._columns.died(*identity) if identity else None
        return NEVER if died is None else died

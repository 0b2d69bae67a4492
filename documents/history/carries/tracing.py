"""Goes through a log row by row, and asks the rules of carries about what was written.

Knows which rows may carry anything, and in which order the rules are asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from documents.history.carries.beside import Beside
from documents.history.carries.declared import Declarations, Declared
from documents.history.carries.deeds import deeds, later, rows_of, seqs, text_runs
from documents.history.carries.evidence import Evidence
from documents.history.carries.firsts import Firsts
from documents.history.carries.lineage import Lineage, Types
from documents.history.carries.nodes import Nodes
from documents.history.carries.recalled import Recall
from documents.history.carries.recreated import Recreation, Row
from documents.history.carries.remains import NEVER
from documents.history.carries.returned import Returning
from documents.history.carries.undone import Undoing, redone
from documents.history.carries.unheard import Unheard
from documents.history.carrying import Carries
from documents.history.columns import Columns
from documents.history.laid import Laid
from documents.history.layout import Layout
from documents.history.passages import IdRange, Link, Passage, passages, without
from documents.history.runs import LEVEL, Run
from documents.yjs.updates import ClientId, Id, Item, Update


def traced(columns: Columns, whole: Update, since: int = 0) -> Columns:
    """Columns with the carries of the rows after `since`, too.

    `whole` is the squashed merge of the log that the columns are of; those of the rows
    until `since` must be there. Raises ValueError if the log is not complete.
    """
    tracing = Tracing(columns, Laid(whole), since)
    tracing.go_on()
    return replace(columns, carries=tracing.carries())


def _never() -> bool:
    return False


class Tracing:
    """A way through the rows after `since`, which can be interrupted."""

    def __init__(self, columns: Columns, laid: Laid, since: int) -> None:
        """As for `traced`."""
        self.done = since
        self._columns = columns
        self._births = later(columns.births, since)
        self._deaths = later(columns.deaths, since)
        self._laid = laid
        self._whole = laid.whole
        self._texts = laid.texts
        self._firsts = Firsts(columns)

    @property
    def _layout(self) -> Layout:
        return self._laid.layout

    @cached_property
    def _nodes(self) -> Nodes:
        return Nodes(self._layout, self._texts, self._columns, self._lineage)

    @cached_property
    def _lineage(self) -> Lineage:
        return Lineage(self._types, self._layout, self._columns)

    @cached_property
    def _recreation(self) -> Recreation:
        undoing = Undoing(self._columns, self._nodes, self._lineage, self._beside)
        return Recreation(self._columns, self._nodes, self._evidence, undoing)

    @cached_property
    def _beside(self) -> Beside:
        return Beside(self._nodes, self._lineage, self._columns)

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self._columns, self._nodes, self._firsts, self._lineage)

    @cached_property
    def _unheard(self) -> Unheard:
        return Unheard(self._columns, self._nodes, self._beside)

    @cached_property
    def _types(self) -> Types:
        return Types(self._whole, self._columns)

    @cached_property
    def _returning(self) -> Returning:
        return Returning(self._nodes, self._evidence)

    @cached_property
    def _recall(self) -> Recall:
        return Recall(self._columns, self._layout, self._texts, self._firsts)

    @cached_property
    def _declarations(self) -> Declarations:
        return Declarations(self._whole, self._columns, self._births)

    @cached_property
    def _declared(self) -> Declared:
        return Declared(self._columns, self._texts, self._layout, self._declarations)

    def go_on(self, is_over: Callable[[], bool] = _never) -> int:
        """Look at the next rows, at least at one; tell which ones are done.

        Where time is over after a row, the next call goes on behind it.
        """
        for seq, born, died in self._rows:
            self._firsts.add(self._links(seq, born, died))
            self.done = seq
            if is_over():
                return self.done
        self.done = self._columns.last
        return self.done

    def carries(self) -> dict[ClientId, Carries]:
        """What carries what, as far as it is found."""
        return self._firsts.carries()

    @cached_property
    def _rows(self) -> Iterator[tuple[int, list[IdRange], list[IdRange]]]:
        """What rows that may carry anything inserted and deleted."""
        rows = self._worth_a_look()
        born = deeds(self._births, self._texts, rows)
        died = deeds(self._deaths, self._texts, rows)
        return iter([(seq, born[seq], died.get(seq, [])) for seq in sorted(born)])

    def _links(
        self, seq: int, born: list[IdRange], died: list[IdRange]
    ) -> Iterator[Link]:
        found = list(self._declared.links(seq))
        tells = self._declarations.tells
        told = [ids for ids in born if tells(ids.client, seq)]
        silent = without(born, without(told, self._declarations.named(seq)))
        found += self._redone(seq, _unexplained(silent, found))
        found += self._inferred(seq, silent, died, found)
        rest = self._passages(born, found)
        found += self._recall.links(seq, rest, self._nodes)
        return iter(found)

    def _inferred(
        self, seq: int, born: list[IdRange], died: list[IdRange], known: list[Link]
    ) -> list[Link]:
        """What carries what by its place, of what a silent browser wrote."""
        rest = self._passages(born, known)
        if not rest:
            return []
        row = Row(seq, rest, self._passages(died, []))
        found = list(self._recreation.links(row))
        for ids in _unexplained(born, known + found):
            for passage in passages(self._layout, self._texts, [ids]):
                found += self._unheard.links(seq, passage) or (
                    self._returning.links(seq, passage)
                )
        return found

    def _passages(self, ids: list[IdRange], explained: list[Link]) -> list[Passage]:
        return passages(self._layout, self._texts, _unexplained(ids, explained))

    def _redone(self, seq: int, born: list[IdRange]) -> Iterator[Link]:
        for client, start, end in born:
            for item in self._texts.holding(client, start, end):
                ids = IdRange(client, max(start, item.clock), min(end, item.end))
                yield from redone(ids, item, seq, self._texts, self._columns)

    def _worth_a_look(self) -> set[int]:
        """Rows whose text may carry any; keystrokes, which are most, do not."""
        dying = rows_of(self._deaths, self._texts)
        found = self._declarations.rows()
        last: tuple[ClientId, int] | None = None
        for client, run in text_runs(self._births, self._texts):
            rows = seqs(run)
            several = run.step == LEVEL and run.end - run.start > 1
            if several or (client, run.seq) == last:
                found.add(run.seq)
            last = client, run.last
            if self._declarations.tells(client, rows.start):
                continue
            [item] = self._texts.holding(client, run.start, run.start + 1)
            if self._is_first(item, run):
                found.add(run.seq)
            lost = self._lost(item.right_origin)
            after = rows.start if self._is_copied(client, run) else lost + 1
            found.update(range(max(rows.start, after), rows.stop))
            found.update(dying.intersection(rows))
        return found

    def _is_copied(self, client: ClientId, run: Run) -> bool:
        """Whether a run lies in a text that undo may have brought back."""
        parent = self._layout.parent((client, run.start))
        return parent is not None and self._lineage.is_copy(parent)

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


def _unexplained(ids: list[IdRange], found: list[Link]) -> list[IdRange]:
    return without(ids, [IdRange(*link[:3]) for link in found])

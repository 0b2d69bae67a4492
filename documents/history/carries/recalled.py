"""Text that a row inserts and the log holds as deleted: restored, or cut and pasted.

Short text is its writer's own, however often it was written before. Long text that
nowhere stands any more is what was deleted last and says the same. A copy of text that
still stands is its writer's own, too.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import heappop, heappush
from typing import Final

from documents.history.carries.deeds import deeds, sizes
from documents.history.carries.firsts import Firsts
from documents.history.carries.nodes import Nodes
from documents.history.columns import Columns
from documents.history.layout import Layout
from documents.history.passages import (
    IdRange,
    Link,
    Passage,
    links,
    passages,
    similar,
    without,
)
from documents.history.texts import Texts, Words
from documents.yjs.updates import Id

LONG: Final = 8
"""Units that make a cut, or that are restored where they stood."""
_MARGIN: Final = 64


class Recall:
    """All deleted text of a log, as of the row that is asked about."""

    def __init__(
        self, columns: Columns, layout: Layout, texts: Texts, firsts: Firsts
    ) -> None:
        self._columns = columns
        self._layout = layout
        self._texts = texts
        self._firsts = firsts
        self._cuts: dict[str, tuple[int, list[Words]]] = {}
        self._waiting: list[tuple[int, int]] = []

    def links(self, seq: int, born: list[Passage], nodes: Nodes) -> Iterator[Link]:
        """What carries what, of text that a row inserts and nothing else explains."""
        if sum(map(len, born)) < LONG:
            return
        words = [words for each in born for words in each.words]
        if cut := self._cut("".join([each.text for each in born]), seq):
            yield from self._fallen(links(words, cut), seq)
            return
        for passage in born:
            if len(passage) >= LONG:
                yield from self._fallen(self._found(seq, passage, nodes), seq)

    def _found(self, seq: int, passage: Passage, nodes: Nodes) -> Iterable[Link]:
        if cut := self._cut(passage.text, seq):
            return links(passage.words, cut)
        first = passage.words[0]
        around = self._deleted(nodes, (first.client, first.start), len(passage), seq)
        return similar(passage, around, LONG)

    def _fallen(self, found: Iterable[Link], seq: int) -> Iterator[Link]:
        """Those whose text stood nowhere when it was written again."""
        for link in found:
            standing = self._firsts.standing(link.sources, seq - 1)
            for ids in without([link.sources], standing):
                start = link.start + ids.start - link.clock
                end = start + ids.end - ids.start
                yield Link(link.client, start, end, ids.client, ids.start)

    def _deleted(self, nodes: Nodes, near: Id, length: int, seq: int) -> Passage:
        """What was deleted around an id, in its text."""
        node = nodes.around(near, 2 * length + _MARGIN)
        ids = [lost for ids in node.ids for lost in self._lost(ids, seq)]
        words = [each for one in ids for each in self._texts.between(*one)]
        return Passage(node.parent, words)

    def _lost(self, ids: IdRange, seq: int) -> Iterator[IdRange]:
        deaths = self._columns.deaths.get(ids.client)
        for run in deaths.between(ids.start, ids.end) if deaths else ():
            if (lost := run.within(0, seq)) is not None:
                yield IdRange(ids.client, lost.start, lost.end)

    def _cut(self, text: str, seq: int) -> list[Words] | None:
        """What a row before deleted for good that said just this; the last such."""
        while self._large and self._large[-1][0] < seq:
            row, size = self._large.pop()
            heappush(self._waiting, (-size, row))
        while self._waiting and -self._waiting[0][0] >= len(text):
            self._remember(heappop(self._waiting)[1])
        return self._cuts.get(text, (0, None))[1]

    @cached_property
    def _large(self) -> list[tuple[int, int]]:
        """Rows that deleted much, and how much, not yet asked; the last one first."""
        return sorted(self._sizes.items(), reverse=True)

    @cached_property
    def _sizes(self) -> dict[int, int]:
        found = sizes(self._columns.deaths).items()
        return {row: size for row, size in found if size >= LONG}

    @cached_property
    def _deeds(self) -> tuple[dict[int, list[IdRange]], dict[int, list[IdRange]]]:
        """What these rows deleted of text, and inserted."""
        kinds = self._columns.deaths, self._columns.births
        died, born = (deeds(kind, self._texts, set(self._sizes)) for kind in kinds)
        return died, born

    def _remember(self, row: int) -> None:
        died, born = self._deeds
        ids = died.get(row, [])
        again = self._firsts.written(ids, born.get(row, []))
        cut = passages(self._layout, self._texts, without(ids, again))
        whole = [each for passage in cut for each in passage.words]
        self._keep(row, "".join([passage.text for passage in cut]), whole)
        for passage in cut:
            if len(passage) >= LONG:
                self._keep(row, passage.text, passage.words)

    def _keep(self, row: int, text: str, words: list[Words]) -> None:
        if row >= self._cuts.get(text, (0, words))[0]:
            self._cuts[text] = row, words

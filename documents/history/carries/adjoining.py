"""Text right beside what a row wrote again, which stood beside it before.

What went together and is there again, side by side, is the same, however short. Knows
nothing of how the rest was found.
"""

from collections.abc import Iterable, Iterator

from documents.history.carries.nodes import Nodes
from documents.history.columns import Columns
from documents.history.passages import IdRange, Link, links
from documents.history.texts import Texts
from documents.yjs.updates import Id


class Adjoining:
    """Lets what is explained explain what stands beside it."""

    def __init__(self, columns: Columns, texts: Texts, nodes: Nodes) -> None:
        self._columns = columns
        self._texts = texts
        self._nodes = nodes

    def links(self, rest: Iterable[IdRange], found: list[Link]) -> Iterator[Link]:
        """What ids carry that are not explained, beside some that are."""
        after = {(link.client, link.start): link for link in found}
        before = {(link.client, link.end): link for link in found}
        for ids in rest:
            behind = after.get((ids.client, ids.end))
            ahead = before.get((ids.client, ids.start))
            if behind is not None:
                yield from self._beside(ids, (behind.source, behind.clock), -1)
            elif ahead is not None:
                last = ahead.sources.end - 1
                yield from self._beside(ids, (ahead.source, last), 1)

    def _beside(self, ids: IdRange, source: Id, step: int) -> list[Link]:
        """Ids that say what went together with a source, before it or behind it."""
        node = self._nodes.holding(source)
        died = self._columns.died(*source)
        at = node.index(*source)
        length = ids.end - ids.start
        start = at + 1 if step > 0 else at - length
        if start < 0 or start + length > len(node) or died is None:
            return []
        part = node.part(start, start + length)
        words = list(self._texts.between(*ids))
        if part.text != "".join([each.text for each in words]):
            return []
        together = all(
            self._columns.died(each.client, clock) == died
            for each in part.words
            for clock in range(each.start, each.end)
        )
        return list(links(words, part.words)) if together else []

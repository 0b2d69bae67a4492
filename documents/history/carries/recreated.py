"""Text that a row inserts and that stood elsewhere: what carries what.

Splitting, joining and toggling make the editor delete text and write it again, under
the ids of whoever did it. Equal text alone is no proof: typed text must never carry
another's by chance. So the place counts, and what its author can have seen there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from documents.history.carries.evidence import LONG, Evidence
from documents.history.carries.glimpses import glimpses
from documents.history.carries.nodes import Nodes
from documents.history.carries.parts import Parts
from documents.history.carries.pieces import is_scattered, text_of, words_of
from documents.history.carries.remains import Remains
from documents.history.carries.undone import Undoing
from documents.history.columns import Columns
from documents.history.passages import Link, Passage, links

_LARGE: Final = 4096
"""Units of a text of which only the surroundings are looked at."""
_MARGIN: Final = 256
_NEW_LINE: Final = "\n"
_TRIED: Final = 16
"""How many places of one sight are tried: more are of a text that repeats itself."""
UNITS: Final = 1 << 21
"""Units of sights that are read for one row: of all near texts of people many times."""
_WEIGHED: Final = 32
"""How many times a unit's reading it costs to find out whether it stands."""


@dataclass(frozen=True, slots=True)
class Row:
    """The text that a row inserts, but for what is explained, and what it deletes."""

    seq: int
    born: list[Passage]
    died: list[Passage]


class Recreation:
    """Explains the text of rows, one after another."""

    def __init__(
        self, columns: Columns, nodes: Nodes, evidence: Evidence, undoing: Undoing
    ) -> None:
        self._columns = columns
        self._nodes = nodes
        self._evidence = evidence
        self._parts = Parts(columns, nodes, evidence)
        self._undoing = undoing
        self._left = 0

    def links(self, row: Row) -> Iterator[Link]:
        """What carries what, of all that a row inserts."""
        self._left = UNITS
        if row.died and text_of(row.born) == text_of(row.died):
            yield from links(words_of(row.born), words_of(row.died))
            return
        for passage in row.born:
            yield from self._explained(row, passage)

    def _explained(self, row: Row, passage: Passage) -> list[Link]:
        for died in row.died:
            if died.text == passage.text:
                return list(links(passage.words, died.words))
        if merged := self._merged(row, passage):
            return merged
        moved = [died for died in row.died if died.parent != passage.parent]
        planted = self._nodes.is_planted(passage.parent, row.seq)
        if not (moved or planted or len(passage) > 1):
            return self._undoing.links(row.seq, passage)
        sources = [self._around(died, len(passage)) for died in moved]
        near = list(self._near(row, passage))
        if found := self._seen(row, passage, sources, near):
            return found
        guesses = (
            self._parts.links(row.seq, passage, row.died, sources, near),
            list(self._by_line(row, passage)),
        )
        return max(guesses, key=_amount)

    def _by_line(self, row: Row, passage: Passage) -> Iterator[Link]:
        """The lines of a block of code, each of which may have been a paragraph."""
        lines = passage.text.split(_NEW_LINE)
        at = 0
        for line in lines if len(lines) > 1 else ():
            if line:
                yield from self._explained(row, passage.part(at, at + len(line)))
            at += len(line) + 1

    def _near(self, row: Row, passage: Passage) -> Iterator[Passage]:
        for node in self._nodes.near(passage.parent, row.seq):
            if len(node) <= _LARGE:
                yield node

    def _seen(
        self,
        row: Row,
        passage: Passage,
        sources: list[Remains],
        near: list[Passage],
    ) -> list[Link]:
        """A passage that stood as a whole where something was deleted, or near."""
        for source in sources:
            if found := self._whole(row, passage, source):
                return found
        if found := self._undoing.links(row.seq, passage):
            return found
        for node in near:
            if self._left > 0 and is_scattered(passage.text, node.text):
                source = self._nodes.remains(node)
                if found := self._whole(row, passage, source, far=True):
                    return found
        return []

    def _around(self, died: Passage, length: int) -> Remains:
        """The text out of which something was deleted; if it is large, near there."""
        node = self._nodes.node(died.parent)
        if len(node) > _LARGE:
            margin = 2 * length + _MARGIN
            start, end = node.span(died)
            part = node.part(max(0, start - margin), min(end + margin, len(node)))
            return Remains(part, self._columns)
        return self._nodes.remains(node)

    def _whole(
        self, row: Row, passage: Passage, source: Remains, *, far: bool = False
    ) -> list[Link]:
        """A passage that was seen as a whole, at the edge of another."""
        self._left -= len(source.passage)
        if self._left < 0 or not is_scattered(passage.text, source.passage.text):
            return []
        length = len(passage)
        for glimpse in glimpses(source, self._columns, row.seq):
            self._left -= len(source.passage)
            if self._left < 0:
                break
            for at in islice(self._fitting(passage.text, glimpse.text), _TRIED):
                if not glimpse.was_lost(at, length, row.seq):
                    continue
                self._left -= _WEIGHED * length * far
                if not far or self._evidence.is_likely(row.seq, passage, glimpse, at):
                    return list(links(passage.words, glimpse.words(at, length)))
        return []

    def _fitting(self, part: str, text: str) -> Iterator[int]:
        """Where one text stands in another, if it is short, at an edge."""
        length = len(part)
        for at in _places(part, text):
            self._left -= length
            if length >= LONG or _is_edge(text, at, at + length):
                yield at

    def _merged(self, row: Row, passage: Passage) -> list[Link]:
        """What stands in the next text of the same element, made by the same client.

        There y-tiptap, when it shows the element, joins the two in two rows.
        """
        follower = self._nodes.follower(passage.parent, row.seq)
        if follower is None or follower.parent[0] != passage.words[0].client:
            return []
        for stood in glimpses(self._nodes.remains(follower), self._columns, row.seq):
            if stood.text == passage.text and self._evidence.is_timely(row.seq, stood):
                return list(links(passage.words, stood.words(0, len(passage))))
        return []


def _is_edge(text: str, start: int, end: int) -> bool:
    return (
        start == 0
        or end == len(text)
        or text[start - 1] == _NEW_LINE
        or text[end] == _NEW_LINE
    )


def _places(part: str, text: str) -> Iterator[int]:
    """Where one text stands in another."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _amount(found: list[Link]) -> int:
    return sum(link.end - link.start for link in found)

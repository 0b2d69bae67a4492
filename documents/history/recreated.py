"""Text that a row inserts and that stood elsewhere: what carries what.

Splitting, joining and toggling make the editor delete text and write it again, under
the ids of whoever did it. Equal text alone is no proof: typed text must never carry
another's by chance. So the place counts, and what its author can have seen there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from documents.history.columns import Columns
from documents.history.firsts import Firsts
from documents.history.glimpses import Glimpse, Remains, glimpses
from documents.history.nodes import Nodes
from documents.history.passages import IdRange, Link, Passage, links, similar
from documents.history.sequence import Parent
from documents.history.texts import Words

LONG: Final = 8
"""Units that are equal by no chance, wherever they stand: words, not letters."""
_SOME: Final = 4
_NEAREST: Final = 12
_LAG: Final = 30_000
"""Milliseconds after which people have heard of each other's edits."""
_LARGE: Final = 4096
"""Units of a text of which only the surroundings are looked at."""
_MARGIN: Final = 256
_NEW_LINE: Final = "\n"


@dataclass(frozen=True, slots=True)
class Row:
    """The text that a row inserts, but for what is explained, and what it deletes."""

    seq: int
    born: list[Passage]
    died: list[Passage]


class Recreation:
    """Explains the text of rows, one after another."""

    def __init__(self, columns: Columns, nodes: Nodes, firsts: Firsts) -> None:
        self._columns = columns
        self._nodes = nodes
        self._firsts = firsts
        self._known: dict[Parent, Remains] = {}

    def links(self, row: Row) -> Iterator[Link]:
        """What carries what, of all that a row inserts."""
        if row.died and _text(row.born) == _text(row.died):
            yield from links(_words(row.born), _words(row.died))
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
            return self._undone(row, passage)
        sources = [self._around(died, len(passage)) for died in moved]
        near = list(self._near(row, passage))
        if found := self._seen(row, passage, sources, near):
            return found
        guesses = (
            self._partly(row, passage, sources, near),
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
        for node in near:
            if _is_scattered(passage.text, node.text):
                source = self._remains(node)
                if found := self._whole(row, passage, source, far=True):
                    return found
        return []

    def _partly(
        self,
        row: Row,
        passage: Passage,
        sources: list[Remains],
        near: list[Passage],
    ) -> list[Link]:
        """What a passage begins and ends with, around what is new in it."""
        found: list[Link] = []
        rest = passage
        more = [self._remains(node) for node in near[:_NEAREST]]
        for some, far in ((sources, False), (more, True)):
            for source in some:
                part, rest = self._overlap(row, rest, source, far=far)
                found += part
        again = [*_again(rest, row.died)] or [*_contained(rest, row.died)]
        if not again:
            again = list(similar(rest, Passage("", _words(row.died)), LONG))
        return found + again

    def _around(self, died: Passage, length: int) -> Remains:
        """The text out of which something was deleted; if it is large, near there."""
        node = self._nodes.node(died.parent)
        if len(node) > _LARGE:
            margin = 2 * length + _MARGIN
            first, last = died.words[0], died.words[-1]
            start = node.index(first.client, first.start) - margin
            end = node.index(last.client, last.end - 1) + margin
            part = node.part(max(0, start), min(end, len(node)))
            return Remains(part, self._columns)
        return self._remains(node)

    def _remains(self, node: Passage) -> Remains:
        known = self._known.get(node.parent)
        if known is None:
            known = self._known[node.parent] = Remains(node, self._columns)
        return known

    def _whole(
        self, row: Row, passage: Passage, source: Remains, *, far: bool = False
    ) -> list[Link]:
        """A passage that was seen as a whole, at the edge of another."""
        if not _is_scattered(passage.text, source.passage.text):
            return []
        length = len(passage)
        for glimpse in glimpses(source, self._columns, row.seq):
            for at in _places(passage.text, glimpse.text):
                if (
                    (length >= LONG or _is_edge(glimpse.text, at, at + length))
                    and glimpse.was_lost(at, length, row.seq)
                    and (not far or self._is_likely(row, passage, glimpse, at))
                ):
                    return list(links(passage.words, glimpse.words(at, length)))
        return []

    def _is_likely(self, row: Row, passage: Passage, glimpse: Glimpse, at: int) -> bool:
        """Whether what stood only near is what was written again, and no copy.

        It is long, or came with the element around it, as typed text never does.
        """
        length = len(passage)
        planted = self._nodes.is_planted(passage.parent, row.seq)
        timely = glimpse.missed is None or self._is_recent(row, glimpse)
        redone = self._nodes.is_redone(passage.parent, row.seq)
        return (
            length >= LONG
            or (planted and timely)
            or (length >= _SOME and glimpse.text == passage.text)
            or (redone and length > 1)
        ) and not self._is_copy(row, passage, glimpse, range(at, at + length))

    def _is_recent(self, row: Row, glimpse: Glimpse) -> bool:
        """Whether something had only just happened that its author had not heard of."""
        time = self._columns.stamps.time
        missed = glimpse.missed
        return missed is not None and time(row.seq) - time(missed) < _LAG

    def _is_copy(
        self, row: Row, passage: Passage, glimpse: Glimpse, places: range
    ) -> bool:
        """Whether what was seen still stands, and its author knew and undid nothing."""
        if self._is_recent(row, glimpse):
            return False
        if self._nodes.is_redone(passage.parent, row.seq):
            return False
        return any(
            self._firsts.standing(
                IdRange(words.client, words.start, words.end), row.seq
            )
            for words in glimpse.words(places.start, len(places))
        )

    def _overlap(
        self, row: Row, passage: Passage, source: Remains, *, far: bool
    ) -> tuple[list[Link], Passage]:
        """What a passage begins or ends with as another did, and what is left of it."""
        found = [
            overlap
            for glimpse in glimpses(source, self._columns, row.seq)
            for overlap in _overlaps(passage.text, glimpse, row.seq)
            if overlap.length and not (far and self._is_chance(row, passage, overlap))
        ]
        if not found:
            return [], passage
        length, at, place, glimpse = max(found, key=_length)
        part = passage.part(at, at + length)
        rest = passage.part(length, len(passage)) if at == 0 else passage.part(0, at)
        return list(links(part.words, glimpse.words(place, length))), rest

    def _is_chance(self, row: Row, passage: Passage, overlap: "_Overlap") -> bool:
        length, _, place, glimpse = overlap
        least = _SOME if self._is_recent(row, glimpse) else LONG
        if length < least:
            return True
        return self._is_copy(row, passage, glimpse, range(place, place + length))

    def _merged(self, row: Row, passage: Passage) -> list[Link]:
        """What stands in the next text of the same element, made by the same client.

        There y-tiptap, when it shows the element, joins the two in two rows.
        """
        follower = self._nodes.follower(passage.parent, row.seq)
        if follower is None or follower.parent[0] != passage.words[0].client:
            return []
        stood = next(glimpses(self._remains(follower), self._columns, row.seq))
        if stood.text != passage.text:
            return []
        return list(links(passage.words, stood.words(0, len(passage))))

    def _undone(self, row: Row, passage: Passage) -> list[Link]:
        """What the same person took out of the element, with the text that held it."""
        for node in self._nodes.near(passage.parent, row.seq):
            if self._nodes.beside(passage.parent, node.parent):
                source = self._remains(node)
                for glimpse in glimpses(source, self._columns, row.seq):
                    if glimpse.done < row.seq and glimpse.text == passage.text:
                        return list(
                            links(passage.words, glimpse.words(0, len(passage)))
                        )
        return []


class _Overlap(NamedTuple):
    """Units that are equal in a passage and in what was seen, and where."""

    length: int
    at: int
    place: int
    glimpse: Glimpse


def _amount(found: list[Link]) -> int:
    return sum(link.end - link.start for link in found)


def _length(overlap: _Overlap) -> int:
    return overlap.length


def _overlaps(text: str, glimpse: Glimpse, seq: int) -> Iterator[_Overlap]:
    """Equal and deleted units at both ends."""
    died = glimpse.remains.died
    seqs = (died[unit] for unit in glimpse.units)
    head = _equal(zip(text, glimpse.text, seqs, strict=False), seq)
    yield _Overlap(head, 0, 0, glimpse)
    seqs = (died[unit] for unit in reversed(glimpse.units))
    backwards = zip(reversed(text), reversed(glimpse.text), seqs, strict=False)
    tail = _equal(backwards, seq)
    yield _Overlap(tail, len(text) - tail, len(glimpse.text) - tail, glimpse)


def _equal(units: Iterable[tuple[str, str, int]], seq: int) -> int:
    """How many units in a row are equal and deleted by a row or before."""
    count = 0
    for one, other, died in units:
        if one != other or died > seq:
            break
        count += 1
    return count


def _again(passage: Passage, died: list[Passage]) -> Iterator[Link]:
    """What was deleted, all or of one text, with something before it or behind it."""
    for some in (died, *[[each] for each in died]):
        text = _text(some)
        length = len(text)
        if 1 < length <= len(passage):
            end = len(passage)
            if passage.text.startswith(text):
                yield from links(passage.between(0, length), _words(some))
                return
            if passage.text.endswith(text):
                yield from links(passage.between(end - length, end), _words(some))
                return


def _contained(passage: Passage, died: list[Passage]) -> Iterator[Link]:
    """What was deleted elsewhere as a whole, in order, within what is inserted."""
    reached = 0
    for each in died:
        at = passage.text.find(each.text, reached)
        if at >= 0 and each.parent != passage.parent and len(each) >= _SOME:
            reached = at + len(each)
            yield from links(passage.between(at, reached), each.words)


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


def _is_scattered(part: str, text: str) -> bool:
    """Whether all units of a text stand in another, in order."""
    units = iter(text)
    return all(unit in units for unit in part)


def _words(passages: list[Passage]) -> list[Words]:
    return [words for each in passages for words in each.words]


def _text(passages: list[Passage]) -> str:
    return "".join([each.text for each in passages])

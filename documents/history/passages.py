"""Text together with its ids, in the order of the document, and what carries what.

A passage is of one parent: what an update inserted or deleted there, or all that ever
was. Knows nothing of time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from documents.history.layout import Layout
from documents.history.matching import matches
from documents.history.sequence import Parent
from documents.history.texts import Texts, Words
from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId


class IdRange(NamedTuple):
    """Ids of one client, from `start` to before `end`."""

    client: ClientId
    start: int
    end: int


class Link(NamedTuple):
    """Ids that say again what those of `source` from `clock` on say."""

    client: ClientId
    start: int
    end: int
    source: ClientId
    clock: int

    @property
    def sources(self) -> IdRange:
        """The ids that are said again."""
        return IdRange(self.source, self.clock, self.clock + self.end - self.start)


class Passage:
    """Some text of one parent, in order; an index counts its units."""

    def __init__(self, parent: Parent, words: Iterable[Words]) -> None:
        self.parent = parent
        self.words = list(words)
        self._ends = list(accumulate(len(each.text) for each in self.words))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @cached_property
    def text(self) -> str:
        """All of it."""
        return "".join([each.text for each in self.words])

    def between(self, start: int, end: int) -> Iterator[Words]:
        """What lies from one index to before another."""
        at = bisect_right(self._ends, start)
        while start < end:
            words = self.words[at]
            offset = start - self._ends[at] + len(words.text)
            text = words.text[offset : offset + end - start]
            yield Words(words.client, words.start + offset, text)
            start += len(text)
            at += 1

    def part(self, start: int, end: int) -> "Passage":
        """What lies from one index to before another, as a passage."""
        return Passage(self.parent, self.between(start, end))

    def index(self, client: ClientId, clock: int) -> int:
        """The index of an id that is there."""
        at = bisect_right(self._places, (client, clock, self._ends[-1])) - 1
        _, start, offset = self._places[at]
        return offset + clock - start

    def span(self, part: "Passage") -> tuple[int, int]:
        """From where to where a part of it reaches."""
        first, last = part.words[0], part.words[-1]
        start = self.index(first.client, first.start)
        return start, self.index(last.client, last.end - 1) + 1

    @cached_property
    def _places(self) -> list[tuple[ClientId, int, int]]:
        begins = [0, *self._ends]
        places = zip(self.words, begins, strict=False)
        return sorted((words.client, words.start, at) for words, at in places)

    @property
    def ids(self) -> list[IdRange]:
        """The ids, in order."""
        return [IdRange(words.client, words.start, words.end) for words in self.words]


def links(to: Iterable[Words], of: Iterable[Words]) -> Iterator[Link]:
    """Unit by unit, ids that say the same, in order."""
    sources = iter(of)
    source, done = next(sources), 0
    for words in to:
        clock = words.start
        while clock < words.end:
            if done == len(source.text):
                source, done = next(sources), 0
            end = min(words.end, clock + len(source.text) - done)
            yield Link(words.client, clock, end, source.client, source.start + done)
            done += end - clock
            clock = end


def similar(passage: Passage, other: Passage, least: int) -> Iterator[Link]:
    """What of a passage another says too, in stretches of at least so many units."""
    for at, place, length in matches(passage.text, other.text, least):
        part = passage.between(at, at + length)
        yield from links(part, other.between(place, place + length))


def passages(layout: Layout, texts: Texts, ranges: Iterable[IdRange]) -> list[Passage]:
    """The text of some ids along the document, one passage a parent."""
    spots = [
        spot
        for client, start, end in ranges
        for spot in layout.between(client, start, end)
    ]
    found: dict[Parent, list[Words]] = {}
    for spot in sorted(spots, key=lambda spot: (layout.place(spot), spot.start)):
        words = texts.between(spot.client, spot.start, spot.end)
        found.setdefault(spot.parent, []).extend(words)
    return [Passage(parent, words) for parent, words in found.items() if words]


def without(ranges: Iterable[IdRange], others: Iterable[IdRange]) -> list[IdRange]:
    """The ids of some ranges that are in none of the others."""
    taken: dict[ClientId, RangeSet] = {}
    for client, start, end in others:
        taken.setdefault(client, RangeSet()).add(start, end)
    left = []
    for one in ranges:
        known = taken.get(one.client)
        parts = known.missing(one.start, one.end) if known else [one[1:]]
        left += [IdRange(one.client, start, end) for start, end in parts]
    return left

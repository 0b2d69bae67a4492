"""Equal stretches of what a row inserts and of what it, or somebody before, deleted.

Knows texts and their ids, and of time only what had gone by some row.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from documents.history.carries.glimpses import Glimpse
from documents.history.passages import Link, Passage, links
from documents.history.texts import Words


class Around(NamedTuple):
    """What stands in a text before and behind what a row inserted there."""

    before: str
    behind: str


NOTHING: Final = Around("", "")


class Overlap(NamedTuple):
    """Units that are equal in a passage and in what was seen, and where."""

    length: int
    at: int
    place: int
    glimpse: Glimpse

    @property
    def places(self) -> range:
        """Where in what was seen."""
        return range(self.place, self.place + self.length)


def overlaps(
    text: str, glimpse: Glimpse, seq: int, around: Around
) -> Iterator[Overlap]:
    """Equal and deleted units at both ends.

    The editor leaves alone what a text has at its ends before and after. So what was
    joined to it may begin, or end, with what stands around.
    """
    for start in _either(around.before, glimpse.text.startswith):
        head = _equal(text, glimpse.forth(start), seq)
        yield Overlap(head, 0, start, glimpse)
    for behind in reversed(_either(around.behind, glimpse.text.endswith)):
        tail = _equal(reversed(text), glimpse.back(behind), seq)
        place = len(glimpse) - behind - tail
        yield Overlap(tail, len(text) - tail, place, glimpse)


def _either(around: str, stood: Callable[[str], bool]) -> list[int]:
    """How many units may be left alone at an end: none, or all that stands around."""
    return [0, len(around)] if around and stood(around) else [0]


def _equal(text: Iterable[str], units: Iterable[tuple[str, int]], seq: int) -> int:
    """How many units in a row are equal and deleted by a row or before."""
    count = 0
    for one, (other, died) in zip(text, units, strict=False):
        if one != other or died > seq:
            break
        count += 1
    return count


def again(passage: Passage, died: list[Passage]) -> Iterator[Link]:
    """What was deleted, all or of one text, with something before it or behind it."""
    for some in (died, *[[each] for each in died]):
        text = text_of(some)
        length = len(text)
        if 1 < length <= len(passage):
            end = len(passage)
            if passage.text.startswith(text):
                yield from links(passage.between(0, length), words_of(some))
                return
            if passage.text.endswith(text):
                yield from links(passage.between(end - length, end), words_of(some))
                return


def words_of(passages: list[Passage]) -> list[Words]:
    """The words of some passages, one after another."""
    return [words for each in passages for words in each.words]


def text_of(passages: list[Passage]) -> str:
    """What some passages say together."""
    return "".join([each.text for each in passages])


def is_scattered(part: str, text: str) -> bool:
    """Whether all units of a text stand in another, in order."""
    units = iter(text)
    return all(unit in units for unit in part)

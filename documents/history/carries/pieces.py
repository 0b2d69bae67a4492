"""Equal stretches of what a row inserts and of what it, or somebody before, deleted.

Knows texts and their ids, and of time only what had gone by some row.
"""

from collections.abc import Iterable, Iterator
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
    seen, died = glimpse.text, glimpse.remains.died
    starts = {0, len(around.before) if seen.startswith(around.before) else 0}
    for start in sorted(starts):
        seqs = (died[unit] for unit in glimpse.units[start:])
        head = _equal(zip(text, seen[start:], seqs, strict=False), seq)
        yield Overlap(head, 0, start, glimpse)
    ends = {0, len(around.behind) if seen.endswith(around.behind) else 0}
    for end in sorted(len(seen) - behind for behind in ends):
        seqs = (died[unit] for unit in reversed(glimpse.units[:end]))
        backwards = zip(reversed(text), reversed(seen[:end]), seqs, strict=False)
        tail = _equal(backwards, seq)
        yield Overlap(tail, len(text) - tail, end - tail, glimpse)


def _equal(units: Iterable[tuple[str, str, int]], seq: int) -> int:
    """How many units in a row are equal and deleted by a row or before."""
    count = 0
    for one, other, died in units:
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

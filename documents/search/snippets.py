"""The stretch of a text that shows why it was found.

Pure. Plain text and places in it, never HTML.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from documents.search.query import Query
from documents.search.words import Word, words

READ: Final = 200_000
"""Characters of a text that are looked through."""
WIDTH: Final = 180
"""Characters of a snippet: two lines of a list."""
BEFORE: Final = 40
"""Characters shown before the first word that was looked for, where there are any."""
FURTHER: Final = 1_500
"""Characters after the first word that was looked for, where the best may stand."""
HITS: Final = 50
"""Words of a text among which the best stretch is chosen."""

_SPACE: Final = re.compile(r"\s")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text on one line, and the ranges of it that were looked for."""

    text: str
    ranges: list[Range]

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Give the text piece by piece, and whether each was looked for."""
        ends = [0, *(end for found in self.ranges for end in found), len(self.text)]
        for odd, (start, end) in enumerate(pairwise(ends)):
            if start < end:
                yield self.text[start:end], bool(odd % 2)

    def utf16(self) -> list[Range]:
        """Give the ranges as JavaScript counts characters."""
        return [(self._units(start), self._units(end)) for start, end in self.ranges]

    def _units(self, index: int) -> int:
        return len(self.text[:index].encode("utf-16-le")) // 2


def snippet(text: str, query: Query) -> Snippet | None:
    """Give the stretch with the most of the words; None where there is none of them."""
    line = _SPACE.sub(" ", text[:READ])
    hits = _hits(line, query)
    if not hits:
        return None
    first = _best(hits)
    start = _start(line, hits[first].start)
    end = _end(line, start + WIDTH)
    head = "…" if start > 0 else ""
    tail = "…" if end < len(text) else ""
    shown = [hit for hit in hits if start <= hit.start and hit.end <= end]
    return Snippet(
        head + line[start:end] + tail,
        list(_merged(shown, shift=len(head) - start)),
    )


def _hits(line: str, query: Query) -> list[Word]:
    """Give words that are looked for, from the first one on.

    Where a plain look finds none it may be written in another form.
    """
    near = query.first(line)
    start = 0 if near is None else line.rfind(" ", 0, near) + 1
    stop = len(line) if near is None else near + FURTHER
    for stretch in ((start, stop), (0, len(line))):
        wanted = (word for word in words(line, *stretch) if query.wants(word.lexeme))
        if hits := list(islice(wanted, HITS)):
            return hits
    return []


def _best(hits: list[Word]) -> int:
    """Give the place of the hit from which a snippet shows the most different words."""
    starts = [hit.start for hit in hits]

    def shown(first: int) -> int:
        beyond = bisect_right(starts, starts[first] + WIDTH - BEFORE)
        return len({hit.lexeme for hit in hits[first:beyond]})

    return max(range(len(hits)), key=shown)


def _start(line: str, hit: int) -> int:
    """Begin at a word shortly before the hit, or with the text."""
    if hit <= BEFORE:
        return 0
    space = line.find(" ", hit - BEFORE, hit)
    return hit if space < 0 else space + 1


def _end(line: str, latest: int) -> int:
    """End at a space where there is one."""
    if latest >= len(line):
        return len(line)
    space = line.rfind(" ", latest - BEFORE, latest)
    return latest if space < 0 else space


def _merged(hits: list[Word], shift: int) -> Iterator[Range]:
    """Give the ranges of words that may overlap, as those of scripts without spaces."""
    begin, stop = hits[0].start, hits[0].end
    for hit in hits:
        if hit.start > stop:
            yield begin + shift, stop + shift
            begin = hit.start
        stop = max(stop, hit.end)
    yield begin + shift, stop + shift

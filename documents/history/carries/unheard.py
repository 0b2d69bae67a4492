"""Text that somebody re-created while another did so, or had just done so, unheard.

The server keeps of two equal deletions only the first, so the second row seems but to
insert. It says all that a text near had said until somebody else, a moment before, took
it away.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from documents.history.carries.beside import Beside, Siblings
from documents.history.carries.evidence import LAG
from documents.history.carries.nodes import Nodes
from documents.history.carries.remains import NEVER, Remains
from documents.history.columns import Columns
from documents.history.passages import Link, Passage, links

UNITS: Final = 1 << 22
"""Units that are read for one row: of all that people may have touched just before."""

_Moment = tuple[Remains, int]
"""A text, and the row before which it is meant."""


class Unheard:
    """Explains what a row inserts by what its author had not heard of."""

    def __init__(self, columns: Columns, nodes: Nodes, beside: Beside) -> None:
        self._stamps = columns.stamps
        self._nodes = nodes
        self._beside = beside
        self._seq = 0
        self._allowance = _Allowance(UNITS)
        self._known: dict[Siblings | Remains, _Gone] = {}

    def links(self, seq: int, passage: Passage) -> list[Link]:
        """What all of a passage carries."""
        if seq != self._seq:
            self._seq, self._allowance, self._known = seq, _Allowance(UNITS), {}
        for gone in self._near(passage):
            for source, row in gone.saying(passage.text):
                if source.passage.parent != passage.parent:
                    return list(links(passage.words, source.words(source.before(row))))
        return []

    def _near(self, passage: Passage) -> Iterator["_Gone"]:
        """What had gone beside a passage, in its element and around it."""
        siblings = self._beside.siblings(passage.parent)
        if siblings not in self._known:
            since = self._stamps.time(self._seq) - LAG
            touched = siblings.touched(since, self._seq)
            self._known[siblings] = self._gone(touched)
        yield self._known[siblings]
        for node in self._nodes.gone_around(passage, self._seq):
            source = self._nodes.remains(node)
            if source not in self._known:
                self._known[source] = self._gone([source])
            yield self._known[source]

    def _gone(self, sources: list[Remains]) -> "_Gone":
        return _Gone(
            [(source, row) for source in sources for row in self._missed(source)],
            self._allowance,
        )

    def _missed(self, source: Remains) -> list[int]:
        """The rows of others just before which a text stood that then had all gone."""
        missed = self._recent(source)
        if not missed or not self._allowance.may(len(source.passage)):
            return []
        lives = zip(source.born, source.died, strict=True)
        left = min((born for born, died in lives if died > self._seq), default=NEVER)
        return [row for row in missed if row <= left] if missed[-1] <= left else []

    def _recent(self, source: Remains) -> list[int]:
        """The rows of others that touched a text just before, the latest first."""
        time, own = self._stamps.time, self._stamps.author(self._seq)
        found = []
        for at in range(bisect_left(source.rows, self._seq) - 1, -1, -1):
            if time(self._seq) - time(source.rows[at]) >= LAG:
                break
            if source.authors[at] != own:
                found.append(source.rows[at])
        return found


class _Allowance:
    """How many units may still be read; apart, so that who asks holds no circle."""

    def __init__(self, units: int) -> None:
        self._left = units

    def may(self, units: int) -> bool:
        """Whether so many more may be read, which then are spent."""
        self._left -= units
        return self._left >= 0


class _Gone:
    """Texts as they were before some rows, by what they said."""

    def __init__(self, moments: list[_Moment], allowance: _Allowance) -> None:
        self._allowance = allowance
        self._moments: dict[int, list[_Moment]] = {}
        for source, row in moments:
            self._moments.setdefault(source.stood(row), []).append((source, row))
        self._said: dict[str, list[_Moment]] = {}

    def saying(self, text: str) -> list[_Moment]:
        """Those that said just this; each is read once, as far as that is allowed."""
        for source, row in self._moments.pop(len(text), ()):
            if self._allowance.may(len(source.passage)):
                said = source.text(source.before(row))
                self._said.setdefault(said, []).append((source, row))
        return self._said.get(text, [])

"""What is proof that text stood elsewhere before, and what may be chance, or a copy.

Typed text must never carry another's by chance, and a copy of what still stands is
its writer's own.
"""

from collections.abc import Iterable
from typing import Final

from documents.history.carries.firsts import Firsts
from documents.history.carries.glimpses import Glimpse
from documents.history.carries.lineage import Lineage
from documents.history.carries.nodes import Nodes
from documents.history.columns import Columns
from documents.history.passages import IdRange, Passage
from documents.history.texts import Words

LONG: Final = 8
"""Units that are equal by no chance, wherever they stand: words, not letters."""
SOME: Final = 4
"""Units that are equal by no chance where something had just happened."""
LAG: Final = 30_000
"""Milliseconds after which people have heard of each other's edits."""


class Evidence:
    """Judges what of the log may have been written again by a row."""

    def __init__(
        self, columns: Columns, nodes: Nodes, firsts: Firsts, lineage: Lineage
    ) -> None:
        self._columns = columns
        self._nodes = nodes
        self._firsts = firsts
        self._lineage = lineage

    def is_likely(self, seq: int, passage: Passage, glimpse: Glimpse, at: int) -> bool:
        """Whether what stood only near is what was written again, and no copy.

        It is long, or came with the element around it, as typed text never does.
        """
        length = len(passage)
        planted = self._nodes.is_planted(passage.parent, seq)
        redone = self._lineage.is_redone(passage.parent, seq)
        return (
            length >= LONG
            or (planted and self.is_timely(seq, glimpse))
            or (length >= SOME and glimpse.text == passage.text)
            or (redone and length > 1)
        ) and not self._is_copy(seq, passage, glimpse, range(at, at + length))

    def is_timely(self, seq: int, glimpse: Glimpse) -> bool:
        """Whether they had heard of all, or of all but what had just happened."""
        return glimpse.missed is None or self.is_recent(seq, glimpse)

    def is_recent(self, seq: int, glimpse: Glimpse) -> bool:
        """Whether something had only just happened that its author had not heard of."""
        time = self._columns.stamps.time
        missed = glimpse.missed
        return missed is not None and time(seq) - time(missed) < LAG

    def _is_copy(
        self, seq: int, passage: Passage, glimpse: Glimpse, places: range
    ) -> bool:
        """Whether what was seen still stands, and its author knew and undid nothing."""
        if self.is_recent(seq, glimpse):
            return False
        if self._lineage.is_redone(passage.parent, seq):
            return False
        return self.stands(seq, glimpse.words(places.start, len(places)))

    def stands(self, seq: int, some: Iterable[Words]) -> bool:
        """Whether any of some words stand again, or still."""
        return any(
            self._firsts.standing(IdRange(words.client, words.start, words.end), seq)
            for words in some
        )

    def is_chance(
        self, seq: int, passage: Passage, glimpse: Glimpse, places: range
    ) -> bool:
        """Whether a part of a passage is too short, or a copy of what was seen."""
        least = SOME if self.is_recent(seq, glimpse) else LONG
        return len(places) < least or self._is_copy(seq, passage, glimpse, places)

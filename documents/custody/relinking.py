"""The chain of an imported log, under the ids that its people have here.

Where all ids are what they were, so is every link. What happens to the ends around
redacted stretches: docs/decisions/0010-chain.md.
"""

from collections import deque
from dataclasses import replace
from uuid import UUID

from documents.storage.chain import START, Entry, link
from documents.storage.verification import Stretch


class Relinking:
    """`end` is the link of the last entry, `rewritten` the stretches passed."""

    def __init__(self, document: UUID) -> None:
        self.end = START
        self.rewritten: list[Stretch] = []
        self._document = document
        self._ahead: deque[Stretch] = deque()
        self._before = START
        self._same = True

    def expect(self, stretch: Stretch) -> None:
        """Tell of a rewritten stretch before its first entry; in order."""
        self._ahead.append(stretch)

    def step(self, entry: Entry, author: int | None) -> bytes | None:
        """Take an entry that is this author's here; give its link.

        None within a rewritten stretch, whose rows have no links of their own.
        """
        stretch = self._ahead[0] if self._ahead else None
        here = replace(entry, author=author)
        if stretch is None or entry.seq < stretch.first:
            self.end = link(self.end, self._document, here)
            return self.end
        if entry.seq == stretch.first:
            self._before, self._same = self.end, self.end == stretch.before
        self._same = self._same and here == entry
        self.end = link(self.end, self._document, here)
        if entry.seq == stretch.last:
            self._pass(stretch)
        return None

    def _pass(self, stretch: Stretch) -> None:
        self._ahead.popleft()
        if self._same:
            self.end = stretch.after
        self.rewritten.append(replace(stretch, before=self._before, after=self.end))

"""The document of one browser: what the server told, and one's own edits on top.

Knows Yjs (through pycrdt), edits and their receipts; no frame and no socket.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from pycrdt import Doc, TransactionEvent, XmlElement, XmlFragment, XmlText

from tests.faults.outbox import Outbox
from tests.faults.truth import Edit, Told, Truth

Change = Callable[["Page"], str]
"""Changes a page and gives the word it wrote, if any."""


class Page:
    """What it is shown and what it is promised goes into the truth."""

    def __init__(self, document: UUID, truth: Truth) -> None:
        self.document = document
        self.truth = truth
        self.outbox = Outbox()
        self.made: list[Edit] = []
        self.receipted = 0
        """The number of the last edit that has a receipt."""
        self.epoch = self.cursor = 0
        self._former: Doc[Any] | None = None
        self.brought = False
        """A former document may have brought deletions: no clock tells of them."""
        self._applying = False
        self._begin()

    def _begin(self) -> None:
        self.doc: Doc[Any] = Doc()
        self.doc["default"] = XmlFragment()
        self._watching = self.doc.observe(self._edited)

    def _edited(self, event: TransactionEvent) -> None:
        if not self._applying:
            edit = Edit(len(self.made) + 1, event.update)
            for kept in (self.made, self.truth.made, self.outbox.entries):
                kept.append(edit)

    def _apply(self, update: bytes) -> None:
        self._applying = True
        try:
            self.doc.apply_update(update)
        finally:
            self._applying = False

    # What one sees and does

    @property
    def root(self) -> XmlFragment:
        """The rich text."""
        root = self.doc["default"]
        assert isinstance(root, XmlFragment)
        return root

    @property
    def paragraphs(self) -> list[XmlText]:
        """The texts of all paragraphs that have one."""
        blocks = [one for one in self.root.children if isinstance(one, XmlElement)]
        texts = [one for block in blocks for one in block.children]
        return [text for text in texts if isinstance(text, XmlText)]

    def text(self) -> str:
        """All words."""
        return "\n".join(map(str, self.paragraphs))

    def edit(self, change: Change) -> Edit:
        """Change the document once."""
        before = len(self.made)
        with self.doc.transaction():
            word = change(self)
        assert len(self.made) == before + 1, "one change is one update"
        self.made[-1].word = word
        return self.made[-1]

    # What the server says

    def welcomed(self, epoch: int, head: int) -> None:
        """Begin again where the server's log is another than the one we know."""
        if epoch != self.epoch or head < self.cursor:
            if self.cursor > 0:
                self._former = self._former or self.doc
            self.epoch, self.cursor = epoch, 0

    def take(self, first: int, last: int, update: bytes) -> bool:
        """Take rows of the log; tell whether some before them are missing."""
        if last <= self.cursor:
            return False
        if first > self.cursor + 1:
            return True
        if self._former is self.doc:
            self._begin()
        self._apply(update)
        self.cursor = last
        self.truth.told.append(Told(self.epoch, first, last, update))
        return False

    def complete(self, state_vector: bytes) -> None:
        """All of the log is here: put on top what the former document had beyond."""
        former, self._former = self._former, None
        if former is not None:
            self._apply(former.get_update(state_vector))
            self.brought = True

    def receipt(self, durable: int, head: int) -> None:
        """So many frames of this connection are durable, and the log goes so far."""
        settled = self.outbox.receipt(durable)
        self.truth.receipted += settled
        self.truth.promised(self.epoch, head)
        if settled:
            self.receipted = settled[-1].number

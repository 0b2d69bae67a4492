"""Folding a long log into its squashed state, in memory bounded by the state.

Knows updates only; the ledger of a log is `documents.yjs.admission`'s.
"""

from typing import Final

from documents.yjs.merging import merge, squash
from documents.yjs.updates import EMPTY, Update, encode

LEAST: Final = 1000
"""So many updates wait, or half of what the state holds, before they are folded in:
so each struct is folded a logarithm of times."""


class Folding:
    """The state of all updates so far; folded at whatever cuts, it is the same."""

    def __init__(self, state: Update = EMPTY) -> None:
        """Begin with nothing, or with a squashed state."""
        self._state = state
        self._size = _structs(state)
        self._tail: list[Update] = []
        self._waiting = 0

    def add(self, update: Update) -> None:
        """Take the next update of the log."""
        self._tail.append(update)
        self._waiting += 1 + _structs(update)
        if self._waiting > max(LEAST, self._size // 2):
            self._fold()

    def state(self) -> bytes:
        """Give the squashed merge of all, as `storage.snapshots.fold` does."""
        return encode(self.folded())

    def folded(self) -> Update:
        """Give the same, not written down."""
        self._fold()
        return self._state

    def _fold(self) -> None:
        if self._tail:
            self._state = squash(merge([self._state, *self._tail]))
            self._size = _structs(self._state)
            self._tail.clear()
            self._waiting = 0


def _structs(update: Update) -> int:
    return sum(map(len, update.structs.values()))

"""What was read last of a few logs, so that the next look reads only what came since.

Values are of one epoch, and immutable. Each process remembers its own; nothing here
knows what a log is.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")

MOST: Final = 2
"""Logs at once: a long one takes some hundred MB."""


class Read(NamedTuple, Generic[T]):
    """A value of a log in an epoch, up to a seq."""

    epoch: int
    seq: int
    value: T


class Recent(Generic[T]):
    """The values of the logs that were looked at last."""

    def __init__(self) -> None:
        self._read: OrderedDict[UUID, Read[T]] = OrderedDict()

    def until(self, document: UUID, epoch: int, seq: int) -> Read[T] | None:
        """Give what was read of a log, unless that goes further than this seq."""
        found = self._read.get(document)
        if found is None or found.epoch != epoch or found.seq > seq:
            return None
        return found

    def grown(
        self,
        document: UUID,
        epoch: int,
        seq: int,
        grow: Callable[[Read[T] | None], T],
    ) -> T:
        """Give the value of a log up to a seq; what was read last is grown to it."""
        known = self.until(document, epoch, seq)
        if known is not None and known.seq == seq:
            return known.value
        found = grow(known)
        self.remember(document, epoch, seq, found)
        return found

    def remember(self, document: UUID, epoch: int, seq: int, value: T) -> None:
        """Keep a value in place of the last one, and of the oldest one."""
        self._read.pop(document, None)
        self._read[document] = Read(epoch, seq, value)
        while len(self._read) > MOST:
            self._read.popitem(last=False)

    def forget(self, document: UUID) -> None:
        """Keep nothing of a log."""
        self._read.pop(document, None)

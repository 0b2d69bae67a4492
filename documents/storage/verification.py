"""Following the chain over a log, and naming the first entry that breaks it.

Knows what entries, rewritten stretches and the ends of chapters say, and not where
they lie. What the chain shows, and what not: docs/decisions/0010-chain.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from documents.storage.chain import START, Entry, link
from documents.yjs.lib0 import Malformed


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries first..last that were rewritten, and the chain's ends around them."""

    first: int
    last: int
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """What holds the entries first..last, and the links that it says they have.

    A chapter knows the links before and after it, a row that after it.
    """

    first: int
    last: int
    before: bytes | None
    after: bytes | None


class End(NamedTuple):
    """Where a log says that it ends."""

    seq: int
    chain: bytes


class Broken(Exception):
    """The first broken entry is one of first..last; the others before are intact."""

    def __init__(self, first: int, last: int, reason: str) -> None:
        which = f"entry {first}" if first == last else f"one of {first} to {last}"
        super().__init__(f"{which}: {reason}")
        self.first = first
        self.last = last
        self.reason = reason


class Walk:
    """A walk over the entries of a log from its first; `link` is that of `seq`.

    Where an entry was rewritten its own link cannot be known, and `link` is None,
    but for the last of a rewritten stretch, after which the chain goes on.
    """

    def __init__(self, document: UUID, rewritten: Iterable[Stretch] = ()) -> None:
        self.document = document
        self.seq = 0
        self.link: bytes | None = START
        self._rewritten = iter(rewritten)
        self._next = next(self._rewritten, None)

    def rewrites(self, seq: int) -> bool:
        """Tell whether the entry of the next step lies in a rewritten stretch."""
        return self._next is not None and self._next.first <= seq

    def step(self, entry: Entry) -> None:
        """Go on by one entry. Raises Broken."""
        expect(self.seq + 1, entry.seq)
        self.seq = entry.seq
        stretch = self._next
        if stretch is not None and stretch.first <= entry.seq:
            self._pass(stretch)
        else:
            assert self.link is not None
            self.link = link(self.link, self.document, entry)

    def _pass(self, stretch: Stretch) -> None:
        """Pass over one rewritten entry, which nothing can check."""
        seq = self.seq
        if seq == stretch.first and stretch.before != self.link:
            raise Broken(seq, seq, "the redaction does not follow what precedes it")
        if stretch.last < stretch.first or (self.link and seq != stretch.first):
            raise Broken(seq, seq, "a redaction is none, or overlaps another")
        self.link = None
        if seq == stretch.last:
            self.link = stretch.after
            self._next = next(self._rewritten, None)

    def end(self, end: End) -> None:
        """Say that this was all. Raises Broken unless the log ends so."""
        if self.seq < end.seq:
            raise Broken(self.seq + 1, self.seq + 1, "it is missing")
        if self.seq > end.seq:
            raise Broken(end.seq + 1, end.seq + 1, "it lies past the head")
        if self._next is not None:
            raise Broken(self.seq, self.seq, "a redaction lies past it")
        if self.link != end.chain:
            raise Broken(self.seq, self.seq, "the head has another link")


def expect(expected: int, found: int) -> None:
    """Raise Broken unless the seq found is the one expected."""
    if found > expected:
        raise Broken(expected, expected, "it is missing")
    if found < expected:
        raise Broken(found, found, "it is there twice")


def verify(walk: Walk, pieces: Iterable[Piece], entries: Iterator[Entry]) -> None:
    """Walk over a log as it lies: rows and chapters, and the entries that they hold.

    Raises Broken. What reading an entry raises as Malformed breaks its piece.
    """
    for piece in pieces:
        expect(walk.seq + 1, piece.first)
        if piece.last < piece.first:
            raise Broken(piece.first, piece.first, "the chapter ends before it")
        rewritten = walk.rewrites(piece.first)
        _agree(walk.link, piece.before, piece, "the chapter's beginning has")
        for _ in range(piece.first, piece.last + 1):
            walk.step(_read(entries, piece))
        if rewritten and piece.before is None:
            continue  # a row within a redaction has no link of its own
        if piece.after is None:
            raise Broken(piece.first, piece.last, "it has no link")
        _agree(walk.link, piece.after, piece, "it does not give the link that it has")


def _read(entries: Iterator[Entry], piece: Piece) -> Entry:
    try:
        return next(entries)
    except StopIteration:
        raise Broken(piece.first, piece.last, "it is missing") from None
    except Malformed as malformed:
        raise Broken(piece.first, piece.last, f"unreadable ({malformed})") from None


def _agree(
    known: bytes | None, said: bytes | None, piece: Piece, complaint: str
) -> None:
    """Raise Broken where two links differ; one that is not known agrees."""
    if known is not None and said is not None and known != said:
        raise Broken(piece.first, piece.last, complaint)

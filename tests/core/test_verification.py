"""A walk along the chain passes what is whole, and names what is not, for any log."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.storage.chain import START, Entry, link
from documents.storage.verification import Broken, End, Piece, Stretch, Walk, verify
from documents.yjs.lib0 import Malformed

DOCUMENT = UUID(int=7)


@dataclass
class Kept:
    """A log as a database would keep it."""

    entries: list[Entry]
    pieces: list[Piece]
    end: End
    rewritten: list[Stretch] = field(default_factory=list)

    def verified(self) -> None:
        walk = Walk(DOCUMENT, self.rewritten)
        verify(walk, self.pieces, iter(self.entries))
        walk.end(self.end)

    def broken(self) -> tuple[int, int]:
        with pytest.raises(Broken) as found:
            self.verified()
        return found.value.first, found.value.last


def written(count: int) -> list[Entry]:
    return [
        Entry(seq, seq % 3 or None, 1000 + seq, recovered=False, payload=bytes([seq]))
        for seq in range(1, count + 1)
    ]


def links(entries: Sequence[Entry]) -> list[bytes]:
    """The link after each seq, from 0 on."""
    found = [START]
    for entry in entries:
        found.append(link(found[-1], DOCUMENT, entry))
    return found


def kept(count: int, packed: Sequence[tuple[int, int]] = ()) -> Kept:
    """A log of rows, but for those stretches that chapters hold."""
    entries = written(count)
    chain = links(entries)
    chapters = [Piece(a, b, chain[a - 1], chain[b]) for a, b in packed]
    held = {seq for a, b in packed for seq in range(a, b + 1)}
    rows = [Piece(n, n, None, chain[n]) for n in range(1, count + 1) if n not in held]
    pieces = sorted([*chapters, *rows], key=lambda piece: piece.first)
    return Kept(entries, pieces, End(count, chain[count]))


def redacted(log: Kept, first: int, last: int) -> Kept:
    """The log with a stretch rewritten as a redaction does."""
    chain = links(written(len(log.entries)))
    for n in range(first - 1, last):
        log.entries[n] = replace(log.entries[n], payload=b"redacted")
    log.pieces = [
        replace(piece, after=None)
        if piece.before is None and first <= piece.first <= last
        else piece
        for piece in log.pieces
    ]
    log.rewritten.append(Stretch(first, last, chain[first - 1], chain[last]))
    log.rewritten.sort(key=lambda stretch: stretch.first)
    return log


@given(st.lists(st.integers(1, 4), max_size=12), st.data())
def test_whole_logs_pass_however_they_are_packed_and_redacted(
    lengths: list[int], data: st.DataObject
) -> None:
    starts = [sum(lengths[:n]) + 1 for n in range(len(lengths))]
    ranges = [(a, a + n - 1) for a, n in zip(starts, lengths, strict=True)]
    packed = [one for one in ranges if data.draw(st.booleans())]
    log = kept(sum(lengths), packed)
    cuts = sorted(data.draw(st.sets(st.integers(1, sum(lengths) or 1), max_size=6)))
    for first, last in zip(cuts[::2], cuts[1::2], strict=False):
        if last <= len(log.entries):
            log = redacted(log, first, last)
    log.verified()


Tampering = Callable[[Entry], Entry]
EVERY: dict[str, Tampering] = {
    "payload": lambda entry: replace(entry, payload=b"forged"),
    "author": lambda entry: replace(entry, author=99),
    "nobody": lambda entry: replace(entry, author=None),
    "time": lambda entry: replace(entry, at=entry.at - 1),
    "recovered": lambda entry: replace(entry, recovered=True),
}


@pytest.mark.parametrize("how", EVERY)
@given(st.integers(1, 12), st.booleans())
def test_a_changed_row_or_its_chapter_is_named(
    how: str, seq: int, packed: bool
) -> None:
    log = kept(12, [(5, 8)] if packed else [])
    entry = replace(log.entries[seq - 1], author=5)
    honest = [replace(one, author=5) if one.seq == seq else one for one in log.entries]
    chain = links(honest)
    log.pieces = [
        replace(
            piece,
            before=None if piece.before is None else chain[piece.first - 1],
            after=chain[piece.last],
        )
        for piece in log.pieces
    ]
    log.end = End(12, chain[12])
    log.entries = honest
    log.verified()
    log.entries = [EVERY[how](entry) if one.seq == seq else one for one in honest]
    inside = packed and 5 <= seq <= 8
    assert log.broken() == ((5, 8) if inside else (seq, seq))


@given(st.integers(1, 11))
def test_a_missing_entry_is_named(seq: int) -> None:
    log = kept(12)
    del log.entries[seq - 1], log.pieces[seq - 1]
    assert log.broken() == (seq, seq)
    log = kept(12)
    del log.entries[seq:], log.pieces[seq:]
    assert log.broken() == (seq + 1, seq + 1)


def test_what_lies_past_the_head_is_named() -> None:
    log = kept(12)
    log.end = End(10, links(log.entries)[10])
    assert log.broken() == (11, 11)


def test_entries_in_another_order_are_named() -> None:
    log = kept(5)
    second, third = log.entries[1], log.entries[2]
    log.entries[1:3] = [replace(third, seq=2), replace(second, seq=3)]
    assert log.broken() == (2, 2)


def test_an_entry_that_lies_in_a_row_and_a_chapter_is_named() -> None:
    log = kept(12, [(5, 8)])
    log.pieces.insert(5, Piece(6, 6, None, links(log.entries)[6]))
    assert log.broken() == (6, 6)


@pytest.mark.parametrize("which", [0, 4, 11])
@pytest.mark.parametrize("said", [b"x" * 32, None])
def test_a_changed_link_is_named(which: int, said: bytes | None) -> None:
    log = kept(12)
    log.pieces[which] = replace(log.pieces[which], after=said)
    assert log.broken() == (which + 1, which + 1)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"before": b"x" * 32}, (5, 8)),
        ({"after": b"x" * 32}, (5, 8)),
        ({"last": 3}, (5, 5)),
    ],
)
def test_changed_ends_of_a_chapter_are_named(
    changed: dict[str, int | bytes], named: tuple[int, int]
) -> None:
    log = kept(12, [(5, 8)])
    log.pieces[4] = replace(log.pieces[4], **changed)  # type: ignore[arg-type]
    assert log.broken() == named


def test_a_changed_head_is_named_even_where_all_links_were_computed_anew() -> None:
    log = kept(12)
    log.end = End(12, b"x" * 32)
    assert log.broken() == (12, 12)
    forged = [replace(one, author=9) if one.seq == 3 else one for one in log.entries]
    chain = links(forged)
    rows = [Piece(seq, seq, None, chain[seq]) for seq in range(1, 13)]
    assert Kept(forged, rows, kept(12).end).broken() == (12, 12)


def test_a_chapter_that_cannot_be_read_or_ends_early_is_named() -> None:
    def reading(entries: Sequence[Entry], *, fails: bool) -> Iterator[Entry]:
        yield from entries[:4]
        if fails:
            raise Malformed("not zstd", 1)

    for fails in (True, False):
        log = kept(12, [(5, 8)])
        walk = Walk(DOCUMENT)
        with pytest.raises(Broken) as found:
            verify(walk, log.pieces, reading(log.entries, fails=fails))
        assert (found.value.first, found.value.last) == (5, 8)


def test_a_redaction_hides_only_what_lies_in_it() -> None:
    log = redacted(kept(12), 5, 8)
    log.verified()
    log.entries[8] = replace(log.entries[8], at=0)
    assert log.broken() == (9, 9)
    log = redacted(kept(12), 5, 8)
    log.entries[3] = replace(log.entries[3], at=0)
    assert log.broken() == (4, 4)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"before": b"x" * 32}, 5),
        ({"after": b"x" * 32}, 9),
        ({"last": 7}, 8),
        ({"last": 3}, 5),
        ({"last": 20}, 12),
    ],
)
def test_changed_ends_of_a_redaction_are_named(
    changed: dict[str, int | bytes], named: int
) -> None:
    log = redacted(kept(12), 5, 8)
    log.rewritten = [replace(log.rewritten[0], **changed)]  # type: ignore[arg-type]
    assert log.broken() == (named, named)


def test_redactions_that_overlap_or_lie_outside_are_named() -> None:
    chain = links(written(12))
    for second in (Stretch(7, 10, chain[6], chain[10]), Stretch(6, 7, *chain[5:7])):
        log = redacted(kept(12), 5, 8)
        log.rewritten.append(second)
        assert log.broken() == (9, 9)
    log = kept(12)
    log.rewritten = [Stretch(13, 14, chain[12], chain[12])]
    assert log.broken() == (12, 12)
    log = kept(12)
    log.rewritten = [Stretch(0, 0, START, START)]
    assert log.broken() == (1, 1)


def test_a_redaction_may_end_where_the_log_ends_and_another_may_follow() -> None:
    log = redacted(redacted(kept(12), 5, 8), 9, 12)
    log.verified()

"""Chapters give back exactly what was packed, and refuse whatever was not."""

from random import Random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from documents.storage import chapters, transposing
from documents.storage.chain import Entry
from documents.storage.chapters import pack, unpack
from documents.yjs.lib0 import MAX_SAFE, Malformed, Writer
from documents.yjs.updates import encode
from tests.core.worlds import World

NUMBERS = st.integers(0, MAX_SAFE - 1)
AUTHORS = st.one_of(st.none(), st.integers(0, 3), NUMBERS)
KNOWN = (
    "0128b52ffd64ea00a50500a2c8212a60573a303c958e50496890dbf84c6a088220381a92118d"
    "a8131968b02d1be23f232b4747609b643799523b57105eb6a278dc6fb6ddd33efb666a6c77ae"
    "c276e78bb5ab2b55ddf704647c85c07fffd75fde29d4c954228d4421d0c7d3e16832988b65ac"
    "88144908011f8ec64291f81007036130c672ad9aabb3d41b70ebed7b9797b63d6f17091320d0"
    "cc6a07b2c830dbe2010e6004761ce801037007181c746410a1b6ee2487af42623f90220c0786"
    "07a3c49459"
)
"""A chapter as it was written when the format was made."""
ANY_PAYLOAD = st.binary(max_size=200)


@st.composite
def alike(draw: st.DrawFn) -> bytes:
    """Payloads that share forms: numbers of a few widths, canonical or not."""
    number = st.tuples(
        st.binary(max_size=2).map(lambda data: bytes(byte | 128 for byte in data)),
        st.integers(0, 127).map(lambda byte: bytes([byte])),
    ).map(b"".join)
    return b"".join(draw(st.lists(number, min_size=1, max_size=3)))


@st.composite
def logs(draw: st.DrawFn, payload: st.SearchStrategy[bytes]) -> list[Entry]:
    """Entries that follow one another."""
    first = draw(st.integers(1, 2**50))
    row = st.tuples(AUTHORS, NUMBERS, st.booleans(), payload)
    rows = draw(st.lists(row, min_size=1, max_size=150))
    return [
        Entry(seq, author, at, recovered=recovered, payload=content)
        for seq, (author, at, recovered, content) in enumerate(rows, first)
    ]


@given(logs(ANY_PAYLOAD))
def test_any_entries_come_back(entries: list[Entry]) -> None:
    assert unpack(pack(entries)) == entries


@given(logs(alike()))
def test_entries_of_like_payloads_come_back(entries: list[Entry]) -> None:
    assert unpack(pack(entries)) == entries


def typed(count: int, seed: int = 1) -> list[Entry]:
    """What two people write, with the times of typing."""
    random = Random(seed)
    world, at = World(random), 1_700_000_000_000
    entries = []
    for seq in range(1, count + 1):
        at += random.choice([0, 90, 150, 210, 70_000])
        payload = encode(world.update())
        entries.append(Entry(seq, 1 + seq // 40 % 2, at, seq % 90 == 0, payload))
    return entries


def test_histories_of_rich_text_come_back() -> None:
    for seed in range(5):
        entries = typed(600, seed)
        assert unpack(pack(entries)) == entries


@pytest.mark.parametrize("text", ["日本語", "é", "😀", "a", "ありがとうございます"])
def test_words_of_any_script_pack_well(text: str) -> None:
    """Text that is not ASCII leaves no var-int where one is expected."""
    entries = []
    for n in range(2000):
        writer = Writer()
        for number in (1, 1, 4_000_000_000, n, 0xC4, 4_000_000_000, n - 1 if n else 0):
            writer.uint(number)
        writer.text(text)
        writer.uint(0)
        entries.append(Entry(n + 1, 1, 1000 * n, False, writer.finish()))
    body = pack(entries)
    assert unpack(body) == entries
    assert len(body) < 2000


def test_a_chapter_of_the_first_format_is_still_read() -> None:
    assert unpack(bytes.fromhex(KNOWN)) == [
        Entry(
            seq,
            (None, 3, 8)[seq % 3],
            1_700_000_000_000 + seq * seq,
            recovered=seq % 10 == 0,
            payload=bytes([1, 1, seq | 128, 1, 97 + seq % 26])
            if seq % 7
            else bytes(seq),
        )
        for seq in range(5, 45)
    ]


# What is refused


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [Entry(1, 1, 0, False, b""), Entry(3, 1, 0, False, b"")],
        [Entry(1, 1, -1, False, b"")],
        [Entry(1, -1, 0, False, b"")],
        [Entry(1, MAX_SAFE, 0, False, b"")],
        [Entry(MAX_SAFE, 1, 0, False, b"")],
    ],
)
def test_what_cannot_be_packed_is_refused(entries: list[Entry]) -> None:
    with pytest.raises(ValueError, match="entr"):
        pack(entries)


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = typed(100)
    body = pack(entries)
    monkeypatch.setattr(chapters, "MOST_BYTES", 500)
    with pytest.raises(ValueError, match="too large"):
        pack(entries)
    with pytest.raises(Malformed, match="out of bounds"):
        unpack(body)
    monkeypatch.setattr(chapters, "MOST_ENTRIES", 99)
    with pytest.raises(ValueError, match="100 entries"):
        pack(entries)


def zstd(plain: bytes) -> bytes:
    """A body whose columns are these bytes."""
    return bytes([chapters.FORMAT]) + zstandard.ZstdCompressor().compress(plain)


def test_a_bomb_is_not_set_off() -> None:
    bomb = zstd(bytes(chapters.MOST_BYTES + 1))
    assert len(bomb) < 20_000
    with pytest.raises(Malformed, match="out of bounds"):
        unpack(bomb)
    stream = zstandard.ZstdCompressor(write_content_size=False).compress(b"\1\1\1")
    with pytest.raises(Malformed, match="out of bounds"):
        unpack(bytes([chapters.FORMAT]) + stream)


@given(st.binary(max_size=80))
def test_other_bytes_are_refused(data: bytes) -> None:
    for body in (data, bytes([chapters.FORMAT]) + data):
        with pytest.raises(Malformed):
            unpack(body)


@given(st.binary(max_size=80), st.integers(0, 2**32))
def test_columns_of_chance_are_refused_or_read(data: bytes, seed: int) -> None:
    for plain in (data, b"\x02" + data, damaged(columns(typed(40)), Random(seed))):
        try:
            entries = unpack(zstd(plain))
        except Malformed:
            continue
        assert unpack(pack(entries)) == entries


def columns(entries: list[Entry]) -> bytes:
    """The columns of a chapter without zstd."""
    return zstandard.ZstdDecompressor().decompress(pack(entries)[1:])


def damaged(data: bytes, random: Random) -> bytes:
    """The same with some bytes changed, lost or added."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(changed))
        changed[at : at + random.choice([0, 1, 1, 2])] = random.randbytes(
            random.choice([0, 1, 1])
        )
    return bytes(changed)


def test_no_byte_of_a_chapter_can_change_unnoticed() -> None:
    entries = typed(60)
    body = pack(entries)
    for at in range(len(body)):
        for bit in range(8):
            changed = bytearray(body)
            changed[at] ^= 1 << bit
            assert read(bytes(changed)) in (None, entries)
        assert read(body[:at]) is None
    assert read(body + b"\0") is None


def read(body: bytes) -> list[Entry] | None:
    """The entries; None where the body is refused."""
    try:
        return unpack(body)
    except Malformed:
        return None


# Columns by themselves


def test_what_follows_from_the_owner_before_costs_little() -> None:
    """Two people who write in turns are each predicted from their own last string."""
    writer, alone = Writer(), Writer()
    owners = [n % 2 for n in range(400)]
    strings = []
    for n in range(400):
        clock = Writer()
        clock.uint(n // 2 + (500_000 if n % 2 else 1_000_000))
        strings.append(clock.finish())
    transposing.lay(writer, strings, owners)
    transposing.lay(alone, strings, [0] * 400)
    assert len(alone.data) > 1.9 * len(writer.data)

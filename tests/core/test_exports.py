"""The file of a log: what is written is read, and no damage goes unnoticed."""

from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from documents.custody import exports
from documents.custody.exports import FIRST_LINE, Damaged
from documents.custody.records import (
    Binding,
    Bookmark,
    Header,
    Person,
    Record,
    Redacted,
)
from documents.storage.chain import Entry
from documents.storage.verification import Stretch

LONGEST = 10_000
numbers = st.integers(0, 2**53 - 1)
times = st.integers(-(2**50), 2**50)
people = st.none() | st.integers(1, 2**53 - 1)
links = st.binary(min_size=32, max_size=32)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
stretches = st.builds(Stretch, numbers, numbers, links, links)
others = st.one_of(
    st.builds(Person, numbers, words, words),
    st.builds(Header, st.uuids(), words, times, numbers, words, numbers, links),
    st.builds(Binding, numbers, people),
    st.builds(Redacted, stretches, people, times),
    st.builds(Bookmark, numbers, words, people, times, st.booleans()),
)
drafts = st.tuples(people, times, st.booleans(), st.binary(max_size=60))


def numbered(found: list[Any]) -> list[Record]:
    """Make entries of drafts, counted from 1."""
    records: list[Record] = []
    seq = 0
    for one in found:
        if isinstance(one, tuple):
            seq += 1
            author, at, recovered, payload = one
            records.append(Entry(seq, author, at, recovered, payload))
        else:
            records.append(one)
    return records


logs = st.lists(others | drafts, max_size=30).map(numbered)


def written(records: list[Record]) -> bytes:
    out = BytesIO()
    exports.write(out, records)
    return out.getvalue()


def read(file: bytes, longest: int = LONGEST) -> list[Record]:
    source = BytesIO(file)
    exports.check(source)
    return list(exports.read(source, longest))


def sealed(content: bytes) -> bytes:
    """A file as somebody who means harm would make it, whole to the last byte."""
    body = FIRST_LINE + zstandard.ZstdCompressor().compress(content)
    return body + sha256(body).digest()


@given(logs)
def test_what_is_written_is_read(records: list[Record]) -> None:
    file = written(records)
    assert read(file) == records
    assert written(records) == file


@given(logs, st.data())
def test_no_change_of_any_byte_goes_unnoticed(
    records: list[Record], data: st.DataObject
) -> None:
    file = written(records)
    at = data.draw(st.integers(0, len(file) - 1))
    changed = file[:at] + bytes([file[at] ^ data.draw(st.integers(1, 255))])
    for damaged in (changed + file[at + 1 :], file[:at], file + file[at:]):
        with pytest.raises(Damaged):
            read(damaged)


@given(st.binary(max_size=200))
def test_whatever_somebody_seals_is_read_or_named(content: bytes) -> None:
    with suppress(Damaged):
        read(sealed(content))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\x00", "unexpected end"),
        (b"\x01\x00", "unknown kind"),
        (b"\x01\x08", "unknown kind"),
        (b"\x04\x04\x01\x02\x00", "unexpected end"),
        (b"\x04\x03\x01\x00\x00", "left over"),
        (b"\x80", "unexpected end"),
        (b"\xff" * 9, "number too long"),
        (b"\xff\xff\x7f", "a record of 2097151 bytes, over 10000"),
        (b"\x05\x01\x01\x01\xff\x00", "not UTF-8"),
    ],
)
def test_what_no_record_says_is_named(content: bytes, named: str) -> None:
    with pytest.raises(Damaged, match=f"record 1: .*{named}"):
        read(sealed(content))


def test_a_small_file_of_much_takes_little() -> None:
    nothing = b"\x03\x05\x00\x00"
    file = sealed(nothing * 1_000_000)
    assert len(file) < 5000
    source = BytesIO(file)
    exports.check(source)
    count = sum(1 for _ in exports.read(source, LONGEST))
    assert count == 1_000_000


def test_windows_larger_than_ours_are_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    packing = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = FIRST_LINE + packing.compress(bytes(1 << 25)) + packing.flush()
    with pytest.raises(Damaged, match="record 1: "):
        read(body + sha256(body).digest())


@pytest.mark.parametrize(
    ("file", "named"),
    [
        (b"", "not an exported log"),
        (b"PK\3\4", "not an exported log"),
        (FIRST_LINE, "cut short"),
        (FIRST_LINE[:-1], "later Palimpsest"),
        (b"palimpsest log 2\n" + bytes(99), "later Palimpsest"),
    ],
)
def test_what_is_no_export_is_named(file: bytes, named: str) -> None:
    with pytest.raises(Damaged, match=named):
        read(file)


def test_a_file_is_what_it_was_when_the_form_was_made() -> None:
    stretch = Stretch(1, 1, bytes(32), bytes(range(32)))
    records: list[Record] = [
        Person(7, "ana@example.org", "Ana"),
        Header(UUID(int=9), "Notes", 1000, 7, "editors", 2, bytes(32)),
        Binding(1, None),
        Redacted(stretch, 7, 2000),
        Entry(1, 7, 1000, recovered=False, payload=b"\0\0"),
        Entry(2, None, 1010, recovered=True, payload=b"\0\0"),
        Bookmark(2, "Sent", 7, 3000, locked=True),
    ]
    source = BytesIO(written(records))
    exports.check(source)
    body = zstandard.ZstdDecompressor().decompressobj()
    content = body.decompress(source.getvalue()[len(FIRST_LINE) : -32])
    assert content.hex() == KNOWN


KNOWN = (
    "1601070f616e61406578616d706c652e6f726703416e61"
    "430200000000000000000000000000000009054e6f746573a80f0707656469746f727302"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "03030100"
    "460401010000000000000000000000000000000000000000000000000000000000000000"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f07901f"
    "060507a80f0000"
    "0506000a0000"
    "0b07020453656e7407b82e01"
)

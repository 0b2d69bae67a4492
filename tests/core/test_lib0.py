"""lib0: what is written is read; nothing else is, and the complaint names the byte."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.lib0 import MAX_SAFE, Malformed, Reader, Writer


@given(st.integers(0, MAX_SAFE))
def test_an_uint_comes_back(value: int) -> None:
    writer = Writer()
    writer.uint(value)
    reader = Reader(writer.finish())
    assert reader.uint() == value
    reader.finish()


@given(st.lists(st.integers(0, 300) | st.integers(0, MAX_SAFE)))
def test_uints_at_once_are_those_one_by_one(values: list[int]) -> None:
    writer = Writer()
    for value in values:
        writer.uint(value)
    reader = Reader(writer.finish())
    assert reader.uints(len(values)) == values
    reader.finish()


@given(st.binary(max_size=12), st.integers(1, 12))
def test_uints_complain_where_one_would(payload: bytes, count: int) -> None:
    def read(by: Callable[[Reader], list[int]]) -> tuple[object, int]:
        reader = Reader(payload)
        try:
            return by(reader), 0
        except Malformed as error:
            return error.reason, error.offset

    one_by_one = read(lambda reader: [reader.uint() for _ in range(count)])
    assert read(lambda reader: reader.uints(count)) == one_by_one


@given(st.integers(-MAX_SAFE, MAX_SAFE))
def test_a_sint_comes_back(value: int) -> None:
    writer = Writer()
    writer.sint(value)
    reader = Reader(writer.finish())
    assert reader.sint() == value
    reader.finish()


@given(st.text(), st.binary())
def test_strings_come_back(text: str, content: bytes) -> None:
    writer = Writer()
    writer.text(text)
    writer.blob(content)
    writer.text(text)
    reader = Reader(writer.finish())
    assert (reader.text(), reader.blob(), reader.utf8()) == (
        text,
        content,
        text.encode(),
    )
    reader.finish()


@pytest.mark.parametrize(
    ("payload", "offset"),
    [
        (b"", 0),
        (b"\x80", 1),
        (b"\xff" * 7, 7),
        (b"\xff" * 8 + b"\x01", 0),
        (b"\x80\x80\x80\x80\x80\x80\x80\x10", 0),
    ],
)
def test_a_number_without_end_or_beyond_javascript(payload: bytes, offset: int) -> None:
    with pytest.raises(Malformed) as caught:
        Reader(payload).uint()
    assert caught.value.offset == offset


def test_a_number_beyond_its_bound() -> None:
    with pytest.raises(Malformed, match="number out of range at byte 0"):
        Reader(b"\x05").uint(4)


def test_a_sint_beyond_javascript() -> None:
    with pytest.raises(Malformed, match="out of range"):
        Reader(b"\x80" + b"\xff" * 7 + b"\x0f").sint()


def test_no_more_is_taken_than_there_is() -> None:
    with pytest.raises(Malformed, match="unexpected end at byte 3"):
        Reader(b"\x03ab").blob()
    with pytest.raises(Malformed, match="unexpected end at byte 0"):
        Reader(b"").byte()


@pytest.mark.parametrize("content", [b"a\xff", b"a\xed\xa0\x80", b"a\xc0\x80"])
def test_text_is_utf8_without_surrogates(content: bytes) -> None:
    for read in (Reader.text, Reader.utf8):
        with pytest.raises(Malformed) as caught:
            read(Reader(bytes([len(content)]) + content))
        assert caught.value.offset == 2


def test_nothing_may_be_left_over() -> None:
    with pytest.raises(Malformed, match="bytes left over at byte 0"):
        Reader(b"\x00").finish()


@pytest.mark.parametrize(
    "value",
    [
        "7f",
        "7e",
        "7d05",
        "7c3f800000",
        "7b3ff0000000000000",
        "7a0000000000000001",
        "79",
        "78",
        "770161",
        "760101617e",
        "75027e7f",
        "74020001",
        "7d40",  # minus zero
    ],
)
def test_any_value_is_kept_as_written(value: str) -> None:
    reader = Reader(bytes.fromhex(value))
    assert reader.any().hex() == value
    reader.finish()


@pytest.mark.parametrize("value", ["", "00", "73", "80", "7c3f", "7501", "7601"])
def test_no_other_value_is_read(value: str) -> None:
    with pytest.raises(Malformed):
        Reader(bytes.fromhex(value)).any()


def test_any_values_nest_a_hundred_times_at_most() -> None:
    assert Reader(b"u\x01" * 100 + b"~").any()
    with pytest.raises(Malformed, match="nested too deep"):
        Reader(b"u\x01" * 101 + b"~").any()
    with pytest.raises(Malformed, match="nested too deep"):
        Reader(b"v\x01\x01a" * 101 + b"~").any()

"""Content: lengths and cuts as JavaScript makes them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs import contents
from documents.yjs.lib0 import Malformed, Reader, Writer
from tests.core.yjs import Judge

JAVASCRIPT = st.text(st.characters(exclude_categories=["Cs"]))


def wide(text: bytes) -> bytes:
    return text.decode().encode("utf-16-le")


@given(JAVASCRIPT)
def test_strings_count_utf16_units(text: str) -> None:
    assert contents.units(text.encode()) == len(text.encode("utf-16-le")) // 2


@given(JAVASCRIPT.filter(bool), st.data())
def test_a_cut_keeps_all_units_but_torn_pairs(text: str, data: st.DataObject) -> None:
    content = text.encode()
    length = contents.units(content)
    cut = data.draw(st.integers(0, length))
    halves = [
        contents.part(content, start, end)
        for start, end in ((0, cut), (cut, length))
        if start < end
    ]
    whole = contents.joined(halves)
    assert isinstance(whole, bytes)
    assert contents.units(whole) == length
    torn = 0 < cut < length and 0xD8 <= wide(content)[2 * cut - 1] <= 0xDB
    assert torn or whole == content
    if torn:
        expected = bytearray(wide(content))
        expected[2 * cut - 2 : 2 * cut + 2] = "\ufffd\ufffd".encode("utf-16-le")
        assert wide(whole) == expected


@given(JAVASCRIPT.filter(bool), st.data())
def test_many_cuts_are_many_parts(text: str, data: st.DataObject) -> None:
    content = text.encode()
    length = contents.units(content)
    inside = data.draw(st.lists(st.integers(1, length), unique=True).map(sorted))
    marks = [0, *(mark for mark in inside if mark < length), length]
    found = list(contents.pieces(content, marks))
    assert found == [contents.part(content, *ends) for ends in pairwise(marks)]
    whole = [0, *contents.between_pairs(content, marks[1:-1]), length]
    assert contents.joined(list(contents.pieces(content, whole))) == content
    assert all(
        0xD8 <= wide(content)[2 * mark - 1] <= 0xDB for mark in set(marks) - set(whole)
    )


def test_a_cut_pair_leaves_a_replacement_on_both_sides() -> None:
    assert contents.part("a😀b".encode(), 0, 2) == "a\ufffd".encode()
    assert contents.part("a😀b".encode(), 2, 4) == "\ufffdb".encode()
    assert contents.part("😀😀".encode(), 1, 3) == "\ufffd\ufffd".encode()


def test_values_are_cut_and_joined() -> None:
    values = (b"~", b"\x7f", b"}\x01")
    halves = [contents.part(values, 0, 1), contents.part(values, 1, 3)]
    assert halves == [(b"~",), (b"\x7f", b"}\x01")]
    assert contents.joined(halves) == values


@pytest.mark.parametrize(
    ("kind", "payload", "length"),
    [
        (contents.DELETED, "05", 5),
        (contents.JSON, "020131027b7d", 2),
        (contents.JSON, "0109756e646566696e6564", 1),
        (contents.BINARY, "020001", 1),
        (contents.STRING, "04f09f9880", 2),
        (contents.EMBED, "027b7d", 1),
        (contents.FORMAT, "0162046e756c6c", 1),
        (contents.TYPE, "00", 1),
        (contents.TYPE, "030170", 1),
        (contents.TYPE, "050168", 1),
        (contents.TYPE, "06", 1),
        (contents.ANY, "027e7d05", 2),
        (contents.DOC, "01677600", 1),
    ],
)
def test_every_kind_comes_back(kind: int, payload: str, length: int) -> None:
    reader = Reader(bytes.fromhex(payload))
    found, content = contents.read(reader, kind)
    reader.finish()
    assert found == length
    writer = Writer()
    contents.write(writer, kind, found, content)
    assert writer.finish().hex() == payload


@pytest.mark.parametrize(
    ("kind", "payload", "offset"),
    [
        (contents.DELETED, "00", 0),
        (contents.JSON, "00", 0),
        (contents.JSON, "01017b", 1),
        (contents.STRING, "00", 0),
        (contents.EMBED, "09756e646566696e6564", 0),
        (contents.FORMAT, "0162017b", 2),
        (contents.TYPE, "07", 0),
        (contents.TYPE, "0302c0", 3),
        (contents.ANY, "00", 0),
        (11, "00", 0),
        (0, "00", 0),
    ],
)
def test_nothing_else_is_content(kind: int, payload: str, offset: int) -> None:
    with pytest.raises(Malformed) as caught:
        contents.read(Reader(bytes.fromhex(payload)), kind)
    assert caught.value.offset == offset


def embed(text: str) -> bool:
    writer = Writer()
    writer.text(text)
    try:
        contents.read(Reader(writer.finish()), contents.EMBED)
    except Malformed:
        return False
    return True


def test_json_nests_a_hundred_times_at_most() -> None:
    assert embed("[" * 100 + "]" * 100)
    assert embed("[" + ",".join(["{}"] * 200) + "]")
    assert not embed("[" * 101 + "]" * 101)
    assert not embed('{"a":' * 101 + "1" + "}" * 101)
    assert not embed("[" * 100_000)


EDGES = [
    "",
    " 1 ",
    "\t[\n]\r",
    "\u00a01",
    "\ufeff1",
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    "01",
    "1.",
    ".5",
    "+1",
    "1e5",
    "1E+400",
    "9" * 5000,
    "\u0661",
    '"\\ud800"',
    '"\\x"',
    '"\u0001"',
    '"\u007f"',
    "'a'",
    '{"a":1,"a":2}',
    '{"__proto__":1}',
    "{a:1}",
    "[1,]",
    "[1] 2",
    "nul",
    "undefined",
    "tru\u0065",
]


@pytest.mark.node
def test_json_is_what_javascript_reads(judge: Judge) -> None:
    assert [embed(text) for text in EDGES] == judge.json(EDGES)

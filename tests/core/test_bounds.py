"""The bounds of an update, each at its border: the last that passes, the first not.

Sizes are bounded at the socket (`tests/server/test_limits.py`): a document may be
larger than any update.
"""

import pytest

from documents.yjs.contents import ANY, BINARY, DELETED, EMBED, FORMAT, JSON, STRING
from documents.yjs.lib0 import MAX_CLOCK, MAX_SAFE, Malformed, Writer
from documents.yjs.updates import GC, ClientId, Item, Update, encode, parse

ONE = ClientId(1)
LAST = ClientId(MAX_SAFE)


def complaint(payload: bytes) -> tuple[str, int]:
    """What is wrong with an update, and at which byte."""
    with pytest.raises(Malformed) as caught:
        parse(payload)
    return caught.value.reason, caught.value.offset


def numbers(*values: int) -> bytes:
    writer = Writer()
    for value in values:
        writer.uint(value)
    return writer.finish()


def struct(info: int, *rest: bytes, clock: int = 0, client: int = 1) -> bytes:
    """An update of one struct of this first byte."""
    head = numbers(1, 1, client, clock)
    return head + bytes([info]) + b"".join(rest) + b"\x00"


def comes_back(update: Update) -> bool:
    return parse(encode(update)) == update


def test_clients_end_where_javascript_counts_exactly() -> None:
    assert comes_back(Update({LAST: (GC(0, 1),)}, {LAST: ((0, 1),)}))
    assert complaint(struct(0, b"\x01", client=MAX_SAFE + 1)) == (
        "number out of range",
        2,
    )
    assert complaint(numbers(0, 1, MAX_SAFE + 1, 1, 0, 1)) == ("number out of range", 2)


def test_clients_of_origins_and_parents_end_there_too() -> None:
    item = Item(0, 1, 0xC4, (LAST, 0), (LAST, MAX_CLOCK), None, None, b"x")
    child = Item(0, 1, 4, None, None, (LAST, MAX_CLOCK), None, b"x")
    assert comes_back(Update({ONE: (item,)}))
    assert comes_back(Update({ONE: (child,)}))
    for info in (0x84, 0x44):
        far = struct(info, numbers(MAX_SAFE + 1, 0), b"\x01x")
        late = struct(info, numbers(1, MAX_CLOCK + 1), b"\x01x")
        assert complaint(far) == ("number out of range", 5)
        assert complaint(late) == ("number out of range", 6)
    far = struct(4, numbers(0, MAX_SAFE + 1, 0), b"\x01x")
    late = struct(4, numbers(0, 1, MAX_CLOCK + 1), b"\x01x")
    assert complaint(far) == ("number out of range", 6)
    assert complaint(late) == ("number out of range", 7)


def test_clocks_end_at_32_bits() -> None:
    assert comes_back(Update({ONE: (GC(MAX_CLOCK - 1, 1),)}))
    assert comes_back(Update({ONE: (GC(0, MAX_CLOCK),)}))
    assert complaint(struct(0, b"\x01", clock=MAX_CLOCK)) == ("clock out of range", 8)
    assert complaint(struct(0, b"\x01", clock=MAX_CLOCK + 1)) == (
        "number out of range",
        3,
    )
    assert complaint(struct(0, numbers(MAX_CLOCK + 1))) == ("number out of range", 5)
    text = struct(4, numbers(1, 1), b"t", b"\x02ab", clock=MAX_CLOCK - 1)
    assert complaint(text) == ("clock out of range", 8)


def test_skips_end_there_too() -> None:
    gapped = Update({ONE: (GC(0, 1), GC(MAX_CLOCK - 1, 1))})
    assert comes_back(gapped)
    head = numbers(1, 2, 1, 1)
    assert complaint(head + b"\x0a" + numbers(MAX_CLOCK) + b"\x00\x01\x00") == (
        "clock out of range",
        4,
    )


def test_deletions_end_there_too() -> None:
    assert comes_back(Update({}, {ONE: ((0, MAX_CLOCK),)}))
    assert comes_back(Update({}, {ONE: ((MAX_CLOCK - 1, MAX_CLOCK),)}))
    for start, length, offset in ((0, MAX_CLOCK + 1, 5), (MAX_CLOCK, 1, 9)):
        payload = numbers(0, 1, 1, 1, start, length)
        assert complaint(payload) == ("number out of range", offset)
    assert complaint(numbers(0, 1, 1, 1, MAX_CLOCK, 0)) == ("empty deletion", 4)


@pytest.mark.parametrize(
    ("payload", "offset"),
    [
        (numbers(9, 1, 1, 0, 0, 1, 0), 0),  # clients
        (numbers(1, 9, 1, 0, 0, 1, 0), 1),  # structs
        (numbers(0, 3, 1, 0), 1),  # clients that delete
        (numbers(0, 1, 1, 5, 0, 1), 3),  # deletions
        (struct(8, numbers(1, 1), b"t", numbers(4), b"~~"), 8),  # values
        (struct(2, numbers(1, 1), b"t", numbers(5), b"\x011"), 8),
        (struct(8, numbers(1, 1), b"t", numbers(1), b"u", numbers(9), b"~"), 10),
        (struct(8, numbers(1, 1), b"t", numbers(1), b"v", numbers(9), b"\x01a~"), 10),
    ],
)
def test_no_more_is_counted_than_there_are_bytes(payload: bytes, offset: int) -> None:
    with pytest.raises(Malformed) as caught:
        parse(payload)
    assert caught.value.offset == offset
    assert caught.value.reason == "more than there is"


def test_counts_may_be_as_large_as_the_bytes_allow() -> None:
    assert comes_back(Update({ONE: tuple(GC(n, 1) for n in range(1000))}))
    values = Item(0, 1000, 8, None, None, "t", None, (b"~",) * 1000)
    assert comes_back(Update({ONE: (values,)}))
    apart = tuple((2 * n, 2 * n + 1) for n in range(1000))
    assert comes_back(Update({}, {ONE: apart}))
    many = {ClientId(n): (GC(0, 1),) for n in range(1000)}
    assert comes_back(Update(many, dict.fromkeys(many, ((0, 1),))))


def nested(depth: int) -> tuple[bytes, bytes, bytes]:
    """Lists in lists: as values, as an embed, as the value of a format."""
    text = "[" * depth + "]" * depth
    embed, form = Writer(), Writer()
    embed.text(text)
    form.text("b")
    form.text(text)
    return b"u\x01" * (depth - 1) + b"u\x00", embed.finish(), form.finish()


def test_values_and_json_nest_a_hundred_times() -> None:
    for depth, passes in ((100, True), (101, False)):
        value, embed, form = nested(depth)
        text = embed[2:] if depth * 2 > 127 else embed[1:]
        for kind, content in (
            (ANY, (value,)),
            (JSON, (text,)),
            (EMBED, embed),
            (FORMAT, form),
        ):
            item = Item(0, 1, kind, None, None, "t", None, content)
            payload = encode(Update({ONE: (item,)}))
            if passes:
                assert comes_back(Update({ONE: (item,)}))
            else:
                assert complaint(payload)[0] == "nested too deep"


@pytest.mark.parametrize(
    ("kind", "content"),
    [(DELETED, b""), (JSON, ()), (STRING, b""), (ANY, ())],
)
def test_nothing_is_empty(kind: int, content: bytes | tuple[bytes, ...]) -> None:
    item = Item(0, 0, kind, None, None, "t", None, content)
    assert complaint(encode(Update({ONE: (item,)}))) == ("empty content", 8)


def test_binary_content_may_be_empty() -> None:
    assert comes_back(
        Update({ONE: (Item(0, 1, BINARY, None, None, "t", None, b"\0"),)})
    )


@pytest.mark.parametrize("kind", [11, 12, 16, 31])
def test_unknown_kinds_are_named(kind: int) -> None:
    payload = struct(kind, numbers(1, 1), b"t", b"\x00")
    assert complaint(payload) == (f"unknown kind of content {kind}", 8)

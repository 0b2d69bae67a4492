"""Updates: what is encoded is parsed; anything else has a name and an offset."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.merging import merge
from documents.yjs.updates import (
    EMPTY,
    GC,
    ClientId,
    Item,
    Malformed,
    Update,
    encode,
    encode_state_vector,
    parse,
    parse_state_vector,
)
from tests.core.worlds import World

RANDOMS = st.integers(0, 2**32 - 1).map(Random)
ONE = ClientId(1)


def strings(*texts: str, clock: int = 0) -> Update:
    """Texts of client 1 in the root `t`, each after the last."""
    items = []
    for text in texts:
        origin = (ONE, clock - 1) if clock else None
        parent = None if clock else "t"
        info = 0x84 if clock else 4
        content = text.encode()
        items.append(Item(clock, len(text), info, origin, None, parent, None, content))
        clock += len(text)
    return Update({ONE: tuple(items)})


@given(RANDOMS)
def test_what_is_encoded_is_parsed(random: Random) -> None:
    log = World(random).log(8)
    for update in [*log, merge(log), merge(log[::2]), merge(log[1::3])]:
        assert parse(encode(update)) == update


def test_the_empty_update() -> None:
    assert EMPTY.empty
    assert encode(EMPTY) == b"\x00\x00"
    assert parse(b"\x00\x00") == EMPTY
    assert not strings("a").empty
    assert not Update({}, {ONE: ((0, 1),)}).empty


def test_what_says_nothing_is_tidied_away() -> None:
    assert parse(bytes.fromhex("01000500" + "010500")) == EMPTY


def test_deletions_come_out_sorted_and_apart() -> None:
    update = parse(bytes.fromhex("00" + "01010304020002" + "0201"))
    assert update.deletes == {ONE: ((0, 3), (4, 6))}


def test_a_gap_is_what_yjs_writes_as_skip() -> None:
    gapped = merge([strings("ab"), strings("c", clock=5)])
    assert encode(gapped).hex() == "0103010004010174026162" + "0a03" + "840104016300"
    assert parse(encode(gapped)) == gapped


def test_skips_at_the_ends_are_tidied_away() -> None:
    update = parse(bytes.fromhex("01030100" + "0a02" + "0003" + "0a04" + "00"))
    assert update == Update({ONE: (GC(2, 3),)})


@pytest.mark.parametrize(
    ("payload", "reason", "offset"),
    [
        ("", "unexpected end", 0),
        ("00", "unexpected end", 1),
        ("000000", "bytes left over", 2),
        ("0101010000", "unexpected end", 5),
        ("010101000000", "not a struct", 4),
        ("0101010080010000", "not a struct", 4),
        ("010101000a00", "not a struct", 4),
        ("010101002a0100", "not a struct", 4),
        ("0101010010010174", "unknown kind of content 16", 8),
        ("0201010000010101000001", "client twice", 6),
        ("00020101000101010001", "client twice", 6),
        ("0001010100", "unexpected end", 5),
        ("000101010000", "empty deletion", 4),
        ("0101010004020174016100", "number out of range", 5),
        ("01010100040101ff016100", "text is not UTF-8", 7),
        ("010101ffffffff0f000100", "clock out of range", 8),
        ("0101018080808010000100", "number out of range", 3),
        ("00010101ffffffff0f01", "number out of range", 9),
        ("0101ffffffffffffff1f000001", "number out of range", 2),
    ],
)
def test_nothing_else_is_an_update(payload: str, reason: str, offset: int) -> None:
    with pytest.raises(Malformed) as caught:
        parse(bytes.fromhex(payload))
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


def assert_told(payload: bytes) -> None:
    """Parsed and the same again, or malformed at a byte of it."""
    offset = 0
    try:
        update = parse(payload)
    except Malformed as error:
        offset = error.offset
    else:
        assert parse(encode(update)) == update
    assert 0 <= offset <= len(payload)


@given(st.binary(max_size=60))
def test_random_bytes_parse_or_are_malformed(payload: bytes) -> None:
    assert_told(payload)


@given(RANDOMS)
def test_damaged_bytes_parse_or_are_malformed(random: Random) -> None:
    payload = bytearray(encode(merge(World(random).log(4))))
    for _ in range(random.randint(1, 3)):
        payload[random.randrange(len(payload))] = random.choice([0, 1, 127, 128, 255])
    cut = bytes(payload[: random.randint(0, len(payload))])
    for damaged in (bytes(payload), cut):
        assert_told(damaged)


@given(st.dictionaries(st.integers(0, 2**53 - 1), st.integers(0, 2**32 - 1)))
def test_state_vectors_come_back(clocks: dict[int, int]) -> None:
    vector = {ClientId(client): clock for client, clock in clocks.items()}
    assert parse_state_vector(encode_state_vector(vector)) == vector


@pytest.mark.parametrize(
    ("payload", "reason", "offset"),
    [
        ("", "unexpected end", 0),
        ("01", "more than there is", 0),
        ("0101", "unexpected end", 2),
        ("010100ff", "bytes left over", 3),
        ("0201000100", "client twice", 3),
        ("0101808080801000", "number out of range", 2),
        ("01808080808080801000", "number out of range", 1),
        ("0101ffffffff1f", "number out of range", 2),
    ],
)
def test_nothing_else_is_a_state_vector(payload: str, reason: str, offset: int) -> None:
    with pytest.raises(Malformed) as caught:
        parse_state_vector(bytes.fromhex(payload))
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


def test_state_vectors_end_where_clients_and_clocks_do() -> None:
    last = {ClientId(2**53 - 1): 2**32 - 1}
    assert parse_state_vector(encode_state_vector(last)) == last

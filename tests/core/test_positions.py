"""Relative positions: what Yjs writes is read, written alike, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.lib0 import MAX_CLOCK, MAX_SAFE, Malformed
from documents.yjs.positions import Position, Side, encode, parse
from documents.yjs.updates import ClientId, Id
from tests.core.yjs import Judge

LETTER = (ClientId(1), 2)
FAR = (ClientId(2**32 - 1), 2**31)
POSITIONS = {
    # Bytes that Y.encodeRelativePosition gave.
    "00010200": Position(LETTER, None, 0),
    "00010241": Position(LETTER, None, -1),
    "00ffffffff0f808080800800": Position(FAR, None, 0),
    "010764656661756c7400": Position(None, None, 0),
    "010764656661756c7441": Position(None, None, -1),
    "02010241": Position(None, LETTER, -1),
}

Place = tuple[Id | None, Id | None]
ids = st.tuples(st.integers(0, MAX_SAFE).map(ClientId), st.integers(0, MAX_CLOCK))
places = st.one_of(
    st.tuples(ids, st.none()), st.tuples(st.none(), ids), st.just((None, None))
)


@pytest.mark.parametrize("payload", POSITIONS)
def test_what_yjs_writes_is_read_and_written_alike(payload: str) -> None:
    position = POSITIONS[payload]
    assert parse(bytes.fromhex(payload)) == position
    assert encode(position).hex() == payload


@given(places, st.sampled_from((-1, 0, 1)))
def test_what_is_written_is_read(place: Place, side: Side) -> None:
    at, within = place
    position = Position(at, within, side)
    assert parse(encode(position)) == position


@pytest.mark.node
def test_yjs_reads_what_we_write() -> None:
    """It gives back the bytes that it would have written itself."""
    with Judge() as judge:
        written = [encode(position) for position in POSITIONS.values()]
        assert judge.positions(written) == written


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "0001",  # an id without its clock
        "000102",  # no side
        "00010202",  # neither before nor after
        "0001027f",
        "0001020000",  # a byte too much
        "03010200",  # no such kind
        "01056f7468657200",  # the root "other"
        "0101ff00",  # a name that is not UTF-8
        "00ffffffffffffffff7f0200",  # a client beyond what JavaScript counts
        "000180808080800100",  # a clock beyond what Yjs counts
    ],
)
def test_anything_else_is_refused(payload: str) -> None:
    with pytest.raises(Malformed):
        parse(bytes.fromhex(payload))


@given(st.binary(max_size=64))
def test_no_bytes_break_it(payload: bytes) -> None:
    try:
        position = parse(payload)
    except Malformed:
        return
    assert parse(encode(position)) == position

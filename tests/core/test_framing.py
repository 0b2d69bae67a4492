"""Frames as the library of the WebSocket standard's own readers expects them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from collab.framing import Boundaries, framed, short_messages

SHORT = st.binary(max_size=125)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_every_length_has_its_header(length: int) -> None:
    payload = bytes(n % 251 for n in range(length))
    expected = Frame(Opcode.BINARY, payload).serialize(mask=False)
    assert framed(payload) == expected


@given(st.lists(SHORT, min_size=1, max_size=5))
def test_short_messages_of_a_client_are_read(payloads: list[bytes]) -> None:
    assert short_messages(_sent(*payloads)) == payloads


@given(SHORT, SHORT, st.data())
def test_what_is_cut_off_is_left_to_a_complete_reader(
    first: bytes, second: bytes, data: st.DataObject
) -> None:
    sent = _sent(first, second)
    cut = data.draw(st.integers(1, len(_sent(second)) - 1))
    assert short_messages(sent[:-cut]) is None


@pytest.mark.parametrize(
    "other",
    [
        Frame(Opcode.TEXT, b"words").serialize(mask=True),
        Frame(Opcode.PING, b"").serialize(mask=True),
        Frame(Opcode.CLOSE, b"").serialize(mask=True),
        Frame(Opcode.CONT, b"rest").serialize(mask=True),
        Frame(Opcode.BINARY, b"part", fin=False).serialize(mask=True),
        Frame(Opcode.BINARY, bytes(126)).serialize(mask=True),
        bytes.fromhex("c28600000000") + b"packed",
        Frame(Opcode.BINARY, b"bare").serialize(mask=False),
    ],
    ids=["text", "ping", "close", "rest", "part", "long", "packed", "bare"],
)
def test_whatever_else_there_is_is_left_to_a_complete_reader(other: bytes) -> None:
    assert short_messages(_sent(b"letter") + other) is None
    assert short_messages(other + _sent(b"letter")) is None


def _sent(*payloads: bytes) -> bytes:
    frames = [Frame(Opcode.BINARY, one).serialize(mask=True) for one in payloads]
    return b"".join(frames)


FRAMES = st.sampled_from(
    [
        Frame(Opcode.BINARY, b"letter"),
        Frame(Opcode.TEXT, b""),
        Frame(Opcode.PING, b"there?"),
        Frame(Opcode.BINARY, bytes(126)),
        Frame(Opcode.BINARY, bytes(70_000)),
    ]
)
FRAGMENTS = [
    Frame(Opcode.BINARY, b"first", fin=False),
    Frame(Opcode.PING, b"between"),
    Frame(Opcode.CONT, b"last"),
]


@given(st.lists(FRAMES | st.just(FRAGMENTS), max_size=4), st.booleans(), st.randoms())
def test_it_knows_when_no_message_is_under_way(
    messages: list[Frame | list[Frame]], masked: bool, random: Random
) -> None:
    stream, ends = b"", {0}
    for message in messages:
        for frame in message if isinstance(message, list) else [message]:
            stream += frame.serialize(mask=masked)
        ends.add(len(stream))
    near = {end + step for end in ends for step in range(-8, 9)}
    cuts = sorted(cut for cut in near if 0 <= cut <= len(stream))
    boundaries, at = Boundaries(), 0
    for cut in cuts:
        if random.random() < 0.7:
            boundaries.watch(stream[at:cut])
            at = cut
            assert boundaries.between == (cut in ends)

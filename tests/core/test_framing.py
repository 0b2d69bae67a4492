"""Frames as the library of the WebSocket standard's own readers expects them."""

import pytest
from websockets.frames import Frame, Opcode

from collab.framing import framed


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_every_length_has_its_header(length: int) -> None:
    payload = bytes(n % 251 for n in range(length))
    expected = Frame(Opcode.BINARY, payload).serialize(mask=False)
    assert framed(payload) == expected

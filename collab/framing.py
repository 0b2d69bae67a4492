"""One WebSocket message of a server, as bytes (RFC 6455, 5.2). Knows no server."""

from struct import pack
from typing import Final

_BINARY: Final = 0x82
"""The whole message in one frame, of binary data."""


def framed(payload: bytes) -> bytes:
    """Put the header of an unmasked binary message before the payload."""
    length = len(payload)
    if length < 126:
        return bytes((_BINARY, length)) + payload
    if length < 1 << 16:
        return pack(">BBH", _BINARY, 126, length) + payload
    return pack(">BBQ", _BINARY, 127, length) + payload

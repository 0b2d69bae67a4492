"""One WebSocket message of a server, and short ones of a client, as bytes.

Source: RFC 6455, 5.2. Knows no server and no connection.
"""

from struct import pack
from typing import Final

_BINARY: Final = 0x82
"""The whole message in one frame, of binary data, with no extension at work."""
_MASKED: Final = 0x80
_HEADER: Final = 6
"""Bytes before the payload of a short masked message: the mask is the last four."""


def framed(payload: bytes) -> bytes:
    """Put the header of an unmasked binary message before the payload."""
    length = len(payload)
    if length < 126:
        return bytes((_BINARY, length)) + payload
    if length < 1 << 16:
        return pack(">BBH", _BINARY, 126, length) + payload
    return pack(">BBQ", _BINARY, 127, length) + payload


def short_messages(data: bytes) -> list[bytes] | None:
    """Give the payloads of what came, if it is whole short binary messages alone.

    Masked, as a client must. Anything else is None, and for a complete reader.
    """
    found = []
    at, end = 0, len(data)
    while at < end:
        start = at + _HEADER
        if start > end or data[at] != _BINARY:
            return None
        length = data[at + 1] - _MASKED
        at = start + length
        if not 0 <= length < 126 or at > end:
            return None
        found.append(_unmasked(data[start:at], data[start - 4 : start]))
    return found


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    length = len(payload)
    whole = (mask * (length // 4 + 1))[:length]
    bare = int.from_bytes(payload, "little") ^ int.from_bytes(whole, "little")
    return bare.to_bytes(length, "little")


class Boundaries:
    """Watches a stream of frames that somebody else reads: is a message under way?

    Knows what RFC 6455 says of lengths and fragments, and judges nothing.
    """

    def __init__(self) -> None:
        self._header = b""
        self._rest = 0
        self._fragments = False

    @property
    def between(self) -> bool:
        """Whether whatever comes next begins a message."""
        return not (self._header or self._rest or self._fragments)

    def watch(self, data: bytes) -> None:
        """Take note of what came."""
        at, end = 0, len(data)
        while at < end:
            if self._rest:
                step = min(self._rest, end - at)
                self._rest -= step
                at += step
                continue
            self._header += data[at : at + 1]
            at += 1
            if len(self._header) == _header_size(self._header):
                self._begin()

    def _begin(self) -> None:
        header, self._header = self._header, b""
        length, masked = header[1] & 0x7F, header[1] & _MASKED
        size = {126: 2, 127: 8}.get(length, 0)
        self._rest = int.from_bytes(header[2 : 2 + size]) if size else length
        self._rest += 4 if masked else 0
        if header[0] & 0x0F < 8:
            self._fragments = not header[0] & 0x80


def _header_size(header: bytes) -> int:
    """Tell how long a header is without its mask, of which this is the beginning."""
    if len(header) < 2:
        return 2
    return 2 + {126: 2, 127: 8}.get(header[1] & 0x7F, 0)

"""The hash chain over a log: shows that no entry of it was changed afterwards.

Each link is SHA-256 (FIPS 180-4) over the link before it and all that an update row
says. Knows neither where rows lie nor who may see them.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

START: Final = bytes(32)
"""What the first entry of every log follows."""

_ENTRY: Final = struct.Struct(">16sQQq?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a link vouches for; `at` is milliseconds since 1970, in UTC."""

    seq: int
    author: int | None
    at: int
    recovered: bool
    payload: bytes


def link(before: bytes, document: UUID, entry: Entry) -> bytes:
    """Give the 32 bytes that follow `before` by this entry."""
    head = _ENTRY.pack(
        document.bytes, entry.seq, entry.author or 0, entry.at, entry.recovered
    )
    return sha256(before + head + entry.payload).digest()


def linked(before: bytes, document: UUID, entries: Iterable[Entry]) -> bytes:
    """Give the link after all these entries, in order."""
    for entry in entries:
        before = link(before, document, entry)
    return before

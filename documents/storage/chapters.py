"""Chapters: neighbouring entries of a log packed losslessly into few bytes.

A format byte, then one zstd frame (RFC 8878) over columns: authors, times, payloads.
Knows neither where chapters lie nor which entries are old enough for one.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import zstandard

from documents.storage.chain import Entry
from documents.storage.numbers import folded, uints, unfolded, write_uints
from documents.storage.transposing import lay, lift
from documents.yjs.lib0 import MAX_SAFE, Malformed, Reader, Writer

__all__ = [
    "BEGINNING",
    "MOST_BYTES",
    "MOST_ENTRIES",
    "Malformed",
    "pack",
    "size",
    "unpack",
]

FORMAT: Final = 1
LEVEL: Final = 19
"""Packing has all the time; reading takes the same at every level."""
MOST_ENTRIES: Final = 65_536
"""How many entries a chapter may say that it holds."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""What a chapter may come to before zstd: a bound for whoever unpacks it."""
BEGINNING: Final = 19
"""So many bytes of a chapter tell how much it comes to: the head of a frame has 18."""

_BYTE: Final = 256


def pack(entries: Sequence[Entry]) -> bytes:
    """Pack entries that follow one another.

    Raises ValueError where there are none or too many, where a seq is missing, or
    where a number is negative or above 2**53 - 2.
    """
    writer = Writer()
    _check(entries)
    writer.uint(len(entries))
    writer.uint(entries[0].seq)
    owners = _write_people(writer, entries)
    _write_times(writer, [entry.at for entry in entries])
    lay(writer, [entry.payload for entry in entries], owners)
    if len(writer.data) > MOST_BYTES:
        raise ValueError("too large for one chapter")
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    return bytes([FORMAT]) + compressor.compress(writer.finish())


def unpack(body: bytes) -> list[Entry]:
    """Give the entries of a chapter again.

    Raises Malformed for anything that `pack` would not write, and takes no more
    memory than a chapter may.
    """
    reader = Reader(_decompressed(body))
    start = reader.at
    count = reader.uint(MOST_ENTRIES)
    first = reader.uint(MAX_SAFE - count)
    if not count:
        raise Malformed("empty chapter", start)
    people, owners = _read_people(reader, count)
    times = _read_times(reader, count)
    payloads = lift(reader, owners)
    reader.finish()
    found = []
    rows = zip(owners, times, payloads, strict=True)
    for seq, (who, at, payload) in enumerate(rows, first):
        author, recovered = people[who]
        found.append(Entry(seq, author, at, recovered, payload))
    return found


def size(beginning: bytes) -> int:
    """Tell how many bytes a chapter comes to before zstd, by its beginning.

    One that is damaged may come to the most that one may.
    """
    try:
        found = zstandard.frame_content_size(beginning[1:])
    except zstandard.ZstdError:
        return MOST_BYTES
    return found if 0 <= found <= MOST_BYTES else MOST_BYTES


def _decompressed(body: bytes) -> bytes:
    if body[:1] != bytes([FORMAT]):
        raise Malformed("unknown format of chapter", 0)
    try:
        size = zstandard.frame_content_size(body[1:])
        # zstd would take the frame's word for its size, whatever it is.
        if not 0 <= size <= MOST_BYTES:
            raise Malformed("chapter out of bounds", 1)
        decompressor = zstandard.ZstdDecompressor()
        return decompressor.decompress(body[1:], allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Malformed(f"not zstd ({error})", 1) from None


def _check(entries: Sequence[Entry]) -> None:
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise ValueError(f"a chapter of {len(entries)} entries")
    for seq, entry in enumerate(entries, entries[0].seq):
        if entry.seq != seq:
            raise ValueError(f"entry {seq} is missing")
        for number in (seq, entry.at, entry.author or 0):
            if not 0 <= number < MAX_SAFE:
                raise ValueError(f"entry {seq} holds a number out of range")


# Columns

Person = tuple[int | None, bool]
"""An author, and whether what they sent was recovered."""


def _write_people(writer: Writer, entries: Sequence[Entry]) -> list[int]:
    """Write who wrote each entry; give it as places in a table of people."""
    people: dict[Person, int] = {}
    owners = [
        people.setdefault((entry.author, entry.recovered), len(people))
        for entry in entries
    ]
    writer.uint(len(people))
    for author, recovered in people:
        writer.byte(recovered)
        writer.uint(0 if author is None else author + 1)
    write_uints(writer, owners)
    return owners


def _read_people(reader: Reader, count: int) -> tuple[list[Person], list[int]]:
    people = [_read_person(reader) for _ in range(reader.uint(count))]
    if not people:
        raise Malformed("nobody wrote it", reader.at)
    return people, uints(reader, count, len(people) - 1)


def _read_person(reader: Reader) -> Person:
    recovered = reader.uint(1) == 1
    author = reader.uint()
    return author - 1 if author else None, recovered


def _write_times(writer: Writer, times: Sequence[int]) -> None:
    """Write the first time and the steps, whose lowest bytes are noise, apart."""
    steps = [at - before for before, at in pairwise(times)]
    writer.uint(times[0])
    writer.raw(bytes(step % _BYTE for step in steps))
    write_uints(writer, (folded(step // _BYTE) for step in steps))


def _read_times(reader: Reader, count: int) -> list[int]:
    start = reader.at
    times = [reader.uint()]
    noise = reader.take(count - 1)
    rest = uints(reader, count - 1)
    for low, high in zip(noise, rest, strict=True):
        times.append(times[-1] + unfolded(high) * _BYTE + low)
    if min(times) < 0 or max(times) > MAX_SAFE:
        raise Malformed("time out of range", start)
    return times

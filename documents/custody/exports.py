"""One file that holds a whole log: records in a zstd frame, sealed by SHA-256.

A line with the version, one zstd frame (RFC 8878) of records, each after its length,
and the SHA-256 of all bytes before it. The seal shows damage, not forgery.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import SEEK_END, BufferedReader, RawIOBase
from typing import IO, BinaryIO, Final, cast

import zstandard

from documents.custody.records import Form, Record
from documents.yjs.lib0 import Malformed, Reader, Writer

FIRST_LINE: Final = b"palimpsest log 1\n"
_NAME: Final = b"palimpsest log "
LEVEL: Final = 10
_WINDOW: Final = 1 << 23
"""What reading may take: twice what this level asks for."""
_SEAL: Final = 32
_BLOCK: Final = 1 << 18


class Damaged(Exception):
    """The file is no export, was cut short or changed, or is too new."""


def write(out: BinaryIO, records: Iterable[Record]) -> None:
    """Write a file; the same records always give the same bytes."""
    seal = sha256()

    def put(data: bytes) -> None:
        seal.update(data)
        out.write(data)

    put(FIRST_LINE)
    packing = zstandard.ZstdCompressor(level=LEVEL).compressobj()
    form = Form()
    for record in records:
        body = form.encode(record)
        length = Writer()
        length.uint(len(body))
        put(packing.compress(length.finish() + body))
    put(packing.flush())
    out.write(seal.digest())


def check(source: BinaryIO) -> None:
    """Raise Damaged unless a file is an export, of this version, and whole."""
    source.seek(0)
    line = source.readline(len(FIRST_LINE) + 8)
    if not line.startswith(_NAME):
        raise Damaged("this is not an exported log")
    if line != FIRST_LINE:
        version = line[len(_NAME) :].strip()
        raise Damaged(f"version {version!r}, made by a later Palimpsest")
    seal = sha256(line)
    body = _Body(source)
    while block := body.read(_BLOCK):
        seal.update(block)
    if source.read(_SEAL) != seal.digest():
        raise Damaged("the file was cut short or changed: its seal is wrong")


class _Body:
    """What stands in a file between the first line and the seal."""

    def __init__(self, source: BinaryIO) -> None:
        size = source.seek(0, SEEK_END)
        source.seek(len(FIRST_LINE))
        self._source = source
        self._left = max(0, size - len(FIRST_LINE) - _SEAL)

    def read(self, size: int = -1) -> bytes:
        found = self._source.read(min(self._left, size) if size >= 0 else self._left)
        self._left -= len(found)
        return found


def read(source: BinaryIO, longest: int) -> Iterator[Record]:
    """Read the records of a checked file, none longer than so many bytes.

    Raises Damaged. Memory is bounded, whatever the file says.
    """
    unpacking = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
        cast("IO[bytes]", _Body(source)), read_across_frames=True
    )
    stream = BufferedReader(cast("RawIOBase", unpacking), _BLOCK)
    form = Form()
    count = 1
    try:
        while (body := _body(stream, longest)) is not None:
            yield form.decode(body)
            count += 1
    except (Malformed, zstandard.ZstdError) as error:
        raise Damaged(f"record {count}: {error}") from None


def _body(stream: IO[bytes], longest: int) -> bytes | None:
    """Read the next record; None at the end."""
    length = b""
    while not length or length[-1] >= 128:
        byte = stream.read(1)
        if not byte:
            if length:
                raise Malformed("unexpected end", 0)
            return None
        length += byte
        if len(length) > 8:
            raise Malformed("number too long", 0)
    size = Reader(length).uint()
    if size > longest:
        raise Malformed(f"a record of {size} bytes, over {longest}", 0)
    body = stream.read(size)
    if len(body) < size:
        raise Malformed("unexpected end", len(body))
    return body

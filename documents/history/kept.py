"""What is kept of a log's columns, as bytes in one row of Postgres.

Knows the form only, not where it is kept.
"""

from typing import Final, NamedTuple

from documents.history import columns as columning
from documents.history import stamps as stamping
from documents.history.columns import EMPTY, Columns
from documents.yjs.lib0 import Malformed, Reader, Writer

FORM: Final = 5
"""To be raised when the same log gives other columns than before."""


class Kept(NamedTuple):
    """Columns, and up to which row it was found what carries what."""

    columns: Columns
    traced: int


NOTHING: Final = Kept(EMPTY, 0)


def pack(kept: Kept) -> bytes:
    """Write what is to be kept."""
    writer = Writer()
    writer.uint(FORM)
    writer.uint(kept.traced)
    writer.raw(columning.encode(kept.columns))
    return writer.finish()


def unpack(body: bytes | None) -> Kept:
    """Read what was kept; nothing is what cannot be read, or is in another form."""
    try:
        reader, traced = _begun(body)
        return Kept(columning.decode(reader.data[reader.at :]), traced)
    except Malformed:
        return NOTHING


def split(body: bytes | None) -> tuple[bytes | None, int]:
    """Take what was kept apart, unread: the columns, and how far they are traced."""
    try:
        reader, traced = _begun(body)
        return reader.data[reader.at :], traced
    except Malformed:
        return None, 0


def writers(body: bytes | None) -> tuple[int, set[int]]:
    """Read the last row and who wrote; row 0 and nobody of what cannot be read."""
    try:
        return stamping.writers(_begun(body)[0])
    except Malformed:
        return 0, set()


def traced(body: bytes | None) -> int:
    """Read, of the beginning alone, up to which row it was found what carries what."""
    try:
        return _begun(body)[1]
    except Malformed:
        return 0


def _begun(body: bytes | None) -> tuple[Reader, int]:
    reader = Reader(body or b"")
    if reader.uint() != FORM:
        raise Malformed("another form", 0)
    return reader, reader.uint()

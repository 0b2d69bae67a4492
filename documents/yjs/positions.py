"""The relative position of Yjs: a place in a text that moves along with what it is at.

Knows the bytes of `Y.encodeRelativePosition`, not whether any log has such an id.
"""

from dataclasses import dataclass
from typing import Final, Literal

from documents.yjs.composing import ROOT
from documents.yjs.lib0 import MAX_CLOCK, Malformed, Reader, Writer
from documents.yjs.updates import ClientId, Id

Side = Literal[-1, 0, 1]
"""Which neighbour it stays with: the one before it (-1), or the one after."""

_AT, _END_OF_ROOT, _END_OF_TYPE = range(3)
_SIDES: Final[dict[int, Side]] = {-1: -1, 0: 0, 1: 1}


@dataclass(frozen=True, slots=True)
class Position:
    """Beside the letter or node `at`; else at an end of a type, or of the root."""

    at: Id | None
    within: Id | None
    side: Side


def parse(payload: bytes) -> Position:
    """Read a position. Raises Malformed for what Yjs would not write of our root."""
    reader = Reader(payload)
    at = within = None
    kind = reader.uint(_END_OF_TYPE)
    if kind == _AT:
        at = _read_id(reader)
    elif kind == _END_OF_TYPE:
        within = _read_id(reader)
    elif reader.text() != ROOT:
        raise Malformed("no such root", reader.at)
    start = reader.at
    side = _SIDES.get(reader.sint())
    if side is None:
        raise Malformed("neither before nor after", start)
    reader.finish()
    return Position(at, within, side)


def encode(position: Position) -> bytes:
    """Write a position as Yjs does."""
    writer = Writer()
    if position.at is not None:
        writer.byte(_AT)
        _write_id(writer, position.at)
    elif position.within is not None:
        writer.byte(_END_OF_TYPE)
        _write_id(writer, position.within)
    else:
        writer.byte(_END_OF_ROOT)
        writer.text(ROOT)
    writer.sint(position.side)
    return writer.finish()


def _read_id(reader: Reader) -> Id:
    return ClientId(reader.uint()), reader.uint(MAX_CLOCK)


def _write_id(writer: Writer, identity: Id) -> None:
    writer.uint(identity[0])
    writer.uint(identity[1])

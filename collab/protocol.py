"""The frames of the wire, as docs/protocol.md writes them.

Bytes to frames and back, nothing else: it knows no socket and no document, and does
not look into updates. The first eight frames are y-protocols'; the others are spoken
only with clients that offered the subprotocol PALIMPSEST.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from collab.framing import framed
from documents.wording import KEY
from documents.yjs.lib0 import Malformed, Reader, uint

PALIMPSEST: Final = "palimpsest.1"
_KEY: Final = re.compile(KEY)
_SHORT_CHANGE: Final = b"\x00\x02"


class Close(IntEnum):
    """Close codes; y-websocket does not reconnect after 4400 to 4499."""

    MALFORMED = 4400
    NOT_SIGNED_IN = 4401
    NO_RIGHT = 4403
    NO_DOCUMENT = 4404
    ENDED = 4410
    TOO_LARGE = 4413
    TOO_MANY = 4429
    TRY_LATER = 4503


@dataclass(frozen=True, slots=True)
class Step1:
    """What the sender has."""

    state_vector: bytes


@dataclass(frozen=True, slots=True)
class Step2:
    """What the receiver lacks."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One live update."""

    update: bytes


@dataclass(frozen=True, slots=True)
class Awareness:
    """Carets and selections."""

    awareness: bytes


@dataclass(frozen=True, slots=True)
class Denied:
    """What was sent may not be written."""

    reason: str


@dataclass(frozen=True, slots=True)
class QueryAwareness:
    """A wish to hear all awareness states."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The client holds the log of this epoch up to the cursor."""

    epoch: int
    cursor: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who the client is here, and where the log stands."""

    json: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows first..last of the log, merged into one update."""

    first: int
    last: int
    update: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The client's first `durable` update frames are committed."""

    durable: int
    head: int


@dataclass(frozen=True, slots=True)
class Head:
    """What the log holds at seq."""

    seq: int
    state_vector: bytes


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is here."""

    json: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know."""

    kind: str
    json: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Activity:
    """The person did something."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the document's chat; the same key is the same message."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Unsay:
    """A wish to take a message of the chat back."""

    number: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the chat, as it is stored."""

    json: Mapping[str, object]


Spoken = Say | Unsay | Said
Palimpsest = Resume | Welcome | Stretch | Receipt | Head | Roster | Notice | Activity
Frame = (
    Step1 | Step2 | Change | Awareness | Denied | QueryAwareness | Palimpsest | Spoken
)
FromClient = (
    Step1
    | Step2
    | Change
    | Awareness
    | QueryAwareness
    | Resume
    | Activity
    | Say
    | Unsay
)


def decode(payload: bytes) -> FromClient:
    """Read a frame that a client may send.

    Raises Malformed for bytes that are none, or that have bytes after their end.
    """
    reader = Reader(payload)
    frame = _read(reader, reader.uint())
    reader.finish()
    return frame


def short_change(payload: bytes) -> bytes | None:
    """Give the update of a frame Change that is short, None for whatever else it is."""
    size = len(payload) - len(_SHORT_CHANGE) - 1
    if payload.startswith(_SHORT_CHANGE) and 0 <= size < 128 and payload[2] == size:
        return payload[3:]
    return None


def _read(reader: Reader, kind: int) -> FromClient:
    match kind:
        case 0:
            return _read_sync(reader)
        case 1:
            return Awareness(reader.blob())
        case 3:
            return QueryAwareness()
        case 16:
            return Resume(reader.uint(), reader.uint())
        case 23:
            return Activity()
        case 24:
            return Say(_read_key(reader), reader.text())
        case 25:
            return Unsay(reader.uint())
        case _:
            raise Malformed("no client sends such a frame", 0)


def _read_sync(reader: Reader) -> FromClient:
    match reader.uint():
        case 0:
            return Step1(reader.blob())
        case 1:
            return Step2(reader.blob())
        case 2:
            return Change(reader.blob())
        case _:
            raise Malformed("unknown sync step", 1)


def _read_key(reader: Reader) -> str:
    key = reader.text()
    if not _KEY.fullmatch(key):
        raise Malformed("no key of a message", reader.at)
    return key


def encode(frame: Frame) -> bytes:
    """Write a frame."""
    match frame:
        case Step1(state_vector):
            return b"\x00\x00" + _blob(state_vector)
        case Step2(update):
            return b"\x00\x01" + _blob(update)
        case Change(update):
            return b"\x00\x02" + _blob(update)
        case Awareness(awareness):
            return b"\x01" + _blob(awareness)
        case Denied(reason):
            return b"\x02\x00" + _blob(reason.encode())
        case QueryAwareness():
            return b"\x03"
        case Say(key, text):
            return b"\x18" + _blob(key.encode()) + _blob(text.encode())
        case Unsay(number):
            return b"\x19" + uint(number)
        case Said(message):
            return b"\x1a" + _json(message)
        case _:
            return _write_palimpsest(frame)


def as_message(frame: Frame) -> bytes:
    """Write a frame as the WebSocket message that it goes out as, to however many."""
    return framed(encode(frame))


def _write_palimpsest(frame: Palimpsest) -> bytes:
    match frame:
        case Resume(epoch, cursor):
            return b"\x10" + uint(epoch) + uint(cursor)
        case Welcome(content):
            return b"\x11" + _json(content)
        case Stretch(first, last, update):
            return b"\x12" + uint(first) + uint(last) + _blob(update)
        case Receipt(durable, head):
            return b"\x13" + uint(durable) + uint(head)
        case Head(seq, state_vector):
            return b"\x14" + uint(seq) + _blob(state_vector)
        case Roster(people):
            return b"\x15" + _json(people)
        case Notice(kind, content):
            return b"\x16" + _blob(kind.encode()) + _json(content)
        case Activity():
            return b"\x17"


def _blob(content: bytes) -> bytes:
    return uint(len(content)) + content


def _json(content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _blob(text.encode())

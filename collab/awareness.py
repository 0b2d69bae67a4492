"""The y-protocols awareness message: carets and selections, read within bounds.

Pure. Knows the message, and the one field of a state that the server overwrites. Knows
nothing of who may speak for which client: the caller says whose states it wants.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from documents.yjs.lib0 import MAX_CLOCK, MAX_SAFE, Malformed, Reader, Writer

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

ENTRIES: Final = 2000
"""Stock clients repeat everybody's: twice what one process lets into a document."""
STATES: Final = 100
"""States that one message may set: a client has one, a bridge for others a few."""
DEPTH: Final = 20
"""Nesting of one state; a caret takes four."""

_COMPACT: Final = json.JSONEncoder(
    allow_nan=False, separators=(",", ":"), ensure_ascii=False
)
_ESCAPED: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_HALF_PAIR: Final = re.compile("[\\ud800-\\udfff]")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""Matches an unclosed string too, so that no input is scanned twice."""
_EXACT_DIGITS: Final = 15
"""Integers up to so many digits are the same in JavaScript; longer ones are floats."""


class TooLarge(Malformed):
    """A state, or all of them, beyond what one message may hold."""


@dataclass(frozen=True, slots=True)
class State:
    """What one Yjs client shows of itself at `clock`; None when it went away."""

    client: int
    clock: int
    state: dict[str, Json] | None

    def dump(self) -> str:
        """Write the state as JSON that JavaScript reads alike."""
        text = _COMPACT.encode(self.state)
        # Half a surrogate pair cannot be told in UTF-8, only as an escape.
        return _ESCAPED.encode(self.state) if _HALF_PAIR.search(text) else text


def everyone(_client: int) -> bool:
    """Accept every client's state."""
    return True


def parse(
    payload: bytes, size: int, mine: Callable[[int], bool] = everyone
) -> list[State]:
    """Read the states of those clients that `mine` accepts.

    Others are skipped unread: stock clients repeat everybody's. Raises Malformed, and
    TooLarge for a state of more than `size` bytes. Source: y-protocols awareness.js.
    """
    reader = Reader(payload)
    states: list[State] = []
    shown = 0
    for _ in range(reader.uint(ENTRIES)):
        client, clock = reader.uint(), reader.uint(MAX_CLOCK)
        start, text = reader.at, reader.blob()
        if not mine(client):
            continue
        if text == b"null":
            # Stock clients repeat the going of hundreds, too.
            states.append(State(client, clock, None))
            continue
        shown += 1
        if len(text) > size or shown > STATES:
            raise TooLarge("awareness too large", start)
        states.append(State(client, clock, _read(text, start)))
    reader.finish()
    return states


def encode(states: Iterable[State]) -> bytes:
    """Write an awareness message."""
    entries, writer = list(states), Writer()
    writer.uint(len(entries))
    for entry in entries:
        writer.uint(entry.client)
        writer.uint(entry.clock)
        writer.text(entry.dump())
    return writer.finish()


def stamp(state: State, user: Mapping[str, Json]) -> State:
    """Put the server's word on who this is in place of the client's.

    A `cursor` that is not a pair of relative positions becomes null: Yjs throws on some
    of them in everybody else's editor. All other fields stay.
    """
    if state.state is None:
        return state
    stamped = {**state.state, "user": dict(user)}
    if "cursor" in stamped and not _is_cursor(stamped["cursor"]):
        stamped["cursor"] = None
    return replace(state, state=stamped)


def load(text: str | bytes) -> dict[str, Json] | None:
    """Read a state that `State.dump` wrote. Raises Malformed."""
    return _read(text.encode() if isinstance(text, str) else text, 0)


def _read(content: bytes, at: int) -> dict[str, Json] | None:
    try:
        text = content.decode()
        if _depth(text) > DEPTH:
            raise Malformed("nested too deep", at)
        state = json.loads(
            text, parse_int=_integer, parse_float=_finite, parse_constant=_finite
        )
    except (json.JSONDecodeError, UnicodeDecodeError, OverflowError):
        raise Malformed("state is not JSON", at) from None
    if state is not None and not isinstance(state, dict):
        raise Malformed("state is not an object", at)
    return state


def _depth(text: str) -> int:
    """Count how deep brackets nest outside strings, before a parser recurses."""
    deepest = depth = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _EXACT_DIGITS else _finite(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise OverflowError(digits)
    return number


def _is_cursor(cursor: Json) -> bool:
    if cursor is None:
        return True
    if not isinstance(cursor, dict):
        return False
    return _is_position(cursor.get("anchor")) and _is_position(cursor.get("head"))


def _is_position(position: Json) -> bool:
    """Tell whether Yjs' createRelativePositionFromJSON makes sense of it."""
    if not isinstance(position, dict):
        return False
    name, side = position.get("tname"), position.get("assoc")
    return (
        _is_id(position.get("type"))
        and _is_id(position.get("item"))
        and (name is None or isinstance(name, str))
        and (side is None or _is_int(side, -MAX_SAFE, MAX_SAFE))
    )


def _is_id(value: Json) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict):
        return False
    return _is_int(value.get("client"), 0, MAX_SAFE) and _is_int(
        value.get("clock"), 0, MAX_CLOCK
    )


def _is_int(value: Json, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most

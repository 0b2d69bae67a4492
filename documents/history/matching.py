"""Long equal stretches of two texts, found by blocks as rsync does (Tridgell, 1999).

Costs as much as both texts are long together. Knows nothing of ids.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

_TRIED: Final = 16
"""How many places of one block are tried: more are of a text that repeats itself."""

_PIECE: Final = 64
"""Units compared at once: a try costs what it finds, and no more than two of these."""


class Match(NamedTuple):
    """Units that are equal: from `at` in one text, from `place` in the other."""

    at: int
    place: int
    length: int


def matches(text: str, other: str, least: int) -> Iterator[Match]:
    """Equal stretches of at least so many units, apart in `text` and in its order."""
    size = least // 2
    blocks: dict[str, list[int]] = {}
    for place in range(0, len(other) - size + 1, size):
        blocks.setdefault(other[place : place + size], []).append(place)
    at = done = 0
    while blocks and at + size <= len(text):
        places = blocks.get(text[at : at + size])
        if places is None:
            at += 1
            continue
        tries = [Match(at, place, size) for place in places[-_TRIED:]]
        found = [_stretched(text, other, each, done) for each in tries]
        best = max(found, key=_length)
        if best.length >= least:
            yield best
            at = done = best.at + best.length
        else:
            at += 1


def _length(match: Match) -> int:
    return match.length


def _stretched(text: str, other: str, match: Match, floor: int) -> Match:
    """As far to both sides as the texts are equal; not before `floor` in the first."""
    at, place, length = match
    while at > floor and place > 0 and text[at - 1] == other[place - 1]:
        at, place, length = at - 1, place - 1, length + 1
    length += _equal(text, at + length, other, place + length)
    return Match(at, place, length)


def _equal(text: str, at: int, other: str, place: int) -> int:
    """How many units are equal from there on."""
    length = 0
    while True:
        piece = text[at + length : at + length + _PIECE]
        another = other[place + length : place + length + _PIECE]
        if not piece or piece != another:
            break
        length += len(piece)
    for one, other_one in zip(piece, another, strict=False):
        if one != other_one:
            break
        length += 1
    return length

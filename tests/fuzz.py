"""Frames as an attacker would make them: real ones, damaged; and noise. Seeded."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final

from collab.awareness import Json, State
from collab.awareness import encode as encode_states
from collab.protocol import (
    Activity,
    Awareness,
    Change,
    QueryAwareness,
    Resume,
    Step1,
    Step2,
    encode,
)
from documents.yjs.updates import ClientId, encode_state_vector, parse

HUGE: Final = [
    bytes.fromhex(text)
    for text in ("80", "ff7f", "ffffffff0f", "80808080808080", "ffffffffffffff0f", "7f")
]


def honest(rows: Sequence[bytes]) -> list[bytes]:
    """Frames of every kind that a client may send, around real updates."""
    caret: dict[str, Json] = {
        "anchor": {"tname": "default"},
        "head": {"tname": "default"},
    }
    state = State(77, 3, {"user": {"name": "Ana"}, "cursor": caret})
    vectors = [
        encode_state_vector(dict.fromkeys(parse(row).structs, 9) | {ClientId(5): 2})
        for row in rows[:20]
    ]
    return [
        *(encode(Change(row)) for row in rows),
        *(encode(Step2(row)) for row in rows[::3]),
        *(encode(Step1(vector)) for vector in vectors),
        *[encode(Awareness(encode_states([state, state][: n % 3]))) for n in range(30)],
        encode(QueryAwareness()),
        encode(Resume(1, 4)),
        encode(Activity()),
    ]


def damaged(random: Random, frames: Sequence[bytes]) -> Iterator[bytes]:
    """Damage for ever."""
    while True:
        frame = bytearray(random.choice(frames))
        for _ in range(random.choice((1, 1, 1, 2, 5))):
            random.choice(DAMAGES)(random, frame, frames)
        yield bytes(frame)


Damage = Callable[[Random, bytearray, Sequence[bytes]], None]


def _flip(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    if frame:
        frame[random.randrange(len(frame))] = random.randrange(256)


def _nudge(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    if frame:
        at = random.randrange(len(frame))
        frame[at] = (frame[at] + random.choice((-1, 1))) % 256


def _truncate(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    del frame[random.randrange(len(frame) + 1) :]


def _drop(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    at = random.randrange(len(frame) + 1)
    del frame[at : at + random.randrange(1, 5)]


def _inflate(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    at = random.randrange(len(frame) + 1)
    frame[at : at + 1] = random.choice(HUGE)


def _splice(random: Random, frame: bytearray, others: Sequence[bytes]) -> None:
    other = random.choice(others)
    frame[random.randrange(len(frame) + 1) :] = other[random.randrange(len(other)) :]


def _repeat(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    at = random.randrange(len(frame) + 1)
    frame[at:at] = frame[at : at + random.randrange(1, 9)]


def _inside(random: Random, frame: bytearray, others: Sequence[bytes]) -> None:
    """Damage the update and not the frame around it, so that it is looked at."""
    if frame[:1] != b"\x00" or len(frame) < 4:
        return
    content = bytearray(frame[3:] if frame[2] < 128 else frame[4:])
    random.choice((_flip, _nudge, _drop, _inflate, _repeat))(random, content, others)
    frame[:] = encode((Change, Step2)[random.randrange(2)](bytes(content)))


def _noise(random: Random, frame: bytearray, _: Sequence[bytes]) -> None:
    frame[:] = bytes((random.choice((0, 0, 0, 1, 2, 3, 16, 23)),))
    frame += random.randbytes(random.randrange(40))


DAMAGES: Final[list[Damage]] = [
    _flip,
    _nudge,
    _truncate,
    _drop,
    _inflate,
    _splice,
    _repeat,
    _noise,
    *[_inside] * 8,
]

"""Equal stretches of two texts are found, and cost what they are long."""

from random import Random
from typing import SupportsIndex

import pytest
from typing_extensions import override

from documents.history.matching import Match, matches

LEAST = 8


class Counted(str):
    """A text that counts the units that are read of it."""

    __slots__ = ("read",)

    def __init__(self, _: str) -> None:
        self.read = 0

    @override
    def __getitem__(self, key: SupportsIndex | slice) -> str:
        found = super().__getitem__(key)
        self.read += len(found)
        return found


def read(text: str, other: str) -> tuple[list[Match], int]:
    """What is found, and how many units are read for it."""
    counted, more = Counted(text), Counted(other)
    return list(matches(counted, more, LEAST)), counted.read + more.read


def test_what_is_found_is_equal_and_as_long_as_it_can_be() -> None:
    random = Random(4)
    for length in (0, 1, 63, 64, 65, 128, 200):
        words = "".join(chr(200 + random.randrange(9999)) for _ in range(length))
        found, _ = read(f"ab{words}c", f"-{words}ef")
        assert found == [Match(2, 1, length)] * (length >= LEAST)


@pytest.mark.parametrize(
    ("part", "other"),
    [("abcdé", "abcd----"), ("ab", "ab"), ("a", "a"), ("abcdefgh", "abcdefg-")],
)
def test_texts_that_repeat_themselves_are_read_in_proportion(
    part: str, other: str
) -> None:
    few, many = (read(part * n, other * n)[1] for n in (500, 4000))
    assert many <= 9 * few


def test_nothing_is_read_where_there_is_nothing_to_find() -> None:
    assert read("ab" * 500, "aba") == ([], 0)

"""History that somebody crafted: twice as much of it takes about twice the work.

Work is counted in calls of functions, which no busy machine changes.
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from documents.history.carries.tracing import Tracing
from documents.history.columns import EMPTY, grown
from documents.history.laid import Laid
from documents.yjs.merging import merge, squash
from tests.core.hands import Hands

ANA, BEN = 1, 2
MORE = 4
"""How many times the work is done."""
ALLOWED = 1.5 * MORE
"""How many times the calls it may take: what looks things up takes its logarithm."""


def calls(hands: Hands) -> int:
    """How many functions are called to find what carries what in a log."""
    laid = Laid(squash(merge(hands.updates)))
    tracing = Tracing(grown(EMPTY, hands.entries), laid, 0)
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        tracing.go_on()
    finally:
        sys.setprofile(before)
    return counted


def declared(size: int) -> Hands:
    """Each of many entries declares the same ids, laid in letters, as a whole."""
    hands = Hands()
    first = hands.text(ANA, "a" * size, hands.paragraph(ANA))
    hands.row(ANA)
    hands.delete(first, size)
    text = hands.paragraph(BEN)
    letters = [hands.text(BEN, "a", text)]
    for _ in range(size - 1):
        letters.append(hands.text(BEN, "a", text, right=letters[-1]))
    hands.declare(BEN, text, *[(letters[0], size, first)] * size)
    hands.row(BEN)
    return hands


SHAPES: list[Callable[[int], Hands]] = [declared]


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_what_was_crafted(shape: Callable[[int], Hands]) -> None:
    few, many = calls(shape(40)), calls(shape(MORE * 40))
    assert many < ALLOWED * few

"""Walking along a document from any parent meets what reading all of it meets."""

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from documents.history.carries.along import Along
from documents.history.layout import Layout, laid_out
from documents.history.sequence import Parent
from documents.yjs.merging import merge, squash
from tests.core.hands import Hands
from tests.core.logs import random_log

RANDOMS = st.integers(0, 2**32 - 1).map(Random)


def read(layout: Layout) -> list[Parent]:
    """The parents of a document in the order in which they begin."""
    return list(dict.fromkeys(spot.parent for spot in layout.spots))


@given(RANDOMS)
def test_both_directions_meet_what_is_wanted_in_order(random: Random) -> None:
    layout = laid_out(squash(merge(random_log(random, 40))))
    parents = read(layout)
    wanted = [parent for parent in parents if random.random() < 0.7]
    for steps in (0, 1):  # by steps, and all at once
        for at, parent in enumerate(wanted):
            along = Along(layout, set(wanted).__contains__)
            for _ in range(steps * (len(layout.spots) + 1)):
                assert list(along.after(parent)) == wanted[at + 1 :]
            assert list(along.after(parent)) == wanted[at + 1 :]
            assert list(along.before(parent)) == wanted[:at][::-1]


def test_walking_costs_no_more_than_reading_all() -> None:
    layout = laid_out(squash(merge(random_log(Random(1), 40))))
    parents, asked = read(layout), 0

    def is_wanted(_: Parent) -> bool:
        nonlocal asked
        asked += 1
        return True

    along = Along(layout, is_wanted)
    for _ in range(10):
        for parent in parents:
            list(along.after(parent))
            list(along.before(parent))
    assert len(parents) > 1
    assert asked <= 3 * len(layout.spots)


class Counted(list[str]):
    """Roots that count those that are read of them."""

    read = 0

    @override
    def index(self, *given: Any) -> int:
        found = super().index(*given)
        self.read += found + 1
        return found

    @override
    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self.read += len(found) if isinstance(key, slice) else 1
        return found


def test_a_step_from_root_to_root_costs_the_same_among_many() -> None:
    hands = Hands()
    for number in range(200):
        hands.text(1, "x", f"root {number:03}")
    hands.row(1)
    layout = laid_out(merge(hands.updates))
    roots = Counted(layout.roots)
    layout.roots = roots
    for parent in list(layout.parents):
        along = Along(layout, lambda _: True)
        next(along.after(parent), None)
        next(along.before(parent), None)
        layout.place(*layout.parents[parent])
    assert layout.place(*layout.parents["root 150"]) == (150, 0)
    assert len(roots) <= roots.read <= 4 * len(roots)

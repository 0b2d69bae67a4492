"""However a log is cut into folds, its squashed state is the same to the byte."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.storage import folding
from documents.storage.folding import Folding
from documents.storage.snapshots import fold
from documents.yjs.admission import Ledger
from documents.yjs.updates import Update, encode
from tests.core.worlds import World


def log(seed: int, length: int) -> list[Update]:
    world, ledger = World(Random(seed)), Ledger()
    found = []
    for _ in range(length):
        found.append(ledger.admit(world.update(), partial=True).update)
        world.learn(ledger.state_vector())
    return found


@given(st.integers(0, 10**6), st.integers(0, 120), st.integers(1, 40))
def test_folding_gives_what_merging_all_at_once_gives(
    seed: int, length: int, least: int
) -> None:
    updates = log(seed, length)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "LEAST", least)
        state = Folding()
        for update in updates:
            state.add(update)
        assert state.state() == fold(b"", [encode(update) for update in updates])


@given(st.integers(0, 10**6), st.lists(st.integers(0, 40), max_size=5))
def test_snapshots_of_snapshots_are_the_same_too(seed: int, cuts: list[int]) -> None:
    rows = [encode(update) for update in log(seed, 40)]
    state, last = b"", 0
    for cut in sorted(cuts):
        state, last = fold(state, rows[last:cut]), cut
    assert fold(state, rows[last:]) == fold(b"", rows)

"""However a log is cut into folds, its squashed state is the same to the byte."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.storage import folding
from documents.storage.folding import Folding
from documents.storage.snapshots import fold, folded
from documents.yjs.admission import Ledger
from documents.yjs.updates import Update, encode, parse
from tests.core.logs import absorbed
from tests.core.worlds import World
from tests.core.yjs import Judge, random_histories


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
    whole = fold(b"", [encode(update) for update in updates])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "LEAST", least)
        state = Folding()
        for update in updates:
            state.add(update)
        assert state.state() == whole
        half = length // 2
        later = Folding(parse(fold(b"", [encode(update) for update in updates[:half]])))
        for update in updates[half:]:
            later.add(update)
        assert later.state() == whole


@given(st.integers(0, 10**6), st.lists(st.integers(0, 40), max_size=5))
def test_snapshots_of_snapshots_are_the_same_too(seed: int, cuts: list[int]) -> None:
    rows = [encode(update) for update in log(seed, 40)]
    state, last = b"", 0
    for cut in sorted(cuts):
        state, last = fold(state, rows[last:cut]), cut
    assert fold(state, rows[last:]) == fold(b"", rows)


@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 40))
def test_a_ledger_takes_a_folded_tail_as_it_takes_its_rows(
    seed: int, cut: int, length: int
) -> None:
    rows = [encode(update) for update in log(seed, cut + length)]
    ledger, tail = absorbed(b"", rows[:cut]), rows[cut:]
    update, after = folded(ledger, tail)
    assert after == absorbed(ledger, tail)
    assert update == fold(b"", tail)


@pytest.mark.node
@pytest.mark.parametrize("gc", [True, False])
def test_a_state_and_its_tail_are_to_yjs_what_the_whole_is(
    histories: int, first_seed: int, judge: Judge, gc: bool
) -> None:
    for history in random_histories(first_seed, histories, 80):
        cut = Random(history.seed).randint(1, len(history.rows) - 1)
        before, after = history.rows[:cut], history.rows[cut:]
        parts = [fold(b"", before), fold(b"", after)]
        expected = judge.state([fold(b"", history.rows)], gc=gc)
        assert judge.state(parts, gc=gc) == expected, (history.seed, cut)

"""Carries that are found slice by slice are those that are found all at once."""

from collections.abc import Callable
from itertools import count

import pytest

from documents.history.columns import EMPTY, grown
from documents.history.kept import Kept
from documents.history.laid import Laid
from documents.history.tracing import Slices
from tests.core.sittings import sittings

ACTS = 60


def clock(rows: int) -> Callable[[], bool]:
    """Time that is over after so many rows were looked at."""
    ticks = count(1)
    return lambda: next(ticks) >= rows


@pytest.mark.node
@pytest.mark.parametrize("ahead", [7, 40, 10_000])
@pytest.mark.parametrize("rows", [1, 5])
def test_slices_find_what_all_at_once_finds(
    first_seed: int, ahead: int, rows: int
) -> None:
    for sitting in sittings("sittings.mjs", first_seed, 2, ACTS, 0.8):
        laid = Laid(sitting.whole())
        known = Kept(grown(EMPTY, sitting.entries), 0)
        while known.traced < known.columns.last:
            slices = Slices(known, laid, ahead)
            assert slices.last == min(known.traced + ahead, known.columns.last)
            while known.traced < slices.last:
                before = known.traced
                known = slices.next(known.columns, clock(rows))
                assert before < known.traced == slices.done
        assert known.columns == sitting.columns, sitting.seed


@pytest.mark.node
def test_a_slice_ends_when_time_is_over(first_seed: int) -> None:
    [sitting] = sittings("sittings.mjs", first_seed, 1, ACTS, 0.8)
    known = Kept(grown(EMPTY, sitting.entries), 0)
    ends = [
        Slices(known, Laid(sitting.whole()), 10_000)
        .next(known.columns, clock(rows))
        .traced
        for rows in (1, 3, 10 * ACTS)
    ]
    assert 0 < ends[0] < ends[1] < ends[2] == known.columns.last

"""Carries that are found slice by slice are those that are found all at once."""

import pytest

from documents.history import tracing
from documents.history.columns import EMPTY, grown
from documents.history.kept import Kept
from documents.history.tracing import LEAST, MOST, SECONDS, Pace, next_slice
from tests.core.sittings import sittings

ACTS = 60


@pytest.mark.node
@pytest.mark.parametrize("rows", [1, 7, 40])
def test_slices_find_what_all_at_once_finds(
    first_seed: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "LEAST", rows)
    monkeypatch.setattr(tracing, "MOST", rows)
    for sitting in sittings("sittings.mjs", first_seed, 2, ACTS, 0.8):
        pace = Pace()
        pace.rows = rows
        known = Kept(grown(EMPTY, sitting.entries), 0)
        while known.traced < known.columns.last:
            before = known.traced
            known = next_slice(known, sitting.whole(), pace)
            assert known.traced == min(before + rows, known.columns.last)
        assert known.columns == sitting.columns, sitting.seed


@pytest.mark.parametrize(
    ("rows", "seconds", "then"),
    [
        (5000, SECONDS, 5000),
        (5000, 2 * SECONDS, 2500),
        (5000, SECONDS / 100, 10_000),
        (LEAST, 100 * SECONDS, LEAST),
        (MOST, SECONDS / 100, MOST),
    ],
)
def test_a_pace_follows_what_the_last_slice_took(
    rows: int, seconds: float, then: int
) -> None:
    pace = Pace()
    pace.learn(rows, seconds)
    assert pace.rows == then

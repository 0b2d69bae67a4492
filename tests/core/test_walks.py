"""Many who walk one way for one row walk it once, and find what each would alone."""

from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from documents.history.carries import walks
from documents.history.carries.walks import Walks
from documents.history.sequence import Parent

NAMES: list[Parent] = [f"{at:04}" for at in range(400)]


class Street:
    """Texts in a row, of which some are wanted; counts how many are passed."""

    def __init__(self, wanted: set[Parent]) -> None:
        self.wanted = wanted
        self.passed = 0

    def after(self, parent: Parent) -> Iterator[Parent]:
        for name in NAMES[NAMES.index(parent) + 1 :]:
            self.passed += 1
            yield name

    def wants(self, parent: Parent, _seq: int) -> bool:
        return parent in self.wanted


@pytest.mark.parametrize("walked", [1, 7, 50, 1000])
def test_each_finds_what_lies_within_its_walk(
    monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(walks, "_WALKED", walked)
    for seed in range(40):
        random = Random(seed)
        share = random.choice([0.0, 0.02, 0.3])
        street = Street({name for name in NAMES if random.random() < share})
        ways = Walks(street.after, street.wants)
        for parent in random.sample(NAMES, 60):
            alone = islice(street.after(parent), walked)
            expected = [name for name in alone if name in street.wanted]
            most = random.choice([1, 3, 400])
            found = list(islice(ways.of(parent, seed + 1), most))
            assert found == expected[:most], (seed, parent)


@pytest.mark.parametrize("backwards", [True, False])
def test_what_many_pass_is_passed_once(*, backwards: bool) -> None:
    street = Street({NAMES[-1]})
    ways = Walks(street.after, street.wants)
    for parent in reversed(NAMES[:-1]) if backwards else NAMES[:-1]:
        assert list(ways.of(parent, 1)) == [NAMES[-1]]
    assert street.passed <= 3 * len(NAMES)
    assert list(ways.of(NAMES[0], 2)) == [NAMES[-1]]


def test_another_row_walks_anew() -> None:
    street = Street(set())
    ways = Walks(street.after, street.wants)
    assert list(ways.of(NAMES[0], 1)) == []
    street.wanted.add(NAMES[5])
    assert list(ways.of(NAMES[0], 2)) == [NAMES[5]]

"""What is known of a log, grown by the rows since, is what is known of it anew."""

from collections.abc import Iterator
from random import Random

import pytest

from documents.history.blame import Blaming, blame
from documents.history.columns import EMPTY, Columns, grown
from documents.history.kept import Kept
from documents.history.laid import Laid
from documents.history.phrases import Find, Lines, phrases
from documents.history.tracing import followed
from documents.yjs.updates import Update
from tests.core.sittings import Sitting, sittings

WORDS = ("e", "an", "the ", "o w")
EDITORS = [(), (0.3,), (0, "silent")]
"""Ours; ours where much is restored; others, which declare nothing."""


def stages(sitting: Sitting, random: Random) -> Iterator[tuple[Laid, Columns]]:
    """What is known after some rows, each grown out of what was known before."""
    rows = [update for update, _ in sitting.log]
    laid, known, done = Laid(Update()), Kept(EMPTY, 0), 0
    while done < len(rows):
        upto = min(len(rows), done + random.choice([1, 2, 20]))
        laid = laid.further(rows[done:upto])
        columns = grown(known.columns, sitting.entries[done:upto])
        known = followed(Kept(columns, done), laid)
        yield laid, known.columns
        done = upto


def ordered(finds: list[Find]) -> list[str]:
    """Finds that came at once are in any order."""
    return sorted(map(str, finds))


@pytest.mark.node
@pytest.mark.parametrize("editors", EDITORS)
def test_what_is_carried_grows_with_its_log(
    first_seed: int, editors: tuple[object, ...]
) -> None:
    for sitting in sittings("sittings.mjs", first_seed, 3, 80, 0.8, *editors):
        *_, (_, columns) = stages(sitting, Random(sitting.seed))
        assert columns == sitting.columns, sitting.seed


@pytest.mark.node
def test_a_search_grows_with_its_log(first_seed: int) -> None:
    for sitting in sittings("sittings.mjs", first_seed, 2, 60, 0.8):
        lines = None
        for laid, columns in stages(sitting, Random(sitting.seed)):
            assert laid.whole == sitting.whole(columns.last)
            lines = Lines(laid, columns, lines)
            for word in WORDS:
                found = ordered(lines.find(word, 1000))
                assert found == ordered(phrases(laid.whole, columns, word, 1000))
        assert columns == sitting.columns


@pytest.mark.node
def test_blame_grows_with_its_log(first_seed: int) -> None:
    for sitting in sittings("sittings.mjs", first_seed, 2, 60, 0.8):
        blaming, random = None, Random(sitting.seed)
        for laid, columns in stages(sitting, random):
            blaming = Blaming(laid, columns, blaming)
            first = random.randint(0, columns.last)
            for last in (columns.last, random.randint(first, columns.last)):
                found = blaming.between(first, last)
                assert found == blame(laid.whole, columns, first, last)

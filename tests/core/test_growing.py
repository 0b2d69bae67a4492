"""What is known of a log, grown by the rows since, is what is known of it anew."""

import gc
import weakref
from collections.abc import Iterator
from random import Random

import pytest

from documents.history.blame import Blaming, blame
from documents.history.carries import Tracing, traced
from documents.history.carries.nodes import LARGE
from documents.history.columns import EMPTY, Columns, grown
from documents.history.kept import Kept
from documents.history.laid import Laid
from documents.history.phrases import Find, Lines, phrases
from documents.history.tracing import followed
from documents.yjs.merging import merge
from documents.yjs.updates import ClientId, Update
from tests.core.hands import Hands
from tests.core.sittings import Sitting, sittings

ANA, BEN = 1, 2
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


def test_what_was_cut_is_known_again_whoever_looked_before() -> None:
    hands, said = Hands(), ["a sentence", "some more words", "a sentence"]
    text, other = hands.paragraph(ANA), hands.paragraph(ANA)
    firsts = [hands.text(ANA, one, text) for one in said]
    hands.text(ANA, "x" * LARGE, text)  # so much that no rule of place looks at it
    hands.row(ANA)
    for first, one in zip(firsts, said, strict=True):
        hands.delete(first, len(one))
        hands.row(ANA)
    for one in said[1:]:
        hands.text(BEN, one, other)
        hands.row(BEN)
    pasted = traced(grown(EMPTY, hands.entries), merge(hands.updates))
    [carry] = pasted.carries[ClientId(BEN)]
    assert carry.sources == (firsts[1][1], firsts[2][1] + len(said[2]))
    for since in range(len(hands.entries)):
        before = hands.entries[:since]
        known = traced(grown(EMPTY, before), merge(hands.updates[:since]))
        found = grown(known, hands.entries[since:])
        assert traced(found, merge(hands.updates), since) == pasted


@pytest.mark.node
def test_what_was_followed_is_let_go_of_without_a_search_for_circles(
    first_seed: int,
) -> None:
    [sitting] = sittings("sittings.mjs", first_seed, 1, 40, 0.8, 0, "silent")
    tracing = Tracing(grown(EMPTY, sitting.entries), Laid(sitting.whole()), 0)
    tracing.go_on()
    held, read = weakref.ref(tracing), weakref.ref(tracing._nodes)
    gc.disable()
    try:
        del tracing
        assert (held(), read()) == (None, None)
    finally:
        gc.enable()


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

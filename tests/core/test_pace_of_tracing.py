"""What was crafted to be looked at without end is looked at within bounds."""

import pytest

from documents.history.carries import recreated, traced
from documents.history.carries.glimpses import Glimpse, glimpses
from documents.history.carries.remains import Remains
from documents.history.columns import EMPTY, grown
from documents.yjs.merging import merge, squash
from tests.core.hands import Hands

ANA, BEN = 1, 2
NEAR = 64
DELETIONS = 20


def repeating(units: int) -> Hands:
    """Near texts that repeat themselves and lost letters in many rows; one pasted."""
    hands = Hands()
    texts = [hands.paragraph(ANA) for _ in range(NEAR)]
    firsts = [hands.text(ANA, "ab" * (units // 2), text) for text in texts]
    hands.row(ANA)
    for number in range(DELETIONS):
        for client, clock in firsts:
            hands.delete((client, clock + number * 3), 1)
        hands.row(BEN if number % 2 else ANA)
    hands.text(BEN, "ba" * 20, hands.paragraph(BEN))
    hands.row(BEN)
    return hands


@pytest.mark.parametrize("allowed", [10_000, 100_000])
def test_near_texts_are_read_within_what_a_row_is_allowed(
    monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    units, read, tries = 400, 0, 0
    was_lost = Glimpse.was_lost

    def counted(*given: object) -> object:
        nonlocal read
        for glimpse in glimpses(*given):  # type: ignore[arg-type]
            read += units
            yield glimpse

    def tried(*given: object) -> bool:
        nonlocal tries
        tries += 1
        return was_lost(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(recreated, "UNITS", allowed)
    monkeypatch.setattr(recreated, "glimpses", counted)
    monkeypatch.setattr(Glimpse, "was_lost", tried)
    hands = repeating(units)
    whole = squash(merge(hands.updates))
    columns = traced(grown(EMPTY, hands.entries), whole)
    assert not columns.carries
    assert allowed // 4 < read <= allowed + units
    assert 0 < tries <= 16 * (read // units)


def test_what_came_with_a_row_is_not_asked_what_had_gone_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands, asked = Hands(), 0
    for _ in range(NEAR):
        hands.text(ANA, "some words", hands.paragraph(ANA))
    hands.row(ANA)
    stands = Remains.stands

    def counted(*given: object) -> bool:
        nonlocal asked
        asked += 1
        return stands(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Remains, "stands", counted)
    traced(grown(EMPTY, hands.entries), squash(merge(hands.updates)))
    assert 0 < asked <= 4 * NEAR

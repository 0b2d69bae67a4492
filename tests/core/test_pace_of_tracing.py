"""What was crafted to be looked at without end is looked at within bounds."""

from collections.abc import Callable, Iterator

import pytest

from documents.history.carries import parts, recreated, returned, sights, traced
from documents.history.carries.glimpses import Glimpse, glimpses
from documents.history.carries.pieces import overlaps
from documents.history.carries.remains import Remains
from documents.history.columns import EMPTY, Columns, grown
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

    def counting(method: Callable[..., object]) -> Callable[..., object]:
        def counted(*given: object) -> object:
            nonlocal asked
            asked += 1
            return method(*given)

        return counted

    for name in ("stands", "reach", "is_gone"):
        monkeypatch.setattr(Remains, name, counting(getattr(Remains, name)))
    traced(grown(EMPTY, hands.entries), squash(merge(hands.updates)))
    assert 0 < asked <= 4 * NEAR


def joined(size: int) -> Hands:
    """A row out of as many texts as it writes, each of which begins as they did."""
    hands = Hands()
    texts = [hands.paragraph(ANA) for _ in range(size)]
    firsts = [hands.text(ANA, "ab" * 20, text) for text in texts]
    hands.row(ANA)
    for number in range(4):
        for client, clock in firsts:
            hands.delete((client, clock + number * 3), 1)
        hands.row(BEN if number % 2 else ANA)
    for client, clock in firsts:
        hands.delete((client, clock + 20), 1)
    for _ in range(size):
        hands.text(BEN, "ab" * 9 + "q" + "ab" * 9, hands.paragraph(BEN))
    hands.row(BEN)
    return hands


def test_a_row_finds_the_sights_of_a_text_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[Remains, int]] = []

    def counted(text: Remains, columns: Columns, seq: int) -> Iterator[Glimpse]:
        asked.append((text, seq))
        return glimpses(text, columns, seq)

    monkeypatch.setattr(sights, "glimpses", counted)
    hands = joined(16)
    traced(grown(EMPTY, hands.entries), squash(merge(hands.updates)))
    last = [text for text, seq in asked if seq == len(hands.entries)]
    assert len(last) == len(set(last)) >= 16


@pytest.mark.parametrize("allowed", [20_000, 200_000])
def test_parts_are_compared_within_what_a_row_is_allowed(
    monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    compared = 0

    def counted(*given: object) -> object:
        nonlocal compared
        for overlap in overlaps(*given):  # type: ignore[arg-type]
            compared += 1
            yield overlap

    monkeypatch.setattr(sights, "UNITS", allowed)
    monkeypatch.setattr(parts, "overlaps", counted)
    hands = joined(64)
    traced(grown(EMPTY, hands.entries), squash(merge(hands.updates)))
    assert allowed // 2048 < compared <= allowed // 256


@pytest.mark.parametrize("allowed", [5_000, 50_000])
def test_what_had_stood_is_read_within_what_a_row_is_allowed(
    monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    hands, read = Hands(), 0
    text = hands.paragraph(ANA)
    client, clock = hands.text(ANA, "ab" * 200, text)
    hands.row(ANA)
    for at in range(20):
        hands.delete((client, clock + 1 + at), 1)
        hands.row(ANA)
    hands.delete((client, clock + 21), 378)
    hands.row(ANA)
    for at in range(40, 200):
        hands.text(BEN, "bb", text, (client, clock + at), (client, clock + at + 1))
        hands.paragraph(BEN)
    hands.row(BEN)
    before = Remains.before

    def counted(source: Remains, row: int, units: range | None = None) -> list[int]:
        nonlocal read
        read += len(source.born if units is None else units)
        return before(source, row, units)

    monkeypatch.setattr(returned, "UNITS", allowed)
    monkeypatch.setattr(Remains, "before", counted)
    traced(grown(EMPTY, hands.entries), squash(merge(hands.updates)))
    assert allowed // 2 < read <= allowed

"""What carries, and what never does: rows made by hand, rule by rule."""

import pytest

from documents.history.blame import Blamed, blame
from documents.history.carries import traced
from documents.history.columns import EMPTY, Columns, grown
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Id, Update
from tests.core.hands import Hands

ANA, BEN, CLEO = 1, 2, 3


def told(hands: Hands) -> tuple[Update, Columns]:
    whole = squash(merge(hands.updates))
    return whole, traced(grown(EMPTY, hands.entries), whole)


def authors(hands: Hands) -> list[tuple[str, int | None]]:
    """What stands in the end, and who wrote it."""
    last = len(hands.entries)
    return [(each.text, each.author) for each in spelled(hands, last)]


def spelled(hands: Hands, last: int) -> list[Blamed]:
    return blame(*told(hands), last, last)


def step(identity: Id, count: int) -> Id:
    return identity[0], identity[1] + count


def written(content: str) -> tuple[Hands, Id, Id]:
    """Ana's paragraph: the hands, its text, and the first id of its words."""
    hands = Hands()
    text = hands.paragraph(ANA)
    first = hands.text(ANA, content, text)
    hands.row(ANA)
    return hands, text, first


def test_a_split_carries() -> None:
    hands, _, first = written("hello world")
    hands.delete(step(first, 5), 6)
    tail = hands.paragraph(BEN, (ClientId(ANA), 0))
    hands.text(BEN, " world", tail)
    hands.row(BEN)
    assert authors(hands) == [("hello", ANA), (" world", ANA)]


def test_one_letter_that_is_split_off_carries() -> None:
    hands, _, first = written("ab")
    hands.delete(step(first, 1), 1)
    hands.text(BEN, "b", hands.paragraph(BEN, (ClientId(ANA), 0)))
    hands.row(BEN)
    assert authors(hands) == [("a", ANA), ("b", ANA)]


def test_a_carry_of_a_carry_leads_to_the_first() -> None:
    hands, _, first = written("hello world")
    hands.delete((ClientId(ANA), 0), 13)
    again = hands.paragraph(BEN)
    second = hands.text(BEN, "hello world", again)
    hands.row(BEN)
    hands.delete((ClientId(BEN), 0), 13)
    hands.text(CLEO, "hello world", hands.paragraph(CLEO))
    hands.row(CLEO)
    _, columns = told(hands)
    [carry] = columns.carries[ClientId(CLEO)]
    assert (carry.source, carry.clock) == first
    assert authors(hands) == [("hello world", ANA)]
    assert second != first


def test_who_types_over_a_selection_is_the_author() -> None:
    hands, text, first = written("hello")
    hands.delete(first, 5)
    hands.text(BEN, "e", text, step(first, 4))
    hands.row(BEN)
    assert authors(hands) == [("e", BEN)]


def test_who_types_again_what_was_deleted_is_the_author() -> None:
    hands, text, first = written("a")
    hands.delete(first, 1)
    hands.row(BEN)
    hands.text(BEN, "a", text, first)
    hands.row(BEN)
    assert authors(hands) == [("a", BEN)]


def test_undo_of_ones_own_deletion_carries_a_single_letter() -> None:
    hands, text, first = written("abc")
    hands.delete(step(first, 1), 1)
    hands.row(BEN)
    hands.text(BEN, "b", text, first, step(first, 1))
    hands.row(BEN)
    assert authors(hands) == [("a", ANA), ("b", ANA), ("c", ANA)]


def test_other_text_before_what_is_deleted_carries_nothing() -> None:
    hands, text, first = written("abc")
    hands.delete(step(first, 1), 1)
    hands.row(CLEO)
    hands.text(BEN, "x", text, first, step(first, 1))
    hands.row(BEN)
    assert authors(hands) == [("a", ANA), ("x", BEN), ("c", ANA)]


def test_a_copy_of_text_that_stands_is_the_pasters_own() -> None:
    hands, _, _ = written("a long and winding sentence")
    hands.text(
        BEN, "a long and winding sentence", hands.paragraph(BEN, (ClientId(ANA), 0))
    )
    hands.row(BEN)
    sentence = "a long and winding sentence"
    assert authors(hands) == [(sentence, ANA), (sentence, BEN)]


def test_a_copy_is_the_pasters_own_after_a_toggle_too() -> None:
    hands, _, _ = written("a long and winding sentence")
    sentence = "a long and winding sentence"
    hands.delete((ClientId(ANA), 0), 2 + len(sentence))
    hands.text(CLEO, sentence, hands.paragraph(CLEO))
    hands.row(CLEO)
    hands.text(BEN, sentence, hands.paragraph(BEN, (ClientId(CLEO), 0)))
    hands.row(BEN)
    assert authors(hands) == [(sentence, ANA), (sentence, BEN)]


def test_what_is_cut_and_pasted_elsewhere_carries() -> None:
    hands, text, first = written("one fine day in the middle of the night")
    hands.delete(step(first, 3), 9)
    hands.row(BEN)
    end = step(first, 38)
    hands.text(BEN, " fine day", text, end)
    hands.row(BEN)
    expected = [("one", ANA), (" in the middle of the night", ANA), (" fine day", ANA)]
    assert authors(hands) == expected


def test_a_short_cut_is_the_pasters_own() -> None:
    hands, text, first = written("one fine day")
    hands.delete(step(first, 3), 5)
    hands.row(BEN)
    hands.text(BEN, " fine", text, step(first, 11))
    hands.row(BEN)
    assert authors(hands) == [("one", ANA), (" day", ANA), (" fine", BEN)]


def test_what_is_restored_after_years_carries() -> None:
    sentence = "Nothing that was ever written here is lost."
    hands, text, first = written(sentence)
    for count in range(40):
        hands.delete(step(first, len(sentence) - 1 - count), 1)
        hands.row(BEN)
    year = 365 * 86_400_000
    hands.text(CLEO, sentence[3:], text, step(first, len(sentence) - 1))
    hands.row(CLEO, after=year)
    assert authors(hands) == [("Not", ANA), (sentence[3:], ANA)]


def test_claiming_text_that_nobody_wrote_carries_nothing() -> None:
    hands, text, first = written("I agree")
    hands.delete(first, 7)
    hands.text(BEN, "I refuse", text, None, first)
    hands.row(BEN)
    assert authors(hands) == [("I refuse", BEN)]


def test_a_single_letter_that_is_restored_carries_if_it_is_declared() -> None:
    hands, text, first = written("abc")
    hands.delete(step(first, 1), 1)
    hands.row(BEN)
    letter = hands.text(CLEO, "b", text, first, step(first, 2))
    hands.declare(CLEO, text, (letter, 1, step(first, 1)))
    hands.row(CLEO)
    assert authors(hands) == [("a", ANA), ("b", ANA), ("c", ANA)]


def test_what_is_declared_in_the_row_that_deletes_it_carries() -> None:
    hands, text, first = written("abc")
    hands.delete(step(first, 1), 1)
    letter = hands.text(CLEO, "b", text, first, step(first, 2))
    hands.declare(CLEO, text, (letter, 1, step(first, 1)))
    hands.row(CLEO)
    assert authors(hands) == [("a", ANA), ("b", ANA), ("c", ANA)]


def test_no_declaration_makes_what_is_said_anew_anothers() -> None:
    """Other text; text that stands; what was deleted, but stood the other way round."""
    hands, text, first = written("xay")
    hands.delete(first, 2)
    hands.row(BEN)
    end = step(first, 2)
    other = hands.text(CLEO, "b", text, end)
    stands = hands.text(CLEO, "y", text, other)
    turned = hands.text(CLEO, "a", text, stands)
    again = hands.text(CLEO, "x", text, turned)
    hands.declare(
        CLEO,
        text,
        (other, 1, step(first, 1)),
        (stands, 1, end),
        (turned, 1, step(first, 1)),
        (again, 1, first),
    )
    hands.row(CLEO)
    expected = [("y", ANA), ("by", CLEO), ("a", ANA), ("x", CLEO)]
    assert authors(hands) == expected


def test_nobody_declares_what_others_wrote_or_what_is_of_other_rows() -> None:
    hands, text, first = written("abc")
    hands.delete(first, 1)
    hands.row(BEN)
    typed = hands.text(CLEO, "a", text, step(first, 2))
    hands.row(CLEO)
    hands.declare(CLEO, text, (typed, 1, first))
    hands.row(CLEO)
    elsewhere = hands.paragraph(CLEO, (ClientId(ANA), 0))
    late = hands.text(CLEO, "a", elsewhere)
    hands.declare(CLEO, text, (late, 1, first))
    hands.row(CLEO)
    assert authors(hands) == [("bc", ANA), ("a", CLEO), ("a", CLEO)]


@pytest.mark.parametrize("eraser", [ANA, CLEO])
def test_letters_of_different_moments_make_no_word_of_anothers(eraser: int) -> None:
    """Nor did who deleted the first see it together with what came later."""
    hands, text, first = written("h x")
    hands.delete(first, 1)
    hands.row(eraser)
    late = hands.text(ANA, "i", text, step(first, 2))
    hands.row(ANA)
    hands.delete(late, 1)
    hands.row(ANA)
    word = hands.text(CLEO, "hi", text, late)
    hands.declare(CLEO, text, (word, 1, first), (step(word, 1), 1, late))
    hands.row(CLEO)
    assert authors(hands) == [(" x", ANA), ("h", ANA), ("i", CLEO)]


def test_what_cannot_be_read_declares_nothing() -> None:
    hands, text, first = written("abc")
    hands.delete(first, 1)
    hands.row(BEN)
    letter = hands.text(CLEO, "a", text, step(first, 2))
    hands.declare(CLEO, text, (letter, 2**40, first))
    hands.row(CLEO)
    assert authors(hands) == [("bc", ANA), ("a", CLEO)]


def test_what_its_author_saw_together_carries_though_it_never_stood_so() -> None:
    """Ben types before what Cleo has deleted meanwhile, and splits both off."""
    hands, text, first = written("x")
    hands.delete(first, 1)
    hands.row(CLEO)
    typed = hands.text(BEN, "y", text, None, first)
    hands.row(BEN)
    hands.delete(typed, 1)
    tail = hands.paragraph(BEN, (ClientId(ANA), 0))
    again = hands.text(BEN, "yx", tail)
    hands.declare(BEN, tail, (again, 1, typed), (step(again, 1), 1, first))
    hands.row(BEN)
    assert authors(hands) == [("y", BEN), ("x", ANA)]


def test_who_declares_that_nothing_is_carried_wrote_it() -> None:
    hands, _, first = written("hello world")
    hands.delete(step(first, 5), 6)
    tail = hands.paragraph(BEN, (ClientId(ANA), 0))
    hands.text(BEN, " world", tail)
    hands.declare(BEN, tail)
    hands.row(BEN)
    assert authors(hands) == [("hello", ANA), (" world", BEN)]


def test_who_has_declared_once_declares_all() -> None:
    """Until then it is found out what they carry."""
    hands, text, first = written("one two three")
    hands.delete(step(first, 7), 6)
    hands.text(BEN, " three", hands.paragraph(BEN, (ClientId(ANA), 0)))
    hands.row(BEN)
    hands.text(BEN, "!", text, step(first, 6))
    hands.declare(BEN, text)
    hands.row(BEN)
    hands.delete(step(first, 3), 4)
    hands.text(BEN, " two", hands.paragraph(BEN, (ClientId(ANA), 0)))
    hands.row(BEN)
    assert authors(hands) == [("one", ANA), ("!", BEN), (" two", BEN), (" three", ANA)]


def test_what_others_declare_says_nothing_of_who_is_silent() -> None:
    hands, text, first = written("one two")
    hands.text(CLEO, "!", text, step(first, 6))
    hands.declare(CLEO, text)
    hands.row(CLEO)
    hands.delete(step(first, 3), 4)
    hands.text(BEN, " two", hands.paragraph(BEN, (ClientId(ANA), 0)))
    hands.row(BEN)
    assert authors(hands) == [("one", ANA), ("!", CLEO), (" two", ANA)]


def test_a_letter_that_undo_brings_back_into_a_copy_carries() -> None:
    """Yjs lays the copy of a paragraph before it; of what comes back into it later
    nothing but the place tells.
    """
    hands, _, first = written("abc")
    hands.delete(step(first, 1), 1)
    hands.row(BEN)
    hands.delete((ClientId(ANA), 0), 5)
    hands.row(BEN)
    copy = hands.paragraph(BEN, before=(ClientId(ANA), 0))
    left = hands.text(BEN, "a", copy)
    right = hands.text(BEN, "c", copy, left)
    hands.row(BEN)
    hands.text(BEN, "b", copy, left, right)
    hands.row(BEN)
    assert authors(hands) == [("a", ANA), ("b", ANA), ("c", ANA)]

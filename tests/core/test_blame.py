"""Who wrote what stands and who deleted what does not, between any two moments."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.history.blame import Blamed, Change, blame, shares
from documents.history.carries import traced
from documents.history.columns import EMPTY, Columns, grown
from documents.history.ends import NEVER, Ends
from documents.history.layout import laid_out
from documents.history.texts import Texts
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Update
from tests.core.hands import Hands
from tests.core.logs import entries_of, random_log

ANA, BEN, CLEO = 1, 2, 3
RANDOMS = st.integers(0, 2**32 - 1).map(Random)


def told(hands: Hands) -> tuple[Update, Columns]:
    whole = squash(merge(hands.updates))
    return whole, traced(grown(EMPTY, hands.entries), whole)


def brief(found: list[Blamed]) -> list[tuple[str, str, int | None]]:
    return [(each.text, each.change.value, each.author) for each in found]


def story() -> Hands:
    """Ana writes; Ben splits off her last word, and adds his; Cleo deletes a word."""
    hands = Hands()
    first = hands.text(ANA, "one two three", hands.paragraph(ANA))
    hands.row(ANA)
    hands.delete((first[0], first[1] + 7), 6)
    tail = hands.paragraph(BEN, (ClientId(ANA), 0))
    again = hands.text(BEN, " three", tail)
    hands.row(BEN)
    hands.text(BEN, " four", tail, (again[0], again[1] + 5))
    hands.row(BEN)
    hands.delete(first, 4)
    hands.row(CLEO)
    return hands


def test_between_two_moments_text_is_kept_inserted_or_deleted() -> None:
    found = blame(*told(story()), 1, 4)
    assert brief(found) == [
        ("one ", "deleted", ANA),
        ("two", "kept", ANA),
        (" three", "kept", ANA),
        (" four", "inserted", BEN),
    ]
    gone, _, carried, _ = found
    assert (gone.died, gone.deleter) == (4, CLEO)
    assert carried.carried
    assert (carried.seq, carried.died) == (1, None)
    assert carried.at == story().entries[0].at
    assert carried.ids == (BEN, 2, 8)


def test_what_was_only_written_again_is_told_once() -> None:
    found = blame(*told(story()), 1, 2)
    assert brief(found) == [("one two", "kept", ANA), (" three", "kept", ANA)]


def test_at_the_beginning_everything_is_inserted() -> None:
    found = blame(*told(story()), 0, 2)
    assert {each.change for each in found} == {Change.INSERTED}
    assert [each.author for each in found] == [ANA, ANA]


def test_text_of_a_deleted_paragraph_is_deleted_with_it() -> None:
    hands = Hands()
    text = hands.paragraph(ANA)
    first = hands.text(ANA, "word", text)
    hands.row(ANA)
    hands.delete((ClientId(ANA), 0), 1)
    hands.row(CLEO)
    hands.text(BEN, "late", text, (first[0], first[1] + 3))
    hands.row(BEN)
    [gone] = blame(*told(hands), 1, 3)
    assert (gone.text, gone.died, gone.deleter) == ("word", 2, CLEO)
    assert blame(*told(hands), 3, 3) == []


def test_shares_are_of_what_stands() -> None:
    assert shares(*told(story()), 1) == {ANA: 13}
    assert shares(*told(story()), 4) == {ANA: 9, BEN: 5}


@given(RANDOMS)
def test_all_that_could_be_read_is_told(random: Random) -> None:
    updates = random_log(random, 20)
    whole = squash(merge(updates))
    columns = grown(EMPTY, entries_of(random, updates))
    before, after = sorted(random.choices(range(21), k=2))
    found = blame(whole, columns, before, after)
    was = {(c, n) for (c, a, b), *_ in found_in(found, was=True) for n in range(a, b)}
    is_there = {
        (c, n) for (c, a, b), *_ in found_in(found, was=False) for n in range(a, b)
    }
    assert was == readable(whole, columns, before)
    assert is_there == readable(whole, columns, after)
    for each in found:
        assert columns.born(each.ids.client, each.ids.start) == each.seq
        assert each.author == columns.stamps.author(each.seq)
        assert (each.died is None) == (each.change != Change.DELETED)


def found_in(found: list[Blamed], *, was: bool) -> list[Blamed]:
    other = Change.INSERTED if was else Change.DELETED
    return [each for each in found if each.change != other]


def readable(whole: Update, columns: Columns, seq: int) -> set[tuple[ClientId, int]]:
    """The ids of the text that stands after a row, one by one."""
    layout, texts = laid_out(whole), Texts(whole)
    ends = Ends(layout, columns)
    ids = set()
    for spot in layout.spots:
        for words in texts.between(spot.client, spot.start, spot.end):
            for clock in range(words.start, words.end):
                born = columns.born(spot.client, clock) or NEVER
                died = columns.died(spot.client, clock) or NEVER
                if born <= seq < min(died, ends.of(spot.parent)):
                    ids.add((spot.client, clock))
    return ids


@pytest.mark.parametrize("seq", [0, 2, 4])
def test_nothing_changes_between_a_moment_and_itself(seq: int) -> None:
    assert {each.change for each in blame(*told(story()), seq, seq)} <= {Change.KEPT}

"""Text by ids, and where ids lie along the document."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.history.growth import laid_further
from documents.history.layout import Layout, Spot, laid_out
from documents.history.sequence import Parent, sequence
from documents.history.texts import Texts, units
from documents.yjs.contents import STRING
from documents.yjs.merging import extended, merge, squash
from documents.yjs.updates import ClientId, Item, Update, parse
from tests.core.logs import disjoint, random_log
from tests.core.yjs import random_histories

RANDOMS = st.integers(0, 2**32 - 1).map(Random)
ANA, BEN = ClientId(1), ClientId(2)
PARAGRAPH, LEAF = b"\x03\x01p", b"\x06"


def item(clock: int, content: bytes, kind: int, parent: object) -> Item:
    length = len(units(content)) if kind == STRING else 1
    return Item(clock, length, kind, None, None, parent, None, content)  # type: ignore[arg-type]


def document() -> Update:
    """A paragraph with a text in it, into which another wrote."""
    middle = Item(0, 2, 0xC4, (ANA, 3), (ANA, 4), None, None, "é😀"[:1].encode() * 2)
    return Update(
        {
            ANA: (
                item(0, PARAGRAPH, 7, "default"),
                item(1, LEAF, 7, (ANA, 0)),
                item(2, b"word", STRING, (ANA, 1)),
            ),
            BEN: (middle,),
        }
    )


def test_ids_lie_where_they_are_read() -> None:
    layout = laid_out(document())
    assert layout.spots == [
        Spot(ANA, 0, 1, "default"),
        Spot(ANA, 1, 2, (ANA, 0)),
        Spot(ANA, 2, 4, (ANA, 1)),
        Spot(BEN, 0, 2, (ANA, 1)),
        Spot(ANA, 4, 6, (ANA, 1)),
    ]
    assert list(layout.between(ANA, 3, 5)) == [
        Spot(ANA, 3, 4, (ANA, 1)),
        Spot(ANA, 4, 5, (ANA, 1)),
    ]
    assert layout.parent((BEN, 1)) == (ANA, 1)
    assert layout.parent((BEN, 2)) is None
    assert [layout.is_type(ANA, clock) for clock in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_range_of_ids_says_its_text_only() -> None:
    texts = Texts(document())
    assert list(texts.between(ANA, 0, 5)) == [(ANA, 2, "wor")]
    assert list(texts.between(BEN, 1, 9)) == [(BEN, 1, "é")]
    assert list(texts.ranges(ANA)) == [(2, 6)]


def test_half_a_pair_is_a_unit() -> None:
    assert units("x😀".encode()) == "x\ud83d\ude00"
    smile = Update({ANA: (item(0, "x😀".encode(), STRING, "text"),)})
    assert list(Texts(smile).between(ANA, 1, 2)) == [(ANA, 1, "\ud83d")]


@given(RANDOMS)
def test_every_id_that_has_a_place_lies_in_one_spot(random: Random) -> None:
    whole = squash(merge(random_log(random, 20)))
    layout = laid_out(whole)
    ordered = sequence(whole)
    lists = [*ordered.children.values()]
    lists += [pieces for keys in ordered.entries.values() for pieces in keys.values()]
    expected = sorted(
        (client, clock)
        for pieces in lists
        for client, start, end in pieces
        for clock in range(start, end)
    )
    spots = layout.spots
    places = [layout.place(spot) for spot in spots]
    assert places == sorted(set(places))
    found = [(s.client, clock) for s in spots for clock in range(s.start, s.end)]
    assert sorted(found) == expected
    for spot in spots:
        assert list(layout.between(spot.client, spot.start, spot.end)) == [spot]


def further(rows: list[Update], random: Random) -> Iterator[tuple[Layout, Layout]]:
    """A layout that takes in a few rows at a time, and that of all until then."""
    layout, done = laid_out(Update()), 0
    while done < len(rows):
        upto = random.randint(done + 1, len(rows))
        whole = squash(merge(rows[:upto]))
        layout = laid_further(layout, whole, rows[done:upto])
        yield layout, laid_out(whole)
        done = upto


@pytest.mark.node
def test_what_came_later_is_laid_as_all_at_once(
    histories: int, first_seed: int
) -> None:
    for history in random_histories(first_seed, histories, 80):
        rows = [update for update, _ in disjoint(map(parse, history.rows))]
        for found, expected in further(rows, Random(history.seed)):
            assert found.spots == expected.spots, history.seed
            assert found.parents == expected.parents, history.seed
            places = [found.place(spot) for spot in found.spots]
            assert places == [expected.place(spot) for spot in expected.spots]


def test_what_refers_into_two_parents_is_laid_where_it_begins() -> None:
    early = merge([document(), Update({ANA: (item(6, b"other", STRING, "root"),)})])
    across = Item(2, 1, 0xC4, (ANA, 5), (ANA, 8), None, None, b"x")
    typed = Item(3, 1, 0x84, (BEN, 2), None, None, None, b"y")
    layout, rows = laid_out(early), [early]
    for row in (Update({BEN: (across,)}), Update({BEN: (typed,)})):
        rows.append(row)
        whole = squash(merge(rows))
        layout = laid_further(layout, whole, [row])
        assert layout.spots == laid_out(whole).spots


def test_of_who_types_on_one_text_is_kept_however_often_it_is_read() -> None:
    texts = Texts(Update())
    for length in range(1, 50):
        whole = Update({ANA: (item(0, b"x" * length, STRING, "text"),)})
        texts = texts.further(whole)
        assert list(texts.between(ANA, 0, length)) == [(ANA, 0, "x" * length)]
    assert len(texts.read) == 1


def parents_of(layout: Layout) -> dict[tuple[ClientId, int], Parent]:
    """What each id lies in; where origins make no sense, their order is any."""
    return {
        (spot.client, clock): spot.parent
        for spot in layout.spots
        for clock in range(spot.start, spot.end)
    }


@given(RANDOMS)
def test_whatever_came_later_lies_in_one_spot(random: Random) -> None:
    for found, expected in further(random_log(random, 20), random):
        assert parents_of(found) == parents_of(expected)
        for spot in found.spots:
            assert list(found.between(*spot[:3])) == [spot]
            assert found.is_type(*spot[:2]) == expected.is_type(*spot[:2])


@given(RANDOMS)
def test_what_is_extended_means_what_is_merged_and_squashed(random: Random) -> None:
    rows = random_log(random, 20)
    cut = random.randint(0, len(rows))
    early, later = squash(merge(rows[:cut])), merge(rows[cut:])
    whole = extended(early, later)
    assert squash(whole) == squash(merge(rows))
    texts, expected = Texts(early).further(whole), Texts(whole)
    assert texts.items == expected.items
    for client, items in texts.items.items():
        for ids in ((client, one.clock, one.end) for one in items):
            assert list(texts.between(*ids)) == list(expected.between(*ids))

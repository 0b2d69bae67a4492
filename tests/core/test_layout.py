"""Text by ids, and where ids lie along the document."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from documents.history.layout import Layout, Spot
from documents.history.sequence import sequence
from documents.history.texts import Texts, units
from documents.yjs.contents import STRING
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Item, Update
from tests.core.logs import random_log

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
    layout = Layout(document())
    assert layout.spots == [
        Spot(0, ANA, 0, 1, "default"),
        Spot(1, ANA, 1, 2, (ANA, 0)),
        Spot(2, ANA, 2, 4, (ANA, 1)),
        Spot(3, BEN, 0, 2, (ANA, 1)),
        Spot(4, ANA, 4, 6, (ANA, 1)),
    ]
    assert list(layout.between(ANA, 3, 5)) == [
        Spot(2, ANA, 3, 4, (ANA, 1)),
        Spot(4, ANA, 4, 5, (ANA, 1)),
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
    layout = Layout(whole)
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
    assert [spot.rank for spot in spots] == list(range(len(spots)))
    found = [(s.client, clock) for s in spots for clock in range(s.start, s.end)]
    assert sorted(found) == expected
    for spot in spots:
        assert list(layout.between(spot.client, spot.start, spot.end)) == [spot]

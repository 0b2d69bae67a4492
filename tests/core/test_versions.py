"""Versions are the sittings of people, told newest first, with what each did."""

from itertools import islice, pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from documents.history.carries import traced
from documents.history.columns import EMPTY, Columns, grown
from documents.history.texts import Texts
from documents.history.versions import PAUSE, Version, measured, versions
from documents.yjs.merging import merge, squash
from documents.yjs.ranges import Ranges
from documents.yjs.updates import ClientId
from tests.core.hands import Hands
from tests.core.logs import entries_of, random_log

ANA, BEN = 1, 2
RANDOMS = st.integers(0, 2**32 - 1).map(Random)


def told(hands: Hands) -> tuple[Columns, dict[ClientId, Ranges]]:
    whole = squash(merge(hands.updates))
    texts = Texts(whole)
    columns = traced(grown(EMPTY, hands.entries), whole)
    return columns, {client: tuple(texts.ranges(client)) for client in texts.items}


def sittings(hands: Hands) -> list[Version]:
    columns, texts = told(hands)
    return measured(versions(columns.stamps), columns, texts)


def test_a_long_pause_ends_a_sitting() -> None:
    hands = Hands()
    text = hands.paragraph(ANA)
    last = hands.text(ANA, "a", text)
    hands.row(ANA)
    for pause in (PAUSE, 1000, PAUSE + 1, 5):
        last = hands.text(ANA, "b", text, last)
        hands.row(ANA, after=pause)
    later, earlier = sittings(hands)
    assert (earlier.first, earlier.last, earlier.changes) == (1, 3, 3)
    assert (later.first, later.last, later.changes) == (4, 5, 2)
    assert earlier.until - earlier.since == PAUSE + 1000
    assert later.since - earlier.until == PAUSE + 1
    assert (earlier.added, later.added) == (3, 2)


def test_people_who_write_together_share_a_sitting() -> None:
    hands = Hands()
    text = hands.paragraph(BEN)
    last = hands.text(BEN, "word", text)
    hands.row(BEN)
    for author in (ANA, BEN, ANA):
        last = hands.text(author, "x", text, last)
        hands.row(author, after=1000)
    [version] = sittings(hands)
    assert version.authors == (BEN, ANA)


def test_what_is_only_written_again_is_neither_added_nor_removed() -> None:
    hands = Hands()
    first = hands.text(ANA, "hello world", hands.paragraph(ANA))
    hands.row(ANA)
    hands.delete((first[0], first[1] + 5), 6)
    hands.text(BEN, " world", hands.paragraph(BEN, (ClientId(ANA), 0)))
    hands.row(BEN, after=PAUSE + 1)
    hands.delete(first, 2)
    hands.row(BEN, after=PAUSE + 1)
    amounts = [(version.added, version.removed) for version in sittings(hands)]
    assert amounts == [(0, 2), (0, 0), (11, 0)]


@given(RANDOMS)
def test_every_row_is_of_one_version(random: Random) -> None:
    entries = entries_of(random, random_log(random, random.randint(1, 40)))
    stamps = grown(EMPTY, entries).stamps
    found = list(versions(stamps, pause=200))
    rows = [row for v in found for row in range(v.last, v.first - 1, -1)]
    assert rows == list(range(len(entries), 0, -1))
    for version in found:
        of = entries[version.first - 1 : version.last]
        assert set(version.authors) == {entry.author for entry in of}
        assert all(b.at - a.at <= 200 for a, b in pairwise(of))


@given(RANDOMS)
def test_a_page_goes_on_where_the_last_one_ended(random: Random) -> None:
    entries = entries_of(random, random_log(random, 30))
    stamps = grown(EMPTY, entries).stamps
    found = list(versions(stamps, pause=200))
    page = list(islice(versions(stamps, pause=200), 2))
    rest = list(versions(stamps, before=page[-1].first, pause=200))
    assert page + rest == found


@given(RANDOMS)
def test_amounts_are_those_of_the_rows(random: Random) -> None:
    updates = random_log(random, 25)
    entries = entries_of(random, updates)
    columns = grown(EMPTY, entries)
    texts = Texts(squash(merge(updates)))
    ids = {client: tuple(texts.ranges(client)) for client in texts.items}
    found = measured(versions(columns.stamps, pause=200), columns, ids)
    clocks = [
        (c, n) for c, ranges in ids.items() for a, b in ranges for n in range(a, b)
    ]
    for version in found:
        rows = range(version.first, version.last + 1)
        assert version.added == sum(columns.born(*one) in rows for one in clocks)
        assert version.removed == sum(columns.died(*one) in rows for one in clocks)


def test_an_empty_log_has_no_versions() -> None:
    assert list(versions(EMPTY.stamps)) == []
    assert measured([], EMPTY, {}) == []

"""The algebra of updates, by its laws."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.contents import ANY, DELETED
from documents.yjs.extents import Extent, extent
from documents.yjs.merging import difference, merge, since, squash
from documents.yjs.updates import EMPTY, GC, ClientId, Item, Update
from tests.core.test_updates import ONE, strings
from tests.core.worlds import PLAIN_WORDS, World, collected, pieces

RANDOMS = st.integers(0, 2**32 - 1).map(Random)


def clashing(random: Random) -> list[Update]:
    """Updates that hold the same ids, some forgotten, cut at different places."""
    log = World(random).log(6)
    parts = [piece for update in log for piece in pieces(random, update, 2)]
    parts += [collected(update) for update in random.sample(parts, 4)]
    random.shuffle(parts)
    return parts


@given(RANDOMS)
def test_merging_is_associative(random: Random) -> None:
    updates = clashing(random)
    cut = random.randint(0, len(updates))
    halves = merge(updates[:cut]), merge(updates[cut:])
    one_by_one = EMPTY
    for update in updates:
        one_by_one = merge([one_by_one, update])
    assert merge(updates) == merge(halves) == one_by_one


@given(RANDOMS)
def test_merging_is_idempotent(random: Random) -> None:
    merged = merge(clashing(random))
    assert merge([merged]) == merge([merged, merged]) == merged
    assert merge([merged, EMPTY]) == merge([EMPTY, merged]) == merged


@given(RANDOMS)
def test_merging_does_not_depend_on_cuts(random: Random) -> None:
    whole = merge(World(random, words=PLAIN_WORDS).log(8))
    assert squash(merge(pieces(random, whole, 5))) == squash(whole)


@given(RANDOMS)
def test_disjoint_updates_merge_in_any_order(random: Random) -> None:
    log = World(random).log(8)
    assert merge(log) == merge(random.sample(log, len(log)))


@given(RANDOMS)
def test_the_earlier_argument_wins(random: Random) -> None:
    log = merge(World(random).log(6))
    assert merge([log, collected(log)]) == log
    assert merge([collected(log), log]) == collected(log)


def test_a_later_collection_hides_no_text() -> None:
    typed = strings("hello")
    resent = Update({ONE: (GC(0, 3), *strings("lo!", clock=3).structs[ONE])})
    merged = merge([typed, resent])
    assert merged == merge([typed, strings("!", clock=5)])


def test_what_is_in_between_is_filled_in() -> None:
    outer = merge([strings("ab"), strings("gh", clock=6)])
    merged = merge([outer, strings("abcdefgh")])
    assert squash(merged) == strings("abcdefgh")


@given(RANDOMS)
def test_squashing_keeps_the_extent_and_is_idempotent(random: Random) -> None:
    merged = merge(World(random).log(10))
    squashed = squash(merged)
    assert extent(squashed) == extent(merged)
    assert squash(squashed) == squashed


@given(RANDOMS)
def test_squashing_early_or_late_is_the_same(random: Random) -> None:
    log = World(random).log(10)
    cut = random.randint(0, len(log))
    early = merge([squash(merge(log[:cut])), *log[cut:]])
    assert squash(early) == squash(merge(log))


def test_typing_becomes_one_struct() -> None:
    assert squash(strings("a", "bc", "d")) == strings("abcd")
    forgotten = Update({ONE: (GC(0, 2), GC(2, 3))})
    assert squash(forgotten) == Update({ONE: (GC(0, 5),)})


def chained(*infos: int, kind: int = ANY) -> Update:
    """Items of one unit, each the next one's origin; the first is in root `m`."""
    items = []
    for clock, info in enumerate(infos):
        origin = (ONE, clock - 1) if clock else None
        parent = None if clock else "m"
        key = "k" if info & 0x20 and not clock else None
        content = (b"~",) if kind == ANY else b""
        items.append(Item(clock, 1, info | kind, origin, None, parent, key, content))
    return Update({ONE: tuple(items)})


def test_map_entries_stay_single_even_where_the_hint_is_lost() -> None:
    for kind in (ANY, DELETED):
        for update in (chained(0x20, 0xA0, 0xA0), chained(0x20, 0x80, 0x80)):
            entries = Update(
                {
                    ONE: tuple(
                        Item(
                            item.clock,
                            1,
                            item.info & 0xE0 | kind,
                            item.origin,
                            None,
                            item.parent,
                            item.key,
                            b"" if kind == DELETED else item.content,
                        )
                        for item in update.structs[ONE]
                        if isinstance(item, Item)
                    )
                }
            )
            assert squash(entries) == entries


def test_what_may_be_a_map_entry_stays_single() -> None:
    tail = Update({ONE: chained(0x80, 0x80, 0x80).structs[ONE][1:]})
    assert squash(tail) == tail
    assert len(squash(chained(0, 0x80, 0x80)).structs[ONE]) == 1


def test_a_ring_of_origins_ends() -> None:
    two = ClientId(2)

    def pair(client: ClientId, other: ClientId) -> tuple[Item, Item]:
        return (
            Item(0, 1, 0x88, (other, 0), None, None, None, (b"~",)),
            Item(1, 1, 0x88, (client, 0), None, None, None, (b"~",)),
        )

    ring = Update({ONE: pair(ONE, two), two: pair(two, ONE)})
    assert squash(ring) == ring


def test_nothing_else_is_joined() -> None:
    a, b = strings("a", "b").structs[ONE]
    assert isinstance(b, Item)
    other_right = Item(1, 1, 0xC4, b.origin, (ClientId(9), 0), None, None, b"b")
    other_origin = Item(1, 1, 0x84, (ClientId(9), 0), None, None, None, b"b")
    other_kind = Item(1, 1, 0x81, b.origin, None, None, None, b"")
    for second in (other_right, other_origin, other_kind, GC(1, 1)):
        update = Update({ONE: (a, second)})
        assert squash(update) == update


def embraced() -> Update:
    """`h` was typed behind `ab`; `i` has it on both sides, as a Yjs undo may write."""
    return Update(
        {
            ONE: (
                Item(0, 1, 0x07, None, None, "default", None, b"\x06"),
                Item(1, 2, 0x04, None, None, (ONE, 0), None, b"ab"),
                Item(3, 1, 0x84, (ONE, 2), None, None, None, b"h"),
                Item(4, 1, 0xC4, (ONE, 3), (ONE, 3), None, None, b"i"),
            )
        }
    )


def test_what_an_item_has_on_both_sides_begins_a_struct() -> None:
    update = embraced()
    assert squash(update) == update
    *before, last = update.structs[ONE]
    early = squash(Update({ONE: tuple(before)}))
    assert len(early.structs[ONE]) == 2
    assert squash(merge([early, Update({ONE: (last,)})])) == update


@given(RANDOMS)
def test_a_difference_and_what_is_there_are_the_whole(random: Random) -> None:
    log = World(random, words=PLAIN_WORDS).log(10)
    whole = merge(log)
    there = merge(log[: random.randint(0, len(log))])
    missing = difference(squash(whole), extent(there))
    assert squash(merge([there, missing])) == squash(whole)
    assert difference(missing, extent(there)) == missing
    assert difference(whole, extent(whole)).empty


@given(RANDOMS)
def test_since_a_state_vector_keeps_all_deletions(random: Random) -> None:
    log = World(random, words=PLAIN_WORDS).log(10)
    whole = merge(log)
    there = merge(log[: random.randint(0, len(log))])
    missing = since(squash(whole), extent(there).state_vector())
    assert missing.deletes == whole.deletes
    assert squash(merge([there, missing])) == squash(whole)
    assert since(whole, {}) == whole


@given(RANDOMS)
def test_an_extent_covers_what_it_took(random: Random) -> None:
    log = World(random).log(8)
    there = extent(merge(log[:4]))
    assert all(there.covers(update) for update in log[:4])
    for update in log[4:]:
        assert there.covers(update) == difference(update, there).empty
    for client, clock in there.clocks.items():
        assert there.contains(client, clock - 1)
        assert not there.contains(client, clock)


@given(RANDOMS)
def test_an_extent_gives_back_what_it_took(random: Random) -> None:
    log = World(random).log(6)
    grown = Extent()
    steps = []
    for update in log:
        new = difference(update, grown)
        steps.append(new)
        grown.take(new)
    assert grown == extent(merge(log))
    for count, new in reversed(list(enumerate(steps))):
        grown.give_back(new)
        assert grown == extent(merge(log[:count]))

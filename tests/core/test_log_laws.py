"""Laws of a log: its rows are apart, the first that holds an id keeps it."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from documents.yjs.admission import Ledger
from documents.yjs.contents import joined
from documents.yjs.extents import extent
from documents.yjs.merging import difference, merge, part, squash
from documents.yjs.updates import GC, HAS_KEY, ClientId, Item, Struct, Update
from tests.core.worlds import PLAIN_WORDS, World, collected, pieces

RANDOMS = st.integers(0, 2**32 - 1).map(Random)


def resent(random: Random, log: list[Update]) -> list[Update]:
    """What comes in: the log, and between its updates what was said before.

    Again as it was, in other pieces, with neighbours, or forgotten by then.
    """
    coming: list[Update] = []
    for count, update in enumerate(log, start=1):
        if random.random() < 0.3:
            start = random.randrange(count)
            coming.append(collected(merge(log[start : count - 1])))
            coming.append(squash(merge(log[start:count])))
        coming += random.choice([[], log[:1], pieces(random, merge(log[:count]), 2)])
        coming.append(update)
    return coming


def admitted(coming: list[Update]) -> list[Update]:
    """The rows of the log that they become."""
    ledger = Ledger()
    rows = [ledger.admit(update, partial=True).update for update in coming]
    assert ledger.extent == extent(merge(rows))
    return [row for row in rows if not row.empty]


def unhinted(struct: Struct) -> Struct:
    """Without the hint at map entries, which only the first piece of a struct has."""
    if isinstance(struct, GC):
        return struct
    return Item(
        struct.clock,
        struct.length,
        struct.info & ~HAS_KEY,
        struct.origin,
        struct.right_origin,
        struct.parent,
        struct.key,
        struct.content,
    )


@given(RANDOMS)
def test_rows_are_apart(random: Random) -> None:
    rows = admitted(resent(random, World(random).log(10)))
    held: dict[ClientId, list[tuple[int, int]]] = {}
    gone: dict[ClientId, list[tuple[int, int]]] = {}
    for row in rows:
        for client, structs in row.structs.items():
            held.setdefault(client, []).extend((s.clock, s.end) for s in structs)
        for client, ranges in row.deletes.items():
            gone.setdefault(client, []).extend(ranges)
    for edges in (*held.values(), *gone.values()):
        assert all(end <= start for (_, end), (start, _) in pairwise(sorted(edges)))


@given(RANDOMS)
def test_rows_grow_each_client_without_gaps(random: Random) -> None:
    clocks: dict[ClientId, int] = {}
    for row in admitted(resent(random, World(random).log(10))):
        for client, structs in row.structs.items():
            for struct in structs:
                assert struct.clock == clocks.get(client, 0)
                clocks[client] = struct.end


@given(RANDOMS)
def test_the_lowest_seq_keeps_an_id(random: Random) -> None:
    coming = resent(random, World(random, words=PLAIN_WORDS).log(10))
    rows = admitted(coming)
    assert squash(merge(rows)) == squash(merge(coming))
    for again in (reversed(rows), random.sample(rows, len(rows))):
        assert merge(again) == merge(rows)


@given(RANDOMS)
def test_a_later_collection_of_the_whole_log_changes_nothing(random: Random) -> None:
    rows = admitted(World(random).log(10))
    late = collected(merge(rows))
    assert difference(late, extent(merge(rows))).empty
    assert admitted([*rows, late]) == rows
    assert merge([*rows, late]) == merge(rows)


@given(RANDOMS)
def test_squashing_loses_nothing(random: Random) -> None:
    merged = merge(World(random).log(12))
    squashed = squash(merged)
    assert squashed.deletes == merged.deletes
    for client, structs in merged.structs.items():
        for struct in structs:
            again = gathered(client, squashed, struct)
            assert unhinted(again) == unhinted(struct)


def gathered(client: ClientId, squashed: Update, wanted: Struct) -> Struct:
    """What squashing left of a struct, put together again."""
    pieces = [
        part(client, one, max(one.clock, wanted.clock), min(one.end, wanted.end))
        for one in squashed.structs[client]
        if one.clock < wanted.end and wanted.clock < one.end
    ]
    first, length = pieces[0], sum(piece.length for piece in pieces)
    if not isinstance(first, Item):
        return GC(first.clock, length)
    content = joined([piece.content for piece in pieces if isinstance(piece, Item)])
    return replace(first, length=length, content=content)


@given(RANDOMS)
def test_squashing_is_the_same_from_any_pieces(random: Random) -> None:
    rows = admitted(World(random, words=PLAIN_WORDS).log(10))
    whole = squash(merge(rows))
    assert squash(merge([squash(row) for row in rows])) == whole
    assert squash(merge(pieces(random, whole, 4))) == whole

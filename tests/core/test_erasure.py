"""Taking words out of updates: what stays, and that Yjs finds the rest as it was."""

from random import Random

import pytest

from documents.history.carrying import Carry
from documents.history.erasure import Ids, erased, with_copies
from documents.yjs.admission import Ledger
from documents.yjs.contents import DELETED, FORMAT, STRING, TYPE
from documents.yjs.extents import extent
from documents.yjs.merging import merge, squash
from documents.yjs.ranges import normal
from documents.yjs.updates import GC, ClientId, Item, Update, encode, parse
from tests.core.worlds import LEAF, World
from tests.core.yjs import Judge, random_histories

ANA = ClientId(7)


def text(clock: int, content: bytes, length: int | None = None) -> Item:
    origin = (ANA, clock - 1) if clock else None
    parent = None if origin else "note"
    length = len(content) if length is None else length
    return Item(clock, length, STRING, origin, None, parent, None, content)


def some(random: Random, updates: list[Update], count: int = 6) -> Ids:
    """Ranges of ids that a log holds."""
    clocks = extent(merge(updates)).clocks
    chosen: dict[ClientId, list[tuple[int, int]]] = {}
    for _ in range(count):
        client = random.choice(sorted(clocks))
        start = random.randrange(clocks[client])
        end = min(start + random.choice([1, 3, 9]), clocks[client])
        chosen.setdefault(client, []).append((start, end))
    return {client: normal(ranges) for client, ranges in chosen.items()}


def test_a_part_of_a_text_is_emptied_and_the_rest_stays() -> None:
    update = Update({ANA: (text(0, b"my secret word"),)})
    found, said = erased(update, {ANA: ((3, 9),)})
    assert said == {ANA: ((3, 9),)}
    parts = found.structs[ANA]
    assert [(part.clock, part.end) for part in parts] == [(0, 3), (3, 9), (9, 14)]
    assert [part.content for part in parts if isinstance(part, Item)] == [
        b"my ",
        b"",
        b" word",
    ]
    assert parse(encode(found)) == found
    assert b"secret" not in encode(found)


def test_what_is_not_there_changes_nothing() -> None:
    update = Update({ANA: (text(0, b"word"), GC(4, 5))}, {ANA: ((0, 2),)})
    for ids in ({}, {ClientId(8): ((0, 4),)}, {ANA: ((4, 99),)}):
        assert erased(update, ids) == (update, {})


def test_types_and_the_ends_of_marks_stay() -> None:
    def mark(clock: int, value: bytes) -> Item:
        content = b"\x04link" + bytes([len(value)]) + value
        return Item(clock, 1, FORMAT, (ANA, clock - 1), None, None, None, content)

    leaf = Item(0, 1, TYPE, None, None, "default", None, LEAF)
    address = mark(1, b'{"href":"https://secret.example"}')
    update = Update({ANA: (leaf, address, mark(2, b"{}"), mark(3, b"null"))})
    found, said = erased(update, {ANA: ((0, 4),)})
    assert said == {ANA: ((1, 2),)}
    assert [s.kind for s in found.structs[ANA] if isinstance(s, Item)] == [
        TYPE,
        DELETED,
        FORMAT,
        FORMAT,
    ]


def test_what_says_the_same_again_is_found_from_any_of_its_copies() -> None:
    bo, cy = ClientId(8), ClientId(9)
    # Bo says 10..16 of Ana's again, and Cy 12..18, of which the end is Ana's own.
    carries = {
        bo: (Carry(100, 106, ANA, 10),),
        cy: (Carry(0, 6, ANA, 12), Carry(20, 25, bo, 50)),
    }
    every = {ANA: ((12, 14),), bo: ((102, 104),), cy: ((0, 2),)}
    for client, ranges in every.items():
        assert with_copies({client: ranges}, carries) == every
    assert with_copies({ANA: ((16, 30),)}, carries) == {
        ANA: ((16, 30),),
        cy: ((4, 6),),
    }
    assert with_copies({ANA: ((0, 9),), bo: ((0, 3),)}, carries) == {
        ANA: ((0, 9),),
        bo: ((0, 3),),
    }


@pytest.mark.parametrize("seed", range(40))
def test_rows_and_their_squashed_merge_are_emptied_alike(seed: int) -> None:
    world = World(Random(seed))
    log = world.log(60)
    ids = some(world.random, log)
    rows = [erased(update, ids)[0] for update in log]
    whole, said = erased(squash(merge(log)), ids)
    assert squash(merge(rows)) == squash(whole)
    again = erased(whole, ids)
    assert again == (whole, {})
    assert extent(whole) == extent(merge(log))
    for client, ranges in said.items():
        assert all(start < end for start, end in ranges), client


@pytest.mark.node
def test_yjs_shows_what_it_would_if_the_words_had_only_been_deleted(
    histories: int, first_seed: int, judge: Judge
) -> None:
    emptied = 0
    for history in random_histories(first_seed, histories, 80):
        random = Random(history.seed)
        log = [parse(row) for row in history.rows]
        ids = some(random, log)
        changed = [erased(update, ids) for update in log]
        said = [ranges for _, ranges in changed]
        deletion = encode(Update({}, together(said)))
        emptied += any(said)
        before = judge.state([*history.rows, deletion], gc=True)
        rows = [encode(update) for update, _ in changed]
        after = judge.state([*rows, deletion], gc=True)
        assert after == before, history.seed
        judge.ruin([update for update, _ in changed], gc=True)
    assert emptied


def together(many: list[Ids]) -> Ids:
    found: dict[ClientId, list[tuple[int, int]]] = {}
    for ids in many:
        for client, ranges in ids.items():
            found.setdefault(client, []).extend(ranges)
    return {client: normal(ranges) for client, ranges in found.items()}


@pytest.mark.node
def test_a_ledger_made_of_the_emptied_whole_is_that_of_its_rows(
    histories: int, first_seed: int
) -> None:
    for history in random_histories(first_seed, histories, 80):
        log = [parse(row) for row in history.rows]
        ids = some(Random(history.seed), log)
        by_rows, at_once = Ledger(), Ledger()
        for update in log:
            by_rows.absorb(erased(update, ids)[0])
        at_once.absorb(squash(erased(merge(log), ids)[0]))
        assert at_once.encode() == by_rows.encode(), history.seed

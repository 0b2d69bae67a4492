"""Columns tell of every id what the log says, whole, in part and as bytes."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.history import columns, kept
from documents.history.carrying import Carry
from documents.history.columns import Columns, decode, encode, grown
from documents.history.kept import Kept
from documents.history.runs import FALLING, LEVEL, RISING, Column, Run
from documents.history.stamps import Stamps
from documents.storage.chain import Entry
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import ClientId, Item, Struct, Update
from documents.yjs.updates import encode as encoded
from tests.core.logs import Ids, Told, entries_of, random_log, told

RANDOMS = st.integers(0, 2**32 - 1).map(Random)
ANA, BEN = ClientId(5), ClientId(900)
VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "columns.json").read_text()
)


def log_of(random: Random) -> tuple[list[Update], list[Entry]]:
    updates = random_log(random, random.randint(1, 30))
    return updates, entries_of(random, updates)


def with_carries(random: Random, found: Columns) -> Columns:
    """Let some ids of odd clients carry some of even ones."""
    carries = {}
    sources = [client for client in found.births if client % 2 == 0]
    for client in sorted(found.births):
        if client % 2 and sources:
            places = sorted(random.sample(range(1, 60), 4))
            source = random.choice(sources)
            carries[client] = (
                Carry(places[0], places[1], source, 3),
                Carry(places[2], places[3], source, 90),
            )
    return replace(found, carries=carries)


def ids(found: dict[ClientId, Column]) -> Ids:
    return {
        (client, clock): run.at(clock)
        for client, column in found.items()
        for run in column
        for clock in range(run.start, run.end)
    }


def recovered(stamps: Stamps) -> set[int]:
    return {seq for start, end in stamps.recovered for seq in range(start, end)}


def lives(found: Columns) -> Told:
    return Told(ids(dict(found.births)), ids(dict(found.deaths)))


@given(RANDOMS)
def test_every_id_has_the_first_seq_that_held_and_that_deleted_it(
    random: Random,
) -> None:
    updates, entries = log_of(random)
    found = grown(columns.EMPTY, entries)
    truth = told(updates)
    assert lives(found) == truth
    for client in found.births:
        for clock in range(70):
            assert found.born(client, clock) == truth.births.get((client, clock))
            assert found.died(client, clock) == truth.deaths.get((client, clock))


@given(RANDOMS)
def test_stamps_are_those_of_the_rows(random: Random) -> None:
    _, entries = log_of(random)
    stamps = grown(columns.EMPTY, entries).stamps
    assert (stamps.first, stamps.last) == (1, len(entries))
    for entry in entries:
        assert stamps.author(entry.seq) == entry.author
        assert stamps.time(entry.seq) == entry.at
    assert recovered(stamps) == {entry.seq for entry in entries if entry.recovered}


@given(RANDOMS)
def test_who_wrote_is_read_without_the_rest(random: Random) -> None:
    _, entries = log_of(random)
    body = kept.pack(Kept(grown(columns.EMPTY, entries), 0))
    wrote = {entry.author or 0 for entry in entries}
    assert kept.writers(body) == (len(entries), wrote)
    assert kept.split(body) == (encode(kept.unpack(body).columns), 0)
    for broken in (None, b"", b"\xff", body[:1]):
        assert kept.writers(broken) == (0, set())


@given(RANDOMS)
def test_growing_does_not_depend_on_batches(random: Random) -> None:
    _, entries = log_of(random)
    at_once = grown(columns.EMPTY, entries)
    cuts = sorted(random.choices(range(len(entries) + 1), k=4))
    found = columns.EMPTY
    for start, end in zip([0, *cuts], [*cuts, len(entries)], strict=True):
        found = grown(found, entries[start:end])
    assert found == at_once


@given(RANDOMS)
def test_growing_leaves_the_value_as_it_was(random: Random) -> None:
    _, entries = log_of(random)
    middle = len(entries) // 2
    found = grown(columns.EMPTY, entries[:middle])
    before = encode(found)
    grown(found, entries[middle:])
    assert encode(found) == before


@given(RANDOMS)
def test_columns_come_back_from_their_bytes(random: Random) -> None:
    _, entries = log_of(random)
    found = with_carries(random, grown(columns.EMPTY, entries))
    assert decode(encode(found)) == found


def test_no_columns_are_seven_bytes() -> None:
    assert encode(columns.EMPTY) == bytes([1, 0, 0, 0, 0, 0, 0])
    assert decode(encode(columns.EMPTY)) == columns.EMPTY


@given(RANDOMS)
def test_a_part_tells_of_its_seqs_only(random: Random) -> None:
    updates, entries = log_of(random)
    whole = with_carries(random, grown(columns.EMPTY, entries))
    first = random.randint(1, len(entries))
    last = random.randint(first - 1, len(entries))
    found = columns.part(whole, first, last)
    truth = told(updates)
    assert lives(found) == Told(
        {key: seq for key, seq in truth.births.items() if first <= seq <= last},
        {key: seq for key, seq in truth.deaths.items() if first <= seq <= last},
    )
    assert (found.first, found.last) == (first, last)
    stretch = range(first, last + 1)
    assert recovered(found.stamps) == recovered(whole.stamps).intersection(stretch)
    for seq in stretch:
        assert found.stamps.author(seq) == whole.stamps.author(seq)
        assert found.stamps.time(seq) == whole.stamps.time(seq)
    assert carried(found) == {
        key: source
        for key, source in carried(whole).items()
        if first <= truth.births.get(key, 0) <= last
    }
    assert decode(encode(found)) == found


@given(RANDOMS)
def test_what_came_after_is_told_run_by_run(random: Random) -> None:
    _, entries = log_of(random)
    whole = grown(columns.EMPTY, entries)
    seq = random.randint(0, len(entries))
    for kind in (whole.births, whole.deaths):
        for column in kind.values():
            assert column.after(seq) == column.within(seq + 1, len(entries))


def carried(
    found: Columns,
) -> dict[tuple[ClientId, int], tuple[ClientId, int]]:
    return {
        (client, clock): (one.source, one.part(clock, clock + 1).clock)
        for client, ones in found.carries.items()
        for one in ones
        for clock in range(one.start, one.end)
    }


def test_a_part_beyond_the_columns_is_refused() -> None:
    found = grown(columns.EMPTY, [row(1, [typed(0, "a")])])
    for first, last in ((0, 1), (1, 2), (2, 3), (2, 0)):
        with pytest.raises(ValueError, match="not a stretch"):
            columns.part(found, first, last)


@given(RANDOMS)
def test_parts_of_a_log_are_the_parts_of_its_parts(random: Random) -> None:
    _, entries = log_of(random)
    whole = grown(columns.EMPTY, entries)
    low, first, last, high = sorted(random.choices(range(1, len(entries) + 1), k=4))
    larger = columns.part(whole, low, high)
    assert columns.part(larger, first, last) == columns.part(whole, first, last)


def typed(clock: int, text: str) -> Item:
    return Item(clock, len(text), 4, None, None, "default", None, text.encode())


def row(
    seq: int, structs: list[Struct], *deleted: tuple[int, int], client: ClientId = ANA
) -> Entry:
    update = Update(
        {client: tuple(structs)} if structs else {},
        {client: deleted} if deleted else {},
    )
    return Entry(
        seq, 7, 1_700_000_000_000 + seq, recovered=False, payload=encoded(update)
    )


def test_typing_and_deleting_are_one_run_each() -> None:
    word = [row(seq, [typed(seq - 1, "a")]) for seq in range(1, 9)]
    backspaces = [row(9 + n, [], (7 - n, 8 - n)) for n in range(4)]
    paste = [row(13, [typed(8, "hello")])]
    forwards = [row(14 + n, [], (n, n + 1)) for n in range(3)]
    found = grown(columns.EMPTY, word + backspaces + paste + forwards)
    assert list(found.births[ANA]) == [Run(0, 8, RISING, 1), Run(8, 13, LEVEL, 13)]
    assert list(found.deaths[ANA]) == [Run(0, 3, RISING, 14), Run(4, 8, FALLING, 12)]


def test_an_id_dies_by_its_first_deletion() -> None:
    rows = [
        row(1, [typed(0, "hello")]),
        row(2, [], (1, 3)),
        row(3, [], (0, 4)),
        row(4, [], (0, 5)),
    ]
    found = grown(columns.EMPTY, rows)
    assert [found.died(ANA, clock) for clock in range(6)] == [3, 2, 2, 3, 4, None]


def test_an_id_is_born_by_the_first_row_that_holds_it() -> None:
    rows = [row(1, [typed(0, "he")]), row(2, [typed(0, "hello")])]
    found = grown(columns.EMPTY, rows)
    assert [found.born(ANA, clock) for clock in range(6)] == [1, 1, 2, 2, 2, None]


def test_only_the_next_rows_of_the_log_are_taken() -> None:
    found = grown(columns.EMPTY, [row(1, [typed(0, "a")])])
    for seq in (0, 1, 3):
        with pytest.raises(ValueError, match="not the next"):
            grown(found, [row(seq, [typed(1, "b")])])


def test_a_broken_payload_is_told() -> None:
    with pytest.raises(Malformed):
        grown(columns.EMPTY, [Entry(1, 7, 0, recovered=False, payload=b"\x01")])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_columns_are_what_the_contract_says(vector: dict[str, object]) -> None:
    body = bytes.fromhex(str(vector["hex"]))
    found = decode(body)
    assert encode(found) == body
    assert told_of(found) == vector["columns"]


def told_of(found: Columns) -> dict[str, object]:
    """Columns as the vectors spell them."""
    stamps = found.stamps
    seqs = range(found.first, found.last + 1)

    def spelled(kind: dict[ClientId, Column]) -> list[list[object]]:
        return [[c, [[*run] for run in column]] for c, column in sorted(kind.items())]

    return {
        "first": found.first,
        "last": found.last,
        "authors": [stamps.author(seq) or 0 for seq in seqs],
        "times": [stamps.time(seq) for seq in seqs],
        "recovered": sorted(recovered(stamps)),
        "births": spelled(dict(found.births)),
        "deaths": spelled(dict(found.deaths)),
        "carries": [
            [client, [[*one] for one in ones]]
            for client, ones in sorted(found.carries.items())
        ],
    }


@given(RANDOMS, st.data())
def test_bytes_that_are_accepted_are_what_would_be_written(
    random: Random, data: st.DataObject
) -> None:
    _, entries = log_of(random)
    body = bytearray(encode(with_carries(random, grown(columns.EMPTY, entries))))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(0, len(body)))] or body
    try:
        found = decode(bytes(body))
    except Malformed:
        return
    assert decode(encode(found)) == found


def written(**parts: str) -> bytes:
    """Columns of the seqs 1..3 by user 7, with some parts as other hex."""
    usual = {
        "stretch": "0103",
        "authors": "010703",
        "times": "020202",
        "recovered": "00",
        "births": "010501000900",
        "deaths": "00",
        "carries": "00",
    }
    return bytes.fromhex("".join((usual | parts).values()))


def test_the_usual_columns_are_read() -> None:
    assert list(decode(written()).births[ANA]) == [Run(0, 3, LEVEL, 1)]


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ({"stretch": "0001"}, "not a stretch of seqs"),
        ({"stretch": "0401"}, "not a stretch of seqs"),
        ({"authors": "010702"}, "authors of other seqs"),
        ({"authors": "0207000803"}, "authors of other seqs"),
        ({"authors": "0207010702"}, "one author in two runs"),
        ({"times": "010202"}, "time out of range"),
        ({"recovered": "010004"}, "seqs out of range"),
        ({"recovered": "010100"}, "not a run of seqs"),
        ({"recovered": "0200010001"}, "not a run of seqs"),
        ({"births": "010501000200"}, "not a run"),
        ({"births": "010501000400"}, "not a run"),
        ({"births": "010501ffffffff0f0900"}, "not a run"),
        ({"births": "010501000306"}, "seq out of range"),
        ({"births": "010501000a02"}, "seq out of range"),
        ({"births": "010501000b00"}, "seq out of range"),
        ({"births": "010502000300000302"}, "runs that are one"),
        ({"births": "010502000600000300"}, "runs that are one"),
        ({"births": "010500"}, "no runs"),
        ({"births": "0205010009000501000900"}, "clients out of order"),
        ({"births": "0105ff01"}, "unexpected end"),
        ({"carries": "010500"}, "no carries"),
        ({"carries": "01050100000600"}, "not a carry"),
        ({"carries": "010501000106ffffffff0f"}, "not a carry"),
        ({"carries": "0105020001060000010601"}, "carries that are one"),
        ({"carries": "02050100010600060100010500"}, "a carry of a"),
        ({"carries": "0000"}, "bytes left over"),
    ],
)
def test_what_nobody_writes_is_malformed(part: dict[str, str], complaint: str) -> None:
    with pytest.raises(Malformed, match=complaint):
        decode(written(**part))

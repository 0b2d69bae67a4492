"""Merging, squashing and admission against yjs, over random histories.

Yjs tidies up text formats by itself, and does so differently when it gets a history
row by row or at once: formats may then be those that its own merge leads to.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from documents.admission import Ledger
from documents.extents import extent
from documents.merging import difference, merge, since, squash
from documents.updates import (
    HAS_KEY,
    Item,
    Update,
    encode,
    encode_state_vector,
    parse,
)
from tests.core.yjs import History, Judge, State, random_histories

pytestmark = pytest.mark.node
STEPS = 80


@pytest.fixture(scope="module")
def made(histories: int, first_seed: int) -> list[History]:
    """Histories with their seeds, which a failing assertion shows."""
    return list(random_histories(first_seed, histories, STEPS))


def admitted(history: History) -> Iterator[tuple[Update, int]]:
    """The log that a server makes of what comes in, and where each row came."""
    ledger = Ledger()
    for count, row in enumerate(history.rows, start=1):
        admission = ledger.admit(parse(row))
        assert not admission.lacks, (history.seed, count)
        if not admission.update.empty:
            yield admission.update, count
    assert Ledger.decode(ledger.encode()) == ledger


def unformatted(visible: object) -> object:
    """What is visible, without the formats of text."""
    if isinstance(visible, dict) and "text" in visible:
        texts = "".join(str(run[2]) for run in visible["text"])
        return texts, visible["attributes"]
    if isinstance(visible, dict):
        return {name: unformatted(value) for name, value in visible.items()}
    if isinstance(visible, list):
        return [unformatted(value) for value in visible]
    return visible


def assert_same(
    found: State, replayed: State, judge: Judge, rows: list[bytes], note: object
) -> None:
    assert found["clocks"] == replayed["clocks"], note
    assert found["deleted"] == replayed["deleted"], note
    assert found["order"] == replayed["order"], note
    assert not found["waiting"], note
    if found["visible"] != replayed["visible"]:
        assert unformatted(found["visible"]) == unformatted(replayed["visible"]), note
        at_once = judge.state([judge.merged(rows)], gc=False)
        assert found["visible"] == at_once["visible"], note


def test_what_yjs_writes_is_encoded_as_it_was(made: list[History]) -> None:
    for history in made:
        for row in history.rows:
            assert encode(parse(row)) == row, history.seed


def test_honest_updates_are_admitted_and_mean_the_same(
    made: list[History], judge: Judge
) -> None:
    for history in made:
        log = [encode(update) for update, _ in admitted(history)]
        replayed = judge.state(history.rows, gc=True)
        assert judge.state(log, gc=True) == replayed, history.seed


def test_snapshots_of_any_prefix_are_what_yjs_replays(
    made: list[History], judge: Judge
) -> None:
    for history in made:
        random = Random(history.seed)
        log = list(admitted(history))
        for _ in range(3):
            count = random.randint(1, len(log))
            snapshot = squash(merge([update for update, _ in log[:count]]))
            rows = history.rows[: log[count - 1][1]]
            for gc in (True, False):
                note = (history.seed, count, gc)
                found = judge.state([encode(snapshot)], gc=gc)
                assert_same(found, judge.state(rows, gc=gc), judge, rows, note)


def test_a_difference_brings_a_client_up_to_date(
    made: list[History], judge: Judge
) -> None:
    for history in made:
        random = Random(history.seed)
        log = [update for update, _ in admitted(history)]
        count = random.randint(0, len(log))
        whole, there = squash(merge(log)), merge(log[:count])
        for missing in (
            since(whole, extent(there).state_vector()),
            difference(whole, extent(there)),
        ):
            found = judge.state([encode(there), encode(missing)], gc=True)
            rows = [encode(update) for update in log]
            replayed = judge.state(rows, gc=True)
            assert_same(found, replayed, judge, rows, (history.seed, count))


def unhinted(update: Update) -> Update:
    """Without the hint at map entries that yjs loses when it handles bytes."""
    return Update(
        {
            client: tuple(
                replace(struct, info=struct.info & ~HAS_KEY)
                if isinstance(struct, Item) and struct.key is None
                else struct
                for struct in structs
            )
            for client, structs in update.structs.items()
        },
        update.deletes,
    )


def test_since_is_yjs_own_difference(made: list[History], judge: Judge) -> None:
    for history in made:
        random = Random(history.seed)
        log = [update for update, _ in admitted(history)]
        whole = merge(log)
        vector = extent(merge(log[: random.randint(0, len(log))])).state_vector()
        theirs = judge.diff(encode(whole), encode_state_vector(vector))
        found = unhinted(since(whole, vector))
        assert found == unhinted(parse(theirs)), history.seed


def test_what_yjs_merges_is_admitted_alike(made: list[History], judge: Judge) -> None:
    for history in made:
        log = [update for update, _ in admitted(history)]
        theirs = parse(judge.merged([encode(update) for update in log]))
        rows, at_once = Ledger(), Ledger()
        for update in log:
            rows.absorb(update)
        assert not at_once.admit(theirs).lacks, history.seed
        assert at_once == rows, history.seed

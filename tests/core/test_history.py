"""Any former state, cut out of the whole log, is what replaying its rows gives.

B4 is the real writing of a paper in 259,778 edits (see `tests/server/test_b4.py`).
"""

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.history import columns
from documents.history.columns import Columns, grown
from documents.history.prefixes import at
from documents.yjs.extents import extent
from documents.yjs.merging import merge, squash
from documents.yjs.updates import EMPTY, Update, encode, parse
from tests.core.differential import assert_same
from tests.core.logs import disjoint, entries_of, random_log
from tests.core.yjs import SCRIPTS, Judge, State, random_histories

RANDOMS = st.integers(0, 2**32 - 1).map(Random)
TRACE: Final = Path(__file__).parents[1] / "data" / "b4.json.gz"
PREFIXES: Final = 200


def whole_of(log: list[Update]) -> tuple[Update, Columns]:
    entries = entries_of(Random(1), log)
    return squash(merge(log)), grown(columns.EMPTY, entries)


@given(RANDOMS)
def test_a_former_state_is_the_merge_of_its_rows(random: Random) -> None:
    log = random_log(random, 20)
    whole, found = whole_of(log)
    for seq in range(len(log) + 1):
        assert squash(at(whole, found, seq)) == squash(merge(log[:seq]))


@given(RANDOMS)
def test_rows_that_came_later_do_not_matter(random: Random) -> None:
    log = random_log(random, 20)
    _, found = whole_of(log[:10])
    seq = random.randint(0, 10)
    later = squash(merge(log))
    assert squash(at(later, found, seq)) == squash(merge(log[:seq]))


def test_before_the_first_row_there_is_nothing() -> None:
    log = random_log(Random(1), 3)
    assert at(*whole_of(log), 0) == EMPTY


@pytest.mark.node
def test_a_former_state_is_what_yjs_replays(
    histories: int, first_seed: int, judge: Judge
) -> None:
    for history in random_histories(first_seed, histories, 80):
        random = Random(history.seed)
        log = list(disjoint(map(parse, history.rows)))
        whole, found = whole_of([update for update, _ in log])
        for seq in random.sample(range(1, len(log) + 1), 3):
            state = encode(at(whole, found, seq))
            rows = history.rows[: log[seq - 1][1]]
            note = (history.seed, seq)
            replayed = judge.state(rows, gc=False)
            shown = judge.state([state], gc=False)
            assert_same(shown, replayed, judge, rows, note)


def replay(edits: list[list[object]], counts: list[int]) -> Iterator[str]:
    """The text of the trace after so many edits, for each count."""
    text: list[str] = []
    done = 0
    for count in counts:
        for place, gone, inserted in edits[done:count]:
            assert isinstance(place, int)
            assert isinstance(gone, int)
            text[place : place + gone] = str(inserted)
        done = count
        yield "".join(text)


def text_of(state: State) -> str:
    """The text of the only paragraph."""
    shown = json.dumps(state["visible"])
    [paragraph] = json.loads(shown)["default"]
    [leaf] = paragraph["children"]
    return "".join(run[2] for run in leaf["text"])


def paper() -> list[bytes]:
    """B4 as yjs writes it: an empty paragraph, then a row for each edit."""
    told = subprocess.run(
        ["node", SCRIPTS / "paper.mjs", TRACE],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [bytes.fromhex(line) for line in told.stdout.split()]


@pytest.mark.node
def test_former_states_of_b4_show_the_text_of_the_trace(judge: Judge) -> None:
    edits = json.loads(gzip.decompress(TRACE.read_bytes()))["edits"]
    log = [parse(payload) for payload in paper()]
    whole, found = whole_of(log)
    assert columns.decode(columns.encode(found)) == found
    counts = sorted(Random(4).sample(range(len(edits) + 1), PREFIXES))
    for count, text in zip(counts, replay(edits, counts), strict=True):
        state = at(whole, found, count + 1)
        shown = judge.state([encode(state)], gc=False)
        assert text_of(shown) == text, count
    last = counts[PREFIXES // 2] + 1
    assert extent(at(whole, found, last)) == extent(merge(log[:last]))

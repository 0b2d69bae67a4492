"""Hostile updates: named errors only, and what is admitted harms no browser."""

import json
from pathlib import Path

import pytest

from documents.yjs.admission import Ledger, Refused
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Malformed, Update, parse, parse_state_vector
from tests.core.differential import STEPS
from tests.core.fuzz import Fuzz
from tests.core.hostility import chaotic, harms_no_browser, mischievous
from tests.core.test_admission import PARAGRAPH, A, B, by, deleting, item, nested
from tests.core.yjs import Judge, random_histories

VECTORS = json.loads((Path(__file__).parent / "hostile.json").read_text())
VERDICTS = {
    "tried: malformed",
    "tried: refused",
    "tried: lacking",
    "tried: nothing new",
    "tried: admitted in part",
    "tried: admitted",
}


def taken(payloads: list[bytes]) -> list[Update]:
    """What a log keeps of these; raises what admission raises."""
    ledger = Ledger()
    admissions = [ledger.admit(parse(payload)) for payload in payloads]
    return [admission.update for admission in admissions]


@pytest.mark.parametrize("name", VECTORS["poison"])
def test_known_poison_is_kept_out(name: str) -> None:
    payloads = [bytes.fromhex(row) for row in VECTORS["poison"][name]]
    with pytest.raises((Malformed, Refused)):
        taken(payloads)


def test_a_state_vector_that_kills_an_engine_is_malformed() -> None:
    with pytest.raises(Malformed):
        parse_state_vector(bytes.fromhex("8080808008"))


@pytest.mark.node
@pytest.mark.parametrize("name", VECTORS["honest"])
def test_honest_updates_that_engines_choked_on(name: str, judge: Judge) -> None:
    payloads = [bytes.fromhex(row) for row in VECTORS["honest"][name]]
    ledger = Ledger()
    log = [ledger.admit(parse(p)).update for p in payloads * 2]
    assert ledger.admit(parse(payloads[0])).update.empty
    for gc in (True, False):
        judge.ruin(log, gc=gc)
        judge.ruin([squash(merge(log))], gc=gc)


@pytest.mark.node
def test_what_is_admitted_harms_no_browser(
    histories: int, first_seed: int, judge: Judge
) -> None:
    for seed in range(first_seed, first_seed + histories // 4):
        harms_no_browser(mischievous(seed), judge)
        harms_no_browser(chaotic(seed), judge)


@pytest.mark.node
def test_deepest_nesting_and_split_entries_harm_no_browser(judge: Judge) -> None:
    ledger = Ledger()
    rows = [PARAGRAPH, *nested(100, root="default")]
    entry = by(A, item(7, 8, content=(b"~", b"x", b"y"), at=(A, 0), key="k"))
    rows += [entry, by(A, item(10, 8, content=(b"~",) * 2, origin=(A, 8)))]
    rows += [deleting(A, 8, 9), deleting(A, 0, 1), deleting(B, 0, 1)]
    log = [ledger.admit(row).update for row in rows]
    for gc in (True, False):
        judge.ruin(log, gc=gc)
        judge.ruin([squash(merge(log))], gc=gc)


@pytest.mark.node
def test_the_fuzz_run_counts_what_it_tried(
    histories: int, first_seed: int, judge: Judge
) -> None:
    fuzz = Fuzz(judge)
    for history in random_histories(first_seed, histories // 20, STEPS):
        fuzz.run(history)
    counts = fuzz.tally.counts
    verdicts = [count for word, count in counts.items() if word in VERDICTS]
    assert counts["histories"] == histories // 20
    assert sum(verdicts) > counts["tried: mutated"] > counts["tried: random"] > 0
    assert fuzz.tally.refused.total() == (
        counts["tried: malformed"] + counts["tried: refused"]
    )

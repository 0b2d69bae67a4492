"""Hostile updates: named errors only, and what is admitted harms no browser."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from documents.admission import Ledger, Refused
from documents.merging import merge, squash
from documents.updates import Malformed, Update, encode, parse, parse_state_vector
from tests.core.test_admission import PARAGRAPH, A, B, by, deleting, item, nested
from tests.core.worlds import World
from tests.core.yjs import Judge

VECTORS = json.loads((Path(__file__).parent / "hostile.json").read_text())
ROUNDS = 60
"""Updates that one hostile world sends."""


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


def hostile_log(seed: int) -> list[Update]:
    """What a log keeps of a world that means harm."""
    random = Random(seed)
    world = World(random, mischief=random.choice([0.0, 0.05, 0.2]))
    ledger, log = Ledger(), []
    for _ in range(ROUNDS):
        update = parse(encode(world.update()))
        before = ledger.encode()
        try:
            admission = ledger.admit(update, partial=random.random() < 0.3)
        except Refused:
            assert ledger.encode() == before
        else:
            log.append(admission.update)
        world.learn(ledger.state_vector())
    return [update for update in log if not update.empty]


@pytest.mark.node
def test_what_is_admitted_harms_no_browser(
    histories: int, first_seed: int, judge: Judge
) -> None:
    for seed in range(first_seed, first_seed + histories):
        log = hostile_log(seed)
        middle = len(log) // 2
        halves = [squash(merge(log[:middle])), merge(log[middle:])]
        for rows in (log, [squash(merge(log))], halves):
            for gc in (True, False):
                judge.ruin(rows, gc=gc)


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
def test_damaged_updates_that_are_admitted_harm_no_browser(
    histories: int, first_seed: int, judge: Judge
) -> None:
    for seed in range(first_seed, first_seed + histories):
        random = Random(seed)
        ledger, log = Ledger(), []
        for payload in [encode(update) for update in World(random).log(20)]:
            for tried in (damaged(random, payload), payload):
                try:
                    admission = ledger.admit(parse(tried), partial=True)
                except (Malformed, Refused):
                    continue
                log.append(admission.update)
        for gc in (True, False):
            judge.ruin(log, gc=gc)
            judge.ruin([squash(merge(log))], gc=gc)


def damaged(random: Random, payload: bytes) -> bytes:
    """A byte or two changed, or a stretch lost or doubled."""
    edges = sorted(random.sample(range(len(payload) + 1), 2))
    start, end = next(pairwise(edges))
    match random.randrange(3):
        case 0:
            changed = bytearray(payload)
            for _ in range(random.randint(1, 2)):
                changed[random.randrange(len(payload))] = random.randrange(256)
            return bytes(changed)
        case 1:
            return payload[:start] + payload[end:]
        case _:
            return payload[:end] + payload[start:]

"""What our algebra shares with yjs, checked on one history at a time.

Yjs tidies up text formats by itself, and does so differently when it gets a history
row by row or at once: formats may then be those that its own merge leads to.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

from documents.yjs.admission import Ledger
from documents.yjs.extents import extent
from documents.yjs.merging import difference, merge, since, squash
from documents.yjs.updates import (
    HAS_KEY,
    Item,
    Update,
    encode,
    encode_state_vector,
    parse,
)
from tests.core.yjs import History, Judge, State

STEPS: Final = 80
"""Steps of a history."""
PREFIXES: Final = 3
"""How many prefixes of a history are looked at."""


def admitted(history: History) -> Iterator[tuple[Update, int]]:
    """The log that a server makes of what comes in, and where each row came."""
    ledger = Ledger()
    for count, row in enumerate(history.rows, start=1):
        admission = ledger.admit(parse(row))
        assert not admission.lacks, (history.seed, count)
        if not admission.update.empty:
            yield admission.update, count
    assert Ledger.decode(ledger.encode()) == ledger, history.seed


def log_of(history: History) -> list[Update]:
    """The log alone."""
    return [update for update, _ in admitted(history)]


def is_encoded_as_it_was(history: History, _judge: Judge) -> None:
    """What yjs writes, we write."""
    for row in history.rows:
        assert encode(parse(row)) == row, history.seed


def means_the_same(history: History, judge: Judge) -> None:
    """A browser shows of the log what it shows of what came in."""
    log = [encode(update) for update in log_of(history)]
    for gc in (True, False):
        replayed = judge.state(history.rows, gc=gc)
        assert judge.state(log, gc=gc) == replayed, (history.seed, gc)


def has_snapshots(history: History, judge: Judge) -> None:
    """The squashed merge of any prefix is what yjs replays, with and without GC."""
    random = Random(history.seed)
    log = list(admitted(history))
    counts = range(1, len(log) + 1)  # none where nobody wrote anything
    for count in random.choices(counts, k=PREFIXES) if counts else ():
        snapshot = squash(merge([update for update, _ in log[:count]]))
        rows = history.rows[: log[count - 1][1]]
        for gc in (True, False):
            found = judge.state([encode(snapshot)], gc=gc)
            replayed = judge.state(rows, gc=gc)
            assert_same(found, replayed, judge, rows, (history.seed, count, gc))


def brings_up_to_date(history: History, judge: Judge) -> None:
    """A difference and what a client has are the whole."""
    random = Random(history.seed)
    log = log_of(history)
    count = random.randint(0, len(log))
    whole, there = squash(merge(log)), merge(log[:count])
    rows = [encode(update) for update in log]
    for missing in (
        since(whole, extent(there).state_vector()),
        difference(whole, extent(there)),
    ):
        found = judge.state([encode(there), encode(missing)], gc=True)
        replayed = judge.state(rows, gc=True)
        assert_same(found, replayed, judge, rows, (history.seed, count))


def differs_as_in_yjs(history: History, judge: Judge) -> None:
    """What a state vector lacks is what yjs says, byte by byte but for a lost hint."""
    random = Random(history.seed)
    log = log_of(history)
    whole = merge(log)
    vector = extent(merge(log[: random.randint(0, len(log))])).state_vector()
    theirs = judge.diff(encode(whole), encode_state_vector(vector))
    assert _unhinted(since(whole, vector)) == _unhinted(parse(theirs)), history.seed


def admits_what_yjs_merges(history: History, judge: Judge) -> None:
    """The whole log in one update, as yjs merges it, makes the same ledger."""
    log = log_of(history)
    theirs = parse(judge.merged([encode(update) for update in log]))
    rows, at_once = Ledger(), Ledger()
    for update in log:
        rows.absorb(update)
    assert not at_once.admit(theirs).lacks, history.seed
    assert at_once == rows, history.seed


CHECKS: Final = (
    is_encoded_as_it_was,
    means_the_same,
    has_snapshots,
    brings_up_to_date,
    differs_as_in_yjs,
    admits_what_yjs_merges,
)


def assert_same(
    found: State, replayed: State, judge: Judge, rows: list[bytes], note: object
) -> None:
    """Two states are one, but for formats that yjs itself writes otherwise."""
    assert found["clocks"] == replayed["clocks"], note
    assert found["deleted"] == replayed["deleted"], note
    assert found["order"] == replayed["order"], note
    assert not found["waiting"], note
    if found["visible"] != replayed["visible"]:
        assert _unformatted(found["visible"]) == _unformatted(replayed["visible"]), note
        at_once = judge.state([judge.merged(rows)], gc=False)
        assert found["visible"] == at_once["visible"], note


def _unformatted(visible: object) -> object:
    """What is visible, without the formats of text."""
    if isinstance(visible, dict) and "text" in visible:
        texts = "".join(str(run[2]) for run in visible["text"])
        return texts, visible["attributes"]
    if isinstance(visible, dict):
        return {name: _unformatted(value) for name, value in visible.items()}
    if isinstance(visible, list):
        return [_unformatted(value) for value in visible]
    return visible


def _unhinted(update: Update) -> Update:
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

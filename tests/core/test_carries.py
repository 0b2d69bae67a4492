"""Whoever re-creates text does not become its author; whoever types it does.

The truth comes from people at real editors (`tests/yjs/sittings.mjs`): every letter is
typed once there, so it is known wherever splits, joins, toggles, undo, cuts and pastes
take it. Our editor declares what it carries; of others, which are silent, the server
finds out. Ordinary words (`tests/yjs/twins.mjs`) show that nothing is taken by chance.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from documents.history.carries import traced
from documents.history.columns import EMPTY, Columns, grown
from documents.history.ends import NEVER
from tests.core.sittings import Fate, Sitting, sittings

ACTS = 60
SITTINGS = 3
RESTORING = 0.3
"""How likely a step restores what was, or takes back what somebody did."""
EASES = [1.0, 0.9, 0.8, 0.7]
"""How likely a step is enough to send one's edits, and to hear of the others'."""


def wrong(sitting: Sitting) -> Iterator[tuple[str, tuple[int, object], list[Fate]]]:
    """Letters of which the core tells another author or deleter than there was."""
    truth = sitting.told["truth"]
    assert isinstance(truth, dict)
    fates: dict[str, list[Fate]] = {}
    for letter, fate in sitting.fates(sitting.columns):
        fates.setdefault(letter, []).append(fate)
    for letter, (author, deleter) in truth.items():
        found = fates.get(letter, [])
        last = max(found, key=lambda fate: fate.until, default=None)
        authors = {fate.author for fate in found}
        if last and (authors != {author} or last.deleter != deleter):
            yield letter, (author, deleter), found


@pytest.mark.node
@pytest.mark.parametrize("ease", EASES)
def test_every_letter_has_its_author_and_its_deleter(
    ease: float, first_seed: int
) -> None:
    """However much happens at once."""
    letters = 0
    for sitting in sittings("sittings.mjs", first_seed, SITTINGS, ACTS, ease):
        truth = sitting.told["truth"]
        assert isinstance(truth, dict)
        letters += len(truth)
        assert list(wrong(sitting)) == [], sitting.seed
    assert letters > SITTINGS * ACTS


@pytest.mark.node
def test_what_others_editors_leave_unsaid_is_found_out(first_seed: int) -> None:
    """People at editors that declare nothing, who hear of everything at once."""
    for sitting in sittings(
        "sittings.mjs", first_seed, SITTINGS, ACTS, 1.0, 0, "silent"
    ):
        assert list(wrong(sitting)) == [], sitting.seed


@pytest.mark.node
def test_silent_editors_that_are_not_heard_stray_seldom(
    histories: int, first_seed: int
) -> None:
    """Their rows may be byte for byte those of who typed the same."""
    letters = 0
    mistaken: list[object] = []
    for sitting in sittings(
        "sittings.mjs", first_seed, histories // 13, ACTS, 0.8, 0, "silent"
    ):
        truth = sitting.told["truth"]
        assert isinstance(truth, dict)
        letters += len(truth)
        mistaken += [(sitting.seed, *found) for found in wrong(sitting)]
    assert len(mistaken) <= letters // 500 + 2, mistaken


@pytest.mark.node
def test_what_is_restored_keeps_its_authors(first_seed: int) -> None:
    """A moment, blocks of one, phrases; what was taken back; undone, redone: all."""
    acts: set[object] = set()
    for sitting in sittings("sittings.mjs", first_seed, 3, ACTS, 1.0, RESTORING):
        acts |= {sitting.act(entry.seq) for entry in sitting.entries}
        assert list(wrong(sitting)) == [], sitting.seed
    assert acts >= {"restore", "restoreBlocks", "putBack", "takeBack"}


@pytest.mark.node
def test_ordinary_words_keep_their_authors(histories: int, first_seed: int) -> None:
    """Each letter where it stands, however many equal ones stand around it."""
    letters = by_ids_alone = 0
    for sitting in sittings("twins.mjs", first_seed, histories // 13, 2 * ACTS):
        assert astray(sitting, sitting.columns) == [], sitting.seed
        by_ids_alone += len(astray(sitting, replace(sitting.columns, carries={})))
        letters += len(living(sitting, sitting.columns))
    assert by_ids_alone * 3 > letters


def living(sitting: Sitting, found: Columns) -> list[tuple[str, object]]:
    fates = sitting.fates(found)
    return [(unit, fate.author) for unit, fate in fates if fate.until == NEVER]


def astray(sitting: Sitting, found: Columns) -> list[tuple[int, str, object, object]]:
    """The letters that are said to be another's, and where they stand."""
    authors = sitting.told["authors"]
    assert isinstance(authors, list)
    return [
        (at, unit, author, truth)
        for at, ((unit, author), truth) in enumerate(
            zip(living(sitting, found), authors, strict=True)
        )
        if truth is not None and author != truth
    ]


@pytest.mark.node
def test_tracing_does_not_depend_on_batches(first_seed: int) -> None:
    for sitting in sittings("sittings.mjs", first_seed, 1, ACTS, 0.8):
        random = Random(sitting.seed)
        entries = sitting.entries
        found = EMPTY
        while found.last < len(entries):
            since = found.last
            last = min(since + random.choice([1, 5, 40]), len(entries))
            found = grown(found, entries[since:last])
            found = traced(found, sitting.whole(last), since)
        assert found == sitting.columns, sitting.seed

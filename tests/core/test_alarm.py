"""The shrinkage alarm: when it rings, for whom, and when it is over."""

from dataclasses import replace
from random import Random

import pytest

from documents.history.alarm import LEAST, WINDOW, Shrinkage, shrinkage
from documents.history.carrying import Carry
from documents.history.columns import EMPTY as NOTHING
from documents.history.columns import Columns, grown
from documents.storage.chain import Entry
from documents.yjs.contents import DELETED
from documents.yjs.updates import ClientId, Item, Update, encode

ANA, BO = 7, 8
ONE = ClientId(1)


class Log:
    """Rows that insert so many ids and delete ranges of ids, at times."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.clock = 0
        self.now = 1000

    def row(
        self, by: int | None, insert: int = 0, delete: tuple[int, int] | None = None
    ) -> None:
        structs = {}
        if insert:
            item = Item(self.clock, insert, DELETED, None, None, "x", None, b"")
            structs[ONE] = (item,)
            self.clock += insert
        update = Update(structs, {ONE: (delete,)} if delete else {})
        seq = len(self.entries) + 1
        entry = Entry(seq, by, self.now, recovered=False, payload=encode(update))
        self.entries.append(entry)

    def wait(self, milliseconds: int) -> None:
        self.now += milliseconds

    @property
    def columns(self) -> Columns:
        return grown(NOTHING, self.entries)


@pytest.fixture
def log() -> Log:
    """A document of a thousand letters."""
    made = Log()
    made.row(ANA, insert=1000)
    made.wait(10 * WINDOW)
    return made


def test_much_at_once_rings(log: Log) -> None:
    log.row(BO, delete=(0, 600))
    at = log.now
    log.wait(5 * WINDOW)
    log.row(ANA, insert=10)
    assert shrinkage(log.columns, 0) == Shrinkage(1, 2, BO, at, 0.6)
    assert shrinkage(log.columns, 1) == Shrinkage(1, 2, BO, at, 0.6)
    assert shrinkage(log.columns, 2) is None


def test_half_of_it_does_not_ring(log: Log) -> None:
    log.row(BO, delete=(0, 500))
    assert shrinkage(log.columns, 0) is None
    log.row(BO, delete=(500, 501))
    assert shrinkage(log.columns, 0) == Shrinkage(1, 3, BO, log.now, 0.501)


def test_many_small_deletions_of_one_minute_ring_together(log: Log) -> None:
    for number in range(6):
        log.row(BO, delete=(100 * number, 100 * number + 100))
        log.wait(WINDOW // 6)
    found = shrinkage(log.columns, 0)
    assert found is not None
    assert (found.before, found.seq) == (1, 7)


def test_what_takes_longer_is_work(log: Log) -> None:
    for number in range(10):
        log.row(BO, delete=(100 * number, 100 * number + 100))
        log.wait(WINDOW // 4)
        if number < 5:
            assert shrinkage(log.columns, 0) is None


def test_two_people_are_not_one(log: Log) -> None:
    log.row(BO, delete=(0, 300))
    log.row(ANA, delete=(300, 600))
    assert shrinkage(log.columns, 0) is None


def test_small_documents_and_nobody_do_not_ring() -> None:
    log = Log()
    log.row(ANA, insert=LEAST - 1)
    log.row(ANA, delete=(0, LEAST - 1))
    assert shrinkage(log.columns, 0) is None
    log.row(ANA, insert=LEAST + 1)
    log.row(None, delete=(LEAST, 2 * LEAST))
    assert shrinkage(log.columns, 0) is None


def test_it_is_over_when_the_text_is_back(log: Log) -> None:
    log.row(BO, delete=(0, 900))
    assert shrinkage(log.columns, 0)
    log.row(ANA, insert=600)
    assert shrinkage(log.columns, 0)
    log.row(ANA, insert=200)
    assert shrinkage(log.columns, 0) is None


def test_what_is_said_again_elsewhere_is_not_lost(log: Log) -> None:
    log.row(BO, insert=900, delete=(0, 900))
    assert shrinkage(log.columns, 0) is None
    log.row(BO, delete=(1000, 1900))
    found = shrinkage(log.columns, 0)
    assert found is not None
    assert (found.before, found.share) == (1, 1.0)
    carries = {ONE: (Carry(1000, 1900, ONE, 0),)}
    moved = replace(log.columns, carries=carries)
    assert shrinkage(moved, 0) == found._replace(before=2, share=0.9)


@pytest.mark.parametrize("seed", range(30))
def test_what_was_seen_before_changes_no_later_alarm(seed: int) -> None:
    random, log = Random(seed), Log()
    for _ in range(80):
        start = random.randrange(max(log.clock, 1))
        gone = (start, start + random.choice([10, 300, 900])) if log.clock else None
        insert = random.choice([0, 0, 50, 400])
        delete = gone if random.random() < 0.4 else None
        log.row(random.choice([ANA, BO]), insert, delete)
        log.wait(random.choice([1000, WINDOW // 2, 2 * WINDOW]))
    found = shrinkage(log.columns, 0)
    for since in range(81):
        later = shrinkage(log.columns, since)
        if found is not None and since <= found.before:
            assert later == found
        assert later is None or later.seq > since


def test_a_document_without_rows_does_not_ring() -> None:
    assert shrinkage(NOTHING, 0) is None


def test_what_a_row_inserts_and_deletes_is_no_part_of_an_alarm(log: Log) -> None:
    log.row(BO, delete=(0, 600))
    at = log.now
    log.row(BO, insert=5, delete=(1003, 1004))
    log.row(BO, insert=1, delete=(1005, 1006))
    log.row(BO, insert=2, delete=(1006, 1008))
    assert shrinkage(log.columns, 0) == Shrinkage(1, 2, BO, at, 0.6)
    log.row(BO, insert=1, delete=(1000, 1001))
    found = shrinkage(log.columns, 0)
    assert found is not None
    assert found.seq == 6

"""What is kept of a story, and what the table of docs/reliability.md says of it."""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults import records
from tests.faults.records import Occasion, Outcome, Record
from tests.faults.table import lines

TOLD = Occasion("22 November 2026", "abc1234", 7, 1.6)
OUTCOME = Outcome(
    "a fault", "little", [1.0, 3.0, 2.0], Counter({"1006": 2, "4503": 1}), 1234, "so"
)


def last(record: Record) -> str:
    return list(lines([record]))[-1]


def test_a_line_tells_all_that_is_on_record() -> None:
    assert last(Record(OUTCOME, TOLD)) == (
        "| a fault | little | nothing | 2 cut, 1 4503 | 2.0, at most 3.0 | 1,234 | so"
        " | 22 November 2026, abc1234, 7, load 2 |"
    )


def test_a_story_that_fails_is_said_to() -> None:
    failed = Occasion("23 November 2026", "def5678", 8, 9.0)
    assert last(Record(OUTCOME, TOLD, failed)).endswith(
        "load 2; **failed** on 23 November 2026 at def5678 |"
    )


def test_what_is_kept_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    records.held("test_kills.py::test_a_kill[Valkey]", OUTCOME, TOLD)
    assert list(records.kept()) == [Record(OUTCOME, TOLD)]
    records.fell("test_kills.py::test_a_kill[Valkey]", TOLD)
    assert list(records.kept()) == [Record(OUTCOME, TOLD, TOLD)]

"""What came of each story the last time that it was told at length: one file a story.

Kept as JSON beside the stories, so that a run can be resumed and one story told again.
Knows nothing of the table that is made of it.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.record import commit

FOLDER: Final = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Occasion:
    """When and on what something was told; `busy` is the machine's load average."""

    day: str
    commit: str
    seed: int
    busy: float

    @classmethod
    def now(cls, seed: int) -> "Occasion":
        """This moment, and the commit that is checked out."""
        day = f"{datetime.now(UTC):%d %B %Y}".lstrip("0")
        return cls(day, commit(), seed, round(os.getloadavg()[0], 1))


@dataclass
class Outcome:
    """What one fault came to; `seconds` of each recovery."""

    fault: str
    seen: str
    seconds: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    remark: str = ""


@dataclass(frozen=True)
class Record:
    """A story that held, when that was, and when it failed since, if it did."""

    outcome: Outcome
    told: Occasion
    failed: Occasion | None = None


def keep(story: str, record: Record) -> None:
    """Keep a record in place of the last one of this story."""
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(record, default=vars, indent=1)
    _file(story).write_text(text + "\n")


def held(story: str, outcome: Outcome, told: Occasion) -> None:
    """A story was told to its end, and all of it was so."""
    keep(story, Record(outcome, told))


def fell(story: str, told: Occasion) -> None:
    """A story failed: what is kept of it says so from now on."""
    if _file(story).exists():
        keep(story, replace(_read(_file(story)), failed=told))


def holds(story: str) -> bool:
    """Whether a story held at the present commit."""
    file = _file(story)
    record = _read(file) if file.exists() else None
    return bool(record and not record.failed and record.told.commit == commit())


def kept() -> Iterator[Record]:
    """Give all records, in the order of their files."""
    return map(_read, sorted(FOLDER.glob("*.json")))


def _file(story: str) -> Path:
    """Name the file of `test_kills.py::test_a_service_is_killed[Valkey]`."""
    words = story.replace("test_", "").replace(".py::", "-")
    return FOLDER / f"{re.sub(r'[^a-zA-Z-]+', '_', words).strip('_')}.json"


def _read(file: Path) -> Record:
    told = json.loads(file.read_text())
    outcome = told["outcome"]
    return Record(
        Outcome(**{**outcome, "codes": Counter(outcome["codes"])}),
        Occasion(**told["told"]),
        Occasion(**told["failed"]) if told["failed"] else None,
    )

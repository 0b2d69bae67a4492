"""The table of docs/reliability.md, between two markers: all that is on record."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tests.faults.records import Outcome, Record

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN: Final = "<!-- written by make faults: begin -->"
END: Final = "<!-- written by make faults: end -->"
MACHINE: Final = "2 shared cores"
SAID: Final = {
    "1006": "cut",
    "4503": "4503",
    "leaving": "goodbye",
    "refused": "no answer",
    "silence": "silence",
}


def write(records: Sequence[Record]) -> None:
    """Put what is on record into the document."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    block = "\n".join([BEGIN, *lines(records), END])
    DOCUMENT.write_text(before + block + after)


def lines(records: Sequence[Record]) -> Iterator[str]:
    """Give the table, a line a story."""
    edits = sum(one.outcome.edits for one in records)
    yield (
        f"{len(records)} stories, {edits:,} edits with a receipt, none lost, none"
        f" twice, on {MACHINE}. *Told* is the last time that a story held at full"
        " length: the day, the commit, the seed, and the machine's load average when"
        " it ended, beside whatever else ran there."
    )
    yield ""
    yield (
        "| fault | what people see | lost | connections that ended"
        " | time to recover, s | edits | remark | told |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for record in records:
        one = record.outcome
        yield (
            f"| {one.fault} | {one.seen} | nothing | {_codes(one)} | {_seconds(one)}"
            f" | {one.edits:,} | {one.remark} | {_told(record)} |"
        )


def _codes(one: Outcome) -> str:
    counted = (
        f"{count} {SAID.get(code, code)}" for code, count in sorted(one.codes.items())
    )
    return ", ".join(counted) or "none"


def _seconds(one: Outcome) -> str:
    if len(one.seconds) == 1:
        return f"{one.seconds[0]:.1f}"
    return f"{median(one.seconds):.1f}, at most {max(one.seconds):.1f}"


def _told(record: Record) -> str:
    told = record.told
    said = f"{told.day}, {told.commit}, {told.seed}, load {told.busy:.0f}"
    if record.failed is None:
        return said
    return f"{said}; **failed** on {record.failed.day} at {record.failed.commit}"

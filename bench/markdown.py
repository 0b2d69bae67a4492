"""Pieces of Markdown: tables, numbers, charts, and what lies between two markers."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from bench.plot import Point, chart
from bench.record import Results

DOCS: Final = Path(__file__).parent.parent / "docs"
IMAGES: Final = DOCS / "images"


def number(value: float) -> str:
    """Write three digits of a number, or all before the point."""
    if value == 0 or (value == int(value) and value < 1e6):
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table as Markdown has it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def between(text: str, name: str, new: str) -> str:
    """Replace what is between a document's markers. Raises ValueError."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in text or end not in text:
        raise ValueError(f"no markers for {name}")
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{new}\n{end}{rest.partition(end)[2]}"


def circumstances(run: Results) -> str:
    """Say when, where and how quietly a run was made."""
    words = [
        f"Measured on {run.day} at {run.commit or 'no commit'}, on {run.machine};",
        f"load average {run.busy[0]:.1f} before and {run.busy[1]:.1f} after,",
        f"{run.seconds / 60:.0f} minutes.",
        f"Medians of {run.rounds}." if run.rounds > 1 else "",
        f"{run.spoiled} loads were thrown away (the server waited for a core more than",
        "0.3 of the time, or the load did not come about) and made again.",
    ]
    if run.disturbed:
        words.append(f"Of those kept {run.disturbed} were no better.")
    if run.failed:
        words.append(f"Never came about: {', '.join(run.failed)}.")
    if not run.rival:
        words.append(
            "Without a kit of rivals: ours alone, and nothing to compare with."
        )
    return " ".join(word for word in words if word)


def drawn(
    name: str, title: str, across: str, up: str, lines: dict[str, list[Point]]
) -> str:
    """Store a chart; give the Markdown that shows it."""
    IMAGES.mkdir(exist_ok=True)
    file = IMAGES / f"performance-{name}.svg"
    file.write_text(chart(title, across, up, lines))
    return f"![{title}](images/{file.name})"

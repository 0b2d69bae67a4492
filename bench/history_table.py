"""The table of long histories, in Markdown."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bench.markdown import number, table
from bench.record import Results

DOCUMENTS: Final = ("b4", "rich")
MS: Final = " ms"


class Line(NamedTuple):
    """One row of the table: a figure, and the bytes that go with it, if any."""

    label: str
    figure: str
    size: str = ""


SERVER: Final = (
    Line("columns at first, right after the first summary, nothing kept", "first ms"),
    Line("what it is shown with (who, bookmarks)", "summary ms", "summary bytes"),
    Line("list of versions, first page", "versions ms", "versions bytes"),
    Line("columns", "columns ms", "columns bytes"),
    Line("the whole log", "log ms", "log bytes"),
    Line("the state at a seq", "at ms", "at bytes"),
    Line("who wrote what, first row with last", "blame ms", "blame bytes"),
    Line("search of a phrase that is gone", "search ms", "search bytes"),
    Line("the same after another edit", "search later ms", "search later bytes"),
    Line("who wrote what after another edit", "blame later ms", "blame later bytes"),
)
CORE: Final = (
    Line("opening: log and columns read, versions, text of now", "core opening ms"),
    Line("drag: the state at a seq", "core drag ms"),
    Line("compare first with last", "core comparing ms"),
    Line("compare half of the time with last", "core halfway ms"),
    Line("who wrote what", "core blaming ms"),
    Line("search of a phrase that is gone", "core searching ms"),
)
PAGE: Final = (
    Line("opening, from the address to the text", "page opening ms"),
    Line("drag: from the handle to the frame that is drawn", "page drag ms"),
    Line("opening a comparison of first with last", "page compare ms"),
)


def told(run: Results) -> str:
    """Write the tables, and what they were measured on."""
    parts = [_documents(run)]
    for title, lines in (
        ("The server, over HTTP, gzip on the wire", SERVER),
        ("The browser's core, in Node", CORE),
        ("The real page, headless Chromium on the same machine", PAGE),
    ):
        head = [title]
        for name in DOCUMENTS:
            head += [f"{name}: median ms", "worst ms"]
        if lines is SERVER:
            head += [f"{name}: kB" for name in DOCUMENTS]
        parts += ["", table(head, [_row(run, line, len(head)) for line in lines])]
    return "\n".join([*parts, "", _circumstances(run)])


def _row(run: Results, line: Line, cells: int) -> list[str]:
    row = [line.label]
    for name in DOCUMENTS:
        values = run.figures.get(line.figure, {}).get(name, [])
        row += [number(run.middle(line.figure, name) or 0)] if values else ["-"]
        row += [number(max(values))] if len(values) > 1 else [""]
    if line.size:
        sizes = (run.middle(line.size, name) or 0 for name in DOCUMENTS)
        row += [number(size / 1024) for size in sizes]
    return [*row, *[""] * (cells - len(row))]


def _documents(run: Results) -> str:
    names = ("rows", "versions", "characters", "blocks", "changes")
    head = ["", "rows", "versions", "characters at the end", "blocks"]
    head += ["changes, first to last", "memory in Node, MB"]
    return table(head, [_document(run, name, names) for name in DOCUMENTS])


def _document(run: Results, name: str, counts: Sequence[str]) -> list[str]:
    told = [number(run.middle(count, name) or 0) for count in counts]
    memory = number((run.middle("memory", name) or 0) / 2**20)
    return [name, *told, memory]


def _circumstances(run: Results) -> str:
    return (
        f"Measured on {run.day} at {run.commit or 'no commit'}, on {run.machine};"
        f" load average {run.busy[0]:.1f} before and {run.busy[1]:.1f} after,"
        f" {run.seconds / 60:.0f} minutes. Median and worst of 50 moments, of 5"
        " answers; what has one value was done once."
        + (f" Never came about: {', '.join(run.failed)}." if run.failed else "")
    )

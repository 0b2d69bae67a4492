"""The table of `bench/log.py`, in Markdown: the log's algebra beside yjs and pycrdt."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from bench.markdown import number, table

Figures = Mapping[str, Mapping[str, float]]

LOGS: Final = {"b4": "B4", "crowd": "the crowd"}
MS: Final = 1e3
KB: Final = 1e-3
MB: Final = 1e-6


class Line(NamedTuple):
    """One row: what ours is called in the figures, and what yjs' and pycrdt's are."""

    label: str
    ours: str
    yjs: str = ""
    pycrdt: str = ""
    scale: float = MS


LINES: Final = (
    Line("rows", "edits", scale=1),
    Line("parse all rows, ms", "parse"),
    Line("admit all rows, ms", "admit"),
    Line(
        "merge all rows (ours: parsed before; squashed), ms",
        "squash",
        "yjs_merge",
        "pycrdt_merge",
    ),
    Line("the state that is served, kB", "state_bytes", "yjs_bytes", scale=KB),
    Line("the same merged but not squashed, kB", "", "yjs_merged", "pycrdt_merged", KB),
    Line("read the state again, ms", "open"),
    Line(
        "Yjs applies what is served: ours, its own, ms", "yjs_load_served", "yjs_load"
    ),
    Line("pack into chapters, ms", "pack"),
    Line("chapters, kB", "packed_bytes", scale=KB),
    Line("unpack all, ms", "unpack"),
    Line("columns, ms", "columns"),
    Line("a state at any seq, median, ms", "state_at_seq_median"),
    Line("a state at any seq, worst, ms", "state_at_seq_worst"),
    Line("memory at most, MB", "memory", "yjs_memory", scale=MB),
)


def told(figures: Figures) -> str:
    """Write the table; a cell is empty where there is nothing of the kind."""
    who = ("ours", "yjs", "pycrdt")
    head = ["", *(f"{LOGS[log]}: {name}" for log in figures for name in who)]
    return table(head, [_row(figures, line) for line in LINES])


def _row(figures: Figures, line: Line) -> list[str]:
    names = (line.ours, line.yjs, line.pycrdt)
    cells = [
        number(found[name] * line.scale) if name else ""
        for found in figures.values()
        for name in names
    ]
    return [line.label, *cells]

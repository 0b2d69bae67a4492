"""What grows, and what it costs: a table a sweep, and charts."""

from collections.abc import Sequence
from typing import Final

from bench.markdown import drawn, number, table
from bench.plot import Point
from bench.record import Kept, Results, value
from bench.targets import figure

SWEEPS: Final = {
    "load": ("One document, 50 sockets", "edits a second"),
    "people": ("One document, 50 edits/s", "sockets"),
    "documents": ("2 sockets a document, 200 edits/s in all", "documents"),
    "length": ("One document, 10 sockets, 50 edits/s", "edits in its log before"),
    "age": ("The same, all of its edits old and packed", "edits in its log before"),
    "processes, one document": ("50 sockets, 50 edits/s", "web processes"),
    "processes, 100 documents": ("200 sockets, 200 edits/s", "web processes"),
}  # fmt: skip
DRAWN: Final = {
    "load": "load",
    "people": "people",
    "documents": "documents",
    "length": "length",
    "age": "age",
    "processes, one document": "processes",
    "processes, 100 documents": "processes-many",
}
"""The names of the charts."""
OPENED: Final = {"one": "all on one document", "many": "each on its own"}
PARTS: Final = ("web", "redis", "postgres")


def growth(run: Results) -> str:
    """Write a table a sweep, and charts of what can be drawn."""
    parts = []
    for sweep, (title, at) in SWEEPS.items():
        rows = [row for row in run.rows if row["sweep"] == sweep]
        if rows:
            parts += [f"**{title}**", "", _swept(at, rows), ""]
    parts += [_costs(sweep, run) for sweep in DRAWN]
    opened = table(
        ["opening a socket, CPU µs", "web", "Redis", "Postgres"],
        [
            [label, *(_part(run, f"opening {name} {part} us") for part in PARTS)]
            for name, label in OPENED.items()
        ],
    )
    return "\n".join([*parts, "", opened])


def _part(run: Results, name: str) -> str:
    return figure(run.middle(name, _kind(run)), 1)


def _kind(run: Results) -> str:
    return str(run.rows[0]["server"])


def _swept(at: str, rows: Sequence[Kept]) -> str:
    opens = "opening_milliseconds" in rows[0]
    head = [at, "deliveries/s", "µs a delivery: web", "Redis", "Postgres"]
    head += ["p50 ms", "p95 ms", *(["opening ms", "kB"] if opens else [])]
    return table(head, [_sweep_row(row, opens=opens) for row in rows])


def _sweep_row(row: Kept, *, opens: bool) -> list[str]:
    deliveries, cores = value(row, "deliveries"), row["cores"]
    assert isinstance(cores, dict)
    each = [number(cores[part] / max(deliveries, 1e-9) * 1e6) for part in PARTS]
    cells = [f"{value(row, 'at'):,.0f}", number(deliveries), *each]
    cells += [number(value(row, name)) for name in ("p50", "p95")]
    if opens:
        size = value(row, "opening_bytes") / 1024
        cells += [number(value(row, "opening_milliseconds")), number(size)]
    return cells


def _costs(sweep: str, run: Results) -> str:
    title, at = SWEEPS[sweep]
    lines: dict[str, list[Point]] = {"web": [], "all": [], "p95, µs / 100": []}
    for row in run.rows:
        if row["sweep"] != sweep:
            continue
        cores, deliveries = row["cores"], value(row, "deliveries")
        assert isinstance(cores, dict)
        x = value(row, "at")
        lines["web"].append((x, cores["web"] / deliveries * 1e6))
        lines["all"].append((x, sum(cores.values()) / deliveries * 1e6))
        lines["p95, µs / 100"].append((x, value(row, "p95") * 10))
    name, up = DRAWN[sweep], "CPU µs a delivery"
    return drawn(name, title, at, up, lines) if lines["web"] else ""

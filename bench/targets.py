"""The table of the workloads: ours beside the rival, what is asked for, whether met."""

from dataclasses import dataclass
from typing import Final

from bench.markdown import drawn, number, table
from bench.plot import Point
from bench.record import Results, value

NOTHING: Final = "-"
KB: Final = 1024.0
SHARE, LEAST, MOST = "most of the rival's", "least of it", "most"


@dataclass(frozen=True)
class Goal:
    """One row of the table: a figure, and what of it is asked for.

    `bounds` are for Daphne and for uvicorn: the most there may be of the rival's
    figure, the least of it, or the most in the figure's own unit.
    """

    label: str
    figure: str
    bounds: tuple[float, float] | None = None
    kind: str = SHARE
    scale: float = 1.0

    def asked(self, bound: float) -> str:
        """Write what is asked for."""
        sign = "≥" if self.kind == LEAST else "≤"
        return f"{sign} {bound:g}" + ("" if self.kind == MOST else " x")

    def met(self, value: float, rival: float | None, bound: float) -> str:
        """Say whether it is met; nothing where there is nobody to compare with."""
        if self.kind == MOST:
            return _yes(value / self.scale <= bound)
        if rival is None:
            return NOTHING
        share = value / rival
        return _yes(share >= bound if self.kind == LEAST else share <= bound)


TABLE: Final = (
    Goal("W1 A: CPU a delivery, all, µs", "W1 A all_us"),
    Goal("W1 B: CPU a delivery, server alone, µs", "W1 B web_us"),
    Goal("W1 B: CPU a delivery, all, µs", "W1 B all_us", (1.5, 1)),
    Goal("W1 B: p50, ms", "W1 B p50", (3, 2.5)),
    Goal("W1 B: p95, ms", "W1 B p95", (1.5, 1.2)),
    Goal("W1 B for 2.5 s: CPU a delivery, all, µs", "W1 B short all_us", (1.5, 1)),
    Goal("W1 B for 2.5 s: p50, ms", "W1 B short p50", (3, 2.5)),
    Goal("W1 B for 2.5 s: p95, ms", "W1 B short p95", (1.5, 1.2)),
    Goal("W1 C: CPU a delivery, all, µs", "W1 C all_us"),
    Goal("W1: most deliveries/s, thousands", "W1 most", (0.6, 1), LEAST, 1e3),
    Goal("W2: CPU an edit, all, µs", "W2 all_us", (1.5, 1)),
    Goal("W2: p95, ms", "W2 p95"),
    Goal("W3: B4, cold, until its last byte came, ms", "W3 arrived ms", (0.1, 0.1)),
    Goal("W3: B4, cold, until its text is right, ms", "W3 ms", (0.15, 0.15)),
    Goal("W4: edits lost of 50", "W4 lost", (0, 0), MOST),
    Goal("an open document, 50,000 letters, kB", "open bytes", (0.15, 0.15), scale=KB),
    Goal(
        "an idle socket, all on one document, kB", "idle one bytes", (40, 40), MOST, KB
    ),
    Goal("an idle socket, each on its own, kB", "idle many bytes", (40, 40), MOST, KB),
)


def _yes(met: bool) -> str:  # noqa: FBT001
    return "yes" if met else "**no**"


def comparison(run: Results) -> str:
    """Write the table of all workloads, a row each, none left out."""
    head = ["", run.rival or "rival", "Daphne", "times", "asked", "met"]
    head += ["uvicorn", "times", "asked", "met"]
    return table(head, [_compared(run, row) for row in TABLE])


def _compared(run: Results, row: Goal) -> list[str]:
    rival = run.middle(row.figure, run.rival)
    cells = [row.label, figure(rival, row.scale)]
    for place, kind in enumerate(("daphne", "uvicorn")):
        ours = run.middle(row.figure, kind)
        share = "" if ours is None or not rival else f"{ours / rival:.2f}"
        cells += [figure(ours, row.scale), share]
        if row.bounds is None:
            cells += ["", ""]
            continue
        bound = row.bounds[place]
        told = NOTHING if ours is None else row.met(ours, rival, bound)
        cells += [row.asked(bound), told]
    return cells


def figure(found: float | None, scale: float) -> str:
    if found is None:
        return NOTHING
    return number(found / scale)


def sustained(run: Results) -> str:
    """Chart p95 against deliveries a second, of every step of the sweeps."""
    lines: dict[str, list[Point]] = {}
    for row in run.rows:
        if row["point"] == "sweep" and row["p95"] is not None:
            point = (value(row, "deliveries"), value(row, "p95"))
            lines.setdefault(str(row["server"]), []).append(point)
    if not lines:
        return ""
    title = "One document, 50 sockets: latency under load"
    return drawn("sweep", title, "deliveries a second", "p95, ms", lines)

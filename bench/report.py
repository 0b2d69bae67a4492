"""The documents that benches write: tables and charts out of the runs that are kept.

    python -m bench.report

What lies between the markers of docs/performance.md and docs/scaling.md is replaced;
the words around it are people's.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bench import forecast, log_table
from bench.markdown import DOCS, between, circumstances
from bench.record import FOLDER, Results, all_figures
from bench.sweeps import growth
from bench.targets import comparison, sustained

PARTS: Final = {
    "hot": "W1 A, C and the most",
    "lone": "W1 B",
    "many": "W2",
    "cold": "W3",
    "killed": "W4",
    "memory": "Memory",
}


def beside(runs: Mapping[str, Results]) -> str:
    """Write the comparison, and what each part of it was measured under."""
    whole = replace(next(iter(runs.values())), figures=all_figures(list(runs.values())))
    parts = [comparison(whole), ""]
    if "hot" in runs:
        parts += [sustained(runs["hot"]), ""]
    parts += [f"- {PARTS[name]}: {circumstances(run)}" for name, run in runs.items()]
    return "\n".join(parts)


def main() -> None:
    """Write both documents anew."""
    runs = {name: Results.read(name) for name in PARTS}
    grown = Results.read("growth")
    file = DOCS / "performance.md"
    text = between(file.read_text(), "peers", beside(runs))
    grew = f"{growth(grown)}\n\n{circumstances(grown)}"
    text = between(text, "growth", grew)
    logs = json.loads((FOLDER / "log.json").read_text())
    file.write_text(between(text, "log", log_table.told(logs)))
    file = DOCS / "scaling.md"
    told = forecast.told(runs["memory"], grown)
    file.write_text(between(file.read_text(), "capacity", told))


if __name__ == "__main__":
    main()

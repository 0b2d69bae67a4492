"""The documents that benches write: tables and charts out of the runs that are kept.

    python -m bench.report

What lies between the markers of docs/performance.md and docs/scaling.md is replaced;
the words around it are people's.
"""

from bench import forecast
from bench.markdown import DOCS, between, circumstances
from bench.record import Results
from bench.sweeps import growth
from bench.targets import comparison, sustained


def main() -> None:
    """Write both documents anew."""
    peers, grown = Results.read("peers"), Results.read("growth")
    file = DOCS / "performance.md"
    text = file.read_text()
    beside = [circumstances(peers), "", comparison(peers), "", sustained(peers)]
    text = between(text, "peers", "\n".join(beside))
    text = between(text, "growth", f"{circumstances(grown)}\n\n{growth(grown)}")
    file.write_text(text)
    file = DOCS / "scaling.md"
    file.write_text(between(file.read_text(), "capacity", forecast.told(peers, grown)))


if __name__ == "__main__":
    main()

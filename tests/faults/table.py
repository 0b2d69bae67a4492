"""The table of docs/reliability.md, written by the long form between two markers."""

from collections.abc import Sequence

from tests.faults.bench import Outcome


def write(outcomes: Sequence[Outcome], seed: int) -> None:
    """Put what was measured into the document."""

"""What this process counts, as plain numbers that are added to where things happen.

Only the event loop adds, so nothing needs a lock: an addition costs 20 ns where a
counter of prometheus-client costs 300, and 1,000 with a label. `collab.metrics` reads
the numbers when it is asked. Knows nothing of Prometheus.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Refusal = Literal[
    "malformed", "harmful", "too-large", "client-taken", "rejudged", "read-only"
]
"""Why a frame was refused: its bytes are none; admission found it harmful, at once, or
`rejudged` on top of what others wrote meanwhile; its Yjs client is somebody else's."""

SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
ROWS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Spread:
    """How often values fell below each bound, and their sum."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value; one that equals a bound is below it."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


@dataclass(slots=True)
class Tally:
    """Everything that is counted since the process began, but for `sockets`."""

    sockets: int = 0
    """Open now, whether or not they have entered a room yet."""
    frames_in: int = 0
    bytes_in: int = 0
    frames_out: int = 0
    bytes_out: int = 0
    edits: int = 0
    deliveries: int = 0
    said: int = 0
    commented: int = 0
    commit: Spread = field(default_factory=lambda: Spread(SECONDS))
    batch: Spread = field(default_factory=lambda: Spread(ROWS))
    commits_lost: int = 0
    batches_refused: int = 0
    refused: Counter[Refusal] = field(default_factory=Counter)
    closed_by_us: Counter[int] = field(default_factory=Counter)
    closed_by_peer: Counter[int] = field(default_factory=Counter)
    slow_readers: int = 0
    audits: int = 0
    audits_repaired: int = 0
    gaps: int = 0
    rooms_void: int = 0
    snapshots: int = 0
    snapshots_failed: int = 0
    messages_lost: int = 0
    layer_failures: int = 0

    def heard(self, size: int) -> None:
        """Count a frame of a socket."""
        self.frames_in += 1
        self.bytes_in += size

    def committed(self, rows: int, seconds: float) -> None:
        """Count a transaction that stored so many updates."""
        self.commit.add(seconds)
        if rows:
            self.batch.add(rows)
            self.edits += rows


tally: Final = Tally()

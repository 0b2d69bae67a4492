"""When a browser gives up and when it comes back, as `connection.ts` decides it.

Backoff with full jitter: a random wait between nothing and a bound that doubles.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Final

AWAY: Final = "4503"


@dataclass(frozen=True)
class Nerves:
    """The times of `connection.ts` and `progress.ts`, in seconds."""

    first: float = 0.5
    longest: float = 30.0
    silence: float = 30.0
    patience: float = 3.0
    haste: float = 1.0

    def hurried(self, haste: float) -> "Nerves":
        """The same, so many times shorter."""
        return Nerves(
            self.first / haste,
            self.longest / haste,
            self.silence / haste,
            self.patience / haste,
            haste,
        )


@dataclass
class Backoff:
    """How long to stay away after each loss."""

    nerves: Nerves
    chance: Random
    leaving: float | None = None
    """Seconds after which the server asked us to come back, about."""
    _bound: float = field(init=False)

    def __post_init__(self) -> None:
        self.settled()

    def settled(self) -> None:
        """The wire is sound: the next loss starts with a short wait."""
        self._bound = self.nerves.first

    def pause(self, code: str) -> float:
        """Give the seconds to wait after a connection that ended so."""
        leaving, self.leaving = self.leaving, None
        bound = self._bound
        self._bound = min(bound * 2, self.nerves.longest)
        if leaving is not None:
            return leaving * (1 + self.chance.random()) / self.nerves.haste
        if code == AWAY:
            bound = self.nerves.longest / 3
        return bound * self.chance.random()

"""A running server under measurement, ours or a rival's: where it is and what it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

SERVICES: Final = ("web", "redis", "postgres")
"""The parts whose CPU is told apart."""


@dataclass(frozen=True)
class Target:
    """One server, or several that share their services.

    `fresh` gives documents that nobody has opened; `pids` names the processes of each
    part, the roots of their trees.
    """

    server: str
    protocol: str
    urls: Sequence[str]
    pids: Mapping[str, Sequence[int]]
    fresh: Callable[[int], list[str]]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def connect(self) -> dict[str, object]:
        """What a client needs to know, beside the document's name."""
        return {
            "url": self.urls[0],
            "protocol": self.protocol,
            "headers": dict(self.headers),
        }

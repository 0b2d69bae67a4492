"""Whether other processes live beside this one, by their hellos.

A process that has no neighbour need tell nobody what it committed. It believes so only
while its own hellos come back to it: else the layer is away, and who knows who is
there. Whoever was wrong for a moment is put right by the audit. Knows no clock.
"""

from typing import Final

HELLO_SECONDS: Final = 2.0
"""Between two hellos."""
SILENT_SECONDS: Final = 3 * HELLO_SECONDS
"""Who is not heard for so long is gone: two hellos in a row may be lost."""
ENOUGH: Final = 2
"""Neighbours heard lately that make one's own hello needless."""


class Neighbours:
    """Times are seconds of any clock that never goes back."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._first = self._echo = float("-inf")
        self._others: dict[str, float] = {}

    def hear(self, process: str, now: float) -> None:
        """Take a hello, one's own too."""
        if process != self._process:
            self._others[process] = now
            return
        if now - self._echo > SILENT_SECONDS:
            self._first = now
        self._echo = now

    def owes(self, now: float) -> bool:
        """Whether others need this one's hello.

        Where two others greet, everybody hears one who is not themselves: so of any
        number of processes a few greet, as one host of many reports to a multicast
        group (RFC 2236, 3).
        """
        return len(self._heard(now, HELLO_SECONDS)) < ENOUGH

    def alone(self, now: float) -> bool:
        """Whether surely nobody else lives here."""
        if now - self._echo > SILENT_SECONDS or now - self._first < SILENT_SECONDS:
            return False
        self._others = self._heard(now, SILENT_SECONDS)
        return not self._others

    def _heard(self, now: float, within: float) -> dict[str, float]:
        return {name: at for name, at in self._others.items() if now - at <= within}

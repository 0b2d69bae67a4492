"""Whether other processes live beside this one, by their hellos.

A process that has no neighbour need tell nobody what it committed. It believes so only
while its own hellos come back to it: else the layer is away, and who knows who is
there. Whoever was wrong for a moment is put right by the audit. Knows no clock.
"""

from typing import Final

HELLO_SECONDS: Final = 2.0
"""Between two hellos."""
ANSWER_SECONDS: Final = 1.0
"""How long after its first hello a process waits for its neighbours' answers."""
LOST_HELLOS: Final = 3
"""So many in a row may be lost before one is believed to be silent."""


class Neighbours:
    """Times are seconds of any clock that never goes back."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._first: float | None = None
        self._echo = 0.0
        self._others: dict[str, float] = {}

    def hear(self, process: str, now: float) -> bool:
        """Take a hello; tell whether to answer, for it is from somebody new."""
        if process == self._process:
            if self._first is None or now - self._echo > HELLO_SECONDS * LOST_HELLOS:
                self._first = now
            self._echo = now
            return False
        new = process not in self._others
        self._others[process] = now
        return new

    def alone(self, now: float) -> bool:
        """Whether surely nobody else lives here."""
        silent = HELLO_SECONDS * LOST_HELLOS
        if self._first is None or now - self._echo > silent:
            return False
        self._others = {p: at for p, at in self._others.items() if now - at <= silent}
        return now - self._first >= ANSWER_SECONDS and not self._others

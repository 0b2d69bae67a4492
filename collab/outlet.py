"""What goes out of one socket, and how much of it may wait for a slow reader.

Knows no protocol: a server's own socket says how it sends and how it ends.
"""

from typing import Any

import structlog
from django.conf import settings

from collab.tally import tally

_log = structlog.get_logger(__name__)


class Outlet:
    """A part of a server's socket, whose `transport` buffers what is written to it."""

    transport: Any
    sent = 0
    """Bytes that were given to it, waiting ones too."""
    _greatest = 0

    def unsent(self) -> int:
        """Bytes that wait because the peer does not read."""
        raise NotImplementedError

    def drop(self) -> None:
        """End the connection at once."""
        raise NotImplementedError

    def keep(self, rest: bytes, size: int) -> None:
        """Let the rest of a message wait; drop a reader for whom too much does.

        A whole document may be more than that alone: the greatest message comes on top.
        """
        self.transport.write(rest)
        self._greatest = max(self._greatest, size)
        unsent = self.unsent()
        if unsent > settings.UNSENT_BYTES + self._greatest:
            tally.slow_readers += 1
            _log.warning("slow reader dropped", unsent=unsent)
            self.drop()

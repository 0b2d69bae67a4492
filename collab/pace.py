"""How fast one socket is read: a bucket of frames and one of bytes.

Haste is met by waiting, which stops the reading of the socket; nothing is refused.
"""

from typing import Final

BURST_SECONDS: Final = 2.0
"""How much of its pace a socket may have saved up."""


class Pace:
    """Both buckets; a token bucket each."""

    def __init__(self, frames: float, size: float) -> None:
        self._frame_seconds = 1 / frames
        self._byte_seconds = 1 / size
        self._free_at = 0.0

    def allows(self, now: float) -> bool:
        """Tell whether a small frame may be read at once."""
        return self._free_at + self._frame_seconds <= now

    def delay(self, size: int, now: float) -> float:
        """Count one frame of this size and tell how many seconds to wait."""
        cost = max(self._frame_seconds, size * self._byte_seconds)
        self._free_at = max(self._free_at, now - BURST_SECONDS) + cost
        return max(0.0, self._free_at - now)

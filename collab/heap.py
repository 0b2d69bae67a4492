"""Memory that is free goes back to the system, where the C library keeps it.

The buffers of a large frame are as long as the frame, and between them come to lie the
few bytes that stay: glibc gives back only what lies free at its heap's end. With
another C library nothing is done. Knows nothing of who uses what.
"""

import ctypes
from typing import Final, Protocol

ROUND_SECONDS: Final = 1.0
"""Between two looks, which take some 20 microseconds."""
GROWTH: Final = 4 * 1024 * 1024
"""Bytes more that lie free before it is worth some milliseconds."""
_COUNTS: Final = (
    "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
)


class Library(Protocol):
    """What is asked of a C library."""

    def free(self) -> int:
        """Give the bytes that lie free, given back or not."""

    def trim(self) -> None:
        """Give back what of them is whole pages."""


class _Counts(ctypes.Structure):
    """glibc's mallinfo2."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _COUNTS.split())
    fordblks: int


class Glibc:
    """Raises AttributeError where the C library is another, or older than 2.33."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None)
        self._counts, self._trim = library.mallinfo2, library.malloc_trim
        self._counts.restype = _Counts

    def free(self) -> int:
        """See Library."""
        counts: _Counts = self._counts()
        return counts.fordblks

    def trim(self) -> None:
        """See Library."""
        self._trim(0)


def own() -> Library | None:
    """Give this process' library, None where nothing can be done."""
    try:
        return Glibc()
    except AttributeError:
        return None


class Heap:
    """Trims when more lies free than ever since it last did."""

    def __init__(self, library: Library | None) -> None:
        self._library = library
        self._least = library.free() if library else 0

    async def round(self) -> None:
        """Look once."""
        if self._library is None:
            return
        free = self._library.free()
        self._least = min(self._least, free)
        if free > self._least + GROWTH:
            self._library.trim()
            self._least = free

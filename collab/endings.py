"""How a socket ends by its peer, or because something is away: by a named close."""

from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Final

from collab.awareness import TooLarge
from collab.protocol import Close
from collab.tally import Refusal
from documents.postgres import LOST
from documents.storage.log import NoDocument
from documents.yjs.admission import Refused
from documents.yjs.lib0 import Malformed

AWAY: Final = (*LOST, BrokenProcessPool)
"""What happens while Postgres is away, or workers die: to be tried again."""


class Ended(Exception):
    """The socket is to be closed with this code."""

    def __init__(
        self, code: Close, reason: str, refusal: Refusal | None = None
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.refusal = refusal


class answered:  # noqa: N801 (read as `with answered():`)
    """Answer what goes wrong inside by a close. Raises Ended.

    A class, for it stands around every frame: a generator takes five times as long.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End."""
        ended = None if error is None else _ended(error)
        if ended is not None:
            raise ended from None


def _ended(error: BaseException) -> Ended | None:
    match error:
        case TooLarge():
            return Ended(Close.TOO_LARGE, error.reason, "too-large")
        case Malformed():
            return Ended(Close.MALFORMED, error.reason, "malformed")
        case Refused():
            return Ended(Close.MALFORMED, error.reason, "harmful")
        case NoDocument():
            return Ended(Close.NO_DOCUMENT, "no such document")
    return Ended(Close.TRY_LATER, "something away") if isinstance(error, AWAY) else None

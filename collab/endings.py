"""How a socket ends by its peer, or because something is away: by a named close."""

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Final

from collab.awareness import TooLarge
from collab.journal import LOST
from collab.protocol import Close
from collab.tally import Refusal
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


@contextmanager
def answered() -> Iterator[None]:
    """Answer what goes wrong inside by a close. Raises Ended."""
    try:
        yield
    except TooLarge as large:
        raise Ended(Close.TOO_LARGE, large.reason, "too-large") from None
    except Malformed as malformed:
        raise Ended(Close.MALFORMED, malformed.reason, "malformed") from None
    except Refused as refused:
        raise Ended(Close.MALFORMED, refused.reason, "harmful") from None
    except NoDocument:
        raise Ended(Close.NO_DOCUMENT, "no such document") from None
    except AWAY:
        raise Ended(Close.TRY_LATER, "something away") from None

"""What people say beside the text, in chats and in comments: what of it is stored.

Pure. Knows neither who speaks nor where.
"""

import unicodedata
from typing import Final, Literal

from documents.yjs.contents import units

KEY_LENGTH: Final = 64
KEY: Final = f"[0-9A-Za-z-]{{1,{KEY_LENGTH}}}"
"""What a browser calls what it says, so that it can say it again: a pattern."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of characters that show nothing by themselves (Unicode, 4.5)."""

Objection = Literal["too-long", "empty"]


def storable(text: str) -> str:
    """Give a text as Postgres takes it: without NUL; half a pair is no character."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def said(text: str) -> str:
    """Give what is stored of what somebody says."""
    return storable(text).strip()


def objection(text: str, most: int) -> Objection | None:
    """Tell why a text cannot be said, as JavaScript counts at most `most` units."""
    if units(text.encode()) > most:
        return "too-long"
    shows = any(unicodedata.category(one) not in _UNSEEN for one in text)
    return None if shows else "empty"

"""How often one person may ask over HTTP, counted in all processes together.

Sockets never come here: they have a pace of their own. While Redis is away nothing is
counted, and everybody goes on.
"""

import threading
import time
from collections import Counter
from math import ceil
from typing import Final, Literal

from django.conf import settings
from django.core.cache import cache

Kind = Literal["reads", "writes", "searches", "labours"]
"""What is asked for; a labour reads a whole text, or much of a history."""

MINUTE: Final = 60
SAFE: Final = ("GET", "HEAD")

refused: Counter[Kind] = Counter()
"""What this process refused."""

_counting = threading.Lock()


def allows(person: int, kind: Kind) -> bool:
    """Count what somebody asks for, and tell whether they may in this minute."""
    minute = int(time.time() // MINUTE)
    if _counted(f"{kind}:{person}:{minute}") <= settings.ASKED_PER_MINUTE[kind]:
        return True
    with _counting:
        refused[kind] += 1
    return False


def usual(method: str | None) -> Kind:
    """Tell what a request is that is nothing dear."""
    return "reads" if method in SAFE else "writes"


def wait() -> int:
    """Tell after how many seconds somebody who was refused may ask again."""
    return ceil(MINUTE - time.time() % MINUTE)


def _counted(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # Of two who are first at once only one is counted.
        cache.add(key, 1, MINUTE)
        return 1

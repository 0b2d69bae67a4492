"""The address card of a running `make run`: DATA/services.json.

Boot writes it, settings read it, so that `manage.py` reaches the same Postgres and
Valkey without any setting. Knows no Django and starts nothing.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

CARD = "services.json"
LOCK = "lock"


@dataclass(frozen=True)
class Embedded:
    """Where the embedded services answer, and the key of this data folder."""

    database_url: str
    redis_url: str
    secret_key: str
    origins: list[str]
    pid: int


def read(data: Path) -> Embedded | None:
    """Return the card of the run that holds `data`, or None when nothing runs there."""
    try:
        card = (data / CARD).read_text()
    except FileNotFoundError:
        return None
    return Embedded(**json.loads(card)) if _held(data) else None


def write(data: Path, card: Embedded) -> None:
    """Put the card into `data`, readable by its owner alone."""
    write_private(data / CARD, json.dumps(asdict(card), indent=2))


def write_private(path: Path, text: str) -> None:
    """Replace a file at once and whole, with mode 0600 from its first byte on."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as file:
        file.write(text)
    draft.replace(path)


def _held(data: Path) -> bool:
    """Tell whether a process holds the lock: after kill -9 the card may be stale."""
    try:
        with (data / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False

"""One data folder: its lock, its passwords and its ports.

Made at the first start, kept ever after. The lock is inherited by every child, so it
is free again only when the last of them is gone, however the run ended.
"""

import fcntl
import json
import os
import secrets
import socket
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from collab import embedded
from collab.boot.children import TICK, BootError

KEYS = "keys.json"
LOCK_PATIENCE = 5.0  # a killed run's children need a moment to go


@dataclass(frozen=True)
class Keys:
    """What one data folder keeps to itself."""

    secret_key: str
    postgres_password: str
    valkey_password: str
    postgres_port: int
    valkey_port: int


@dataclass(frozen=True)
class Folder:
    """A data folder that this process, and nobody else, holds."""

    path: Path
    keys: Keys
    lock: int

    def close(self) -> None:
        """Take the address card down and give the lock back."""
        (self.path / embedded.CARD).unlink(missing_ok=True)
        os.close(self.lock)


def hold(path: Path) -> Folder:
    """Take hold of a data folder, made when missing.

    Raises BootError when another run holds it, or when it cannot be written.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path / embedded.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BootError(
            f"cannot write to {path} ({error.strerror}): choose another, "
            "make run DATA=folder"
        ) from error
    path = path.resolve()
    _take(lock, path)
    return Folder(path, _keys(path), lock)


def free_port(wanted: int = 0) -> int:
    """Return `wanted` when nobody has it on 127.0.0.1, else a free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _take(lock: int, path: Path) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise BootError(
                    f"{path} is in use by another run: stop that one, or choose "
                    "another folder, make run DATA=folder"
                ) from None
            time.sleep(TICK)
        else:
            return


def _keys(path: Path) -> Keys:
    file = path / KEYS
    try:
        kept = Keys(**json.loads(file.read_text()))
    except FileNotFoundError:
        word = secrets.token_urlsafe
        kept = Keys(word(48), word(24), word(24), postgres_port=0, valkey_port=0)
    except (ValueError, TypeError) as error:
        raise BootError(f"{file} is damaged: delete {path} to start anew") from error
    keys = replace(
        kept,
        postgres_port=free_port(kept.postgres_port),
        valkey_port=free_port(kept.valkey_port),
    )
    embedded.write_private(file, json.dumps(asdict(keys), indent=2))
    return keys

"""One data folder: its lock, its passwords and its ports.

Made at the first start, kept ever after. The lock is inherited by every child, so it
is free again only when the last of them is gone, however the run ended. The ports are
nobody else's also before a service listens there, and while it is started again.
"""

import fcntl
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    ports: ExitStack

    def close(self) -> None:
        """Take the address card down and give the ports and the lock back."""
        (self.path / embedded.CARD).unlink(missing_ok=True)
        self.ports.close()
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
    ports = ExitStack()
    keys = _keys(path)
    keys = replace(
        keys,
        postgres_port=ports.enter_context(kept_port(keys.postgres_port)),
        valkey_port=ports.enter_context(kept_port(keys.valkey_port)),
    )
    embedded.write_private(path / KEYS, json.dumps(asdict(keys), indent=2))
    return Folder(path, keys, lock, ports)


@contextmanager
def kept_port(wanted: int = 0) -> Iterator[int]:
    """Give `wanted` when nobody has it on 127.0.0.1, else a free port.

    Meanwhile nobody else is given it; who is told of it may listen there.
    """
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind(("127.0.0.1", wanted))
        except OSError:
            place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
        if sys.platform != "linux":
            place.close()  # else nobody could listen there at all
        yield port


def free_port(wanted: int = 0) -> int:
    """Return `wanted` when nobody has it on 127.0.0.1, else a free port."""
    with kept_port(wanted) as port:
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
        return Keys(**json.loads(file.read_text()))
    except FileNotFoundError:
        word = secrets.token_urlsafe
        return Keys(word(48), word(24), word(24), postgres_port=0, valkey_port=0)
    except (ValueError, TypeError) as error:
        raise BootError(f"{file} is damaged: delete {path} to start anew") from error

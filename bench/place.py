"""Services of a bench's own, in a folder gone afterwards, and Django upon them."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django
from django.core.management import call_command

from collab.boot.folder import free_port, hold
from collab.boot.stack import Stack, running

PORTS: Final = 4
"""Ports that are held ready; so many web processes can run at once."""


@dataclass(frozen=True)
class Place:
    """What runs, where logs go, and which ports web processes may have."""

    stack: Stack
    folder: Path
    ports: Sequence[int]


@contextmanager
def place() -> Iterator[Place]:
    """Bring up all but the web processes, make the tables, and take it down again."""
    with ExitStack() as cleanup:
        name = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="palimpsest-"))
        folder = hold(Path(name))
        cleanup.callback(folder.close)
        stack = cleanup.enter_context(running(folder))
        ports = sorted({free_port() for _ in range(PORTS)})
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "collab.settings",
            "DATABASE_URL": stack.database_url,
            "REDIS_URL": stack.redis_url,
            "SECRET_KEY": folder.keys.secret_key,
            "ORIGINS": ",".join(f"http://127.0.0.1:{port}" for port in ports),
            "LOG_LEVEL": "WARNING",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        yield Place(stack, folder.path, ports)

"""Postgres and Valkey together, over one data folder.

Started in one order, stopped in the other. What was given by URL is not started.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from collab.boot.children import Server
from collab.boot.folder import Folder
from collab.boot.postgres import Postgres
from collab.boot.valkey import Valkey


@dataclass(frozen=True)
class Stack:
    """What runs, and where it answers; None where a URL was given."""

    database_url: str
    redis_url: str
    postgres: Postgres | None
    valkey: Valkey | None

    @property
    def servers(self) -> list[Server]:
        """What we started ourselves."""
        return [server for server in (self.postgres, self.valkey) if server]


def silent(_step: str) -> None:
    """Tell nobody."""


@contextmanager
def running(
    folder: Folder,
    database_url: str = "",
    redis_url: str = "",
    tell: Callable[[str], None] = silent,
) -> Iterator[Stack]:
    """Run what has no URL yet, over a folder that is held. Raises BootError."""
    postgres = None if database_url else Postgres(folder)
    valkey = None if redis_url else Valkey(folder)
    up = Stack(
        postgres.url if postgres else database_url,
        valkey.url if valkey else redis_url,
        postgres,
        valkey,
    )
    with ExitStack() as cleanup:
        for server in up.servers:
            name = server.child.name
            tell(f"Starting {name}")
            cleanup.callback(tell, f"{name} has stopped")
            cleanup.callback(server.stop)
            server.start()
        yield up

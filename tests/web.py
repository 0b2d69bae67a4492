"""A real server process for tests, over the test's own database."""

import os
import sys
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from collab.boot.children import Child
from collab.boot.folder import free_port

START_PATIENCE = 30.0


class Web:
    """One `collab.server` on a port of its own, which it keeps over a restart."""

    def __init__(self, database_url: str, log: Path, env: Mapping[str, str]) -> None:
        """Name the place; nothing is started yet."""
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = log
        settings = {"DATABASE_URL": database_url, "ORIGINS": self.origin, **env}
        self.child = Child(
            name="the server under test",
            command=[sys.executable, "-m", "collab.server", "--port", str(self.port)],
            env=dict(os.environ) | settings,
            log=log,
        )

    @property
    def ws(self) -> str:
        """The origin of its sockets."""
        return self.origin.replace("http", "ws", 1)

    def start(self) -> None:
        """Start it and return when it answers; BootError names its log if it cannot."""
        self.child.start()
        self.child.wait_until(lambda: healthy(self.origin), START_PATIENCE)

    def stop(self) -> None:
        """End it in order, as a deployment does."""
        self.child.stop()

    def kill9(self) -> None:
        """Kill it without a word."""
        self.child.kill9()

    def restart(self) -> None:
        """Start it again on its port, stopped in order first if it still runs."""
        self.stop()
        self.start()


Webs = Callable[..., Web]


def healthy(origin: str) -> bool:
    """Ask /healthz once."""
    wire = HTTPConnection(urlsplit(origin).netloc, timeout=5)
    try:
        wire.request("GET", "/healthz")
        return wire.getresponse().status == 200
    except OSError:
        return False
    finally:
        wire.close()

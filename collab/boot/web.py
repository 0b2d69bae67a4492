"""The server's process: started, and known to be well by its own /healthz."""

import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from collab.boot.children import TICK, BootError, Child
from collab.boot.folder import free_port
from collab.boot.packages import PYTHON
from collab.boot.steps import ROOT

START_PATIENCE = 60.0
CLAIM_PATIENCE = 1.0  # a killed run's server needs a moment to go
DRAIN_PATIENCE = 20.0  # it says goodbye to every socket first


SERVERS = {"daphne": "collab.server", "uvicorn": "collab.server_uvicorn"}


class Web:
    """One server on 127.0.0.1, on a port it keeps over a restart."""

    def __init__(
        self,
        port: int,
        env: Mapping[str, str],
        log: Path | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        """Name the place; nothing is started yet. Raises BootError."""
        self.port = port
        module = SERVERS.get(env.get("SERVER", "daphne"))
        if module is None:
            raise BootError("SERVER is daphne or uvicorn")
        self.child: Child = Child(
            name="the server",
            command=[str(PYTHON), "-m", module, "--port", str(port)],
            patience=DRAIN_PATIENCE,
            env=env,
            cwd=ROOT,
            log=log,
            keep_open=keep_open,
        )

    @property
    def origin(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """Where its sockets are."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return when it is well. Raises BootError."""
        self.child.start()
        self.child.wait_until(self.healthy, START_PATIENCE)

    def stop(self) -> None:
        """End it in order, as a deployment does."""
        self.child.stop()

    def kill9(self) -> None:
        """Kill it without a word."""
        self.child.kill9()

    def restart(self) -> None:
        """Start it again, stopped in order first if it still runs."""
        self.stop()
        self.start()

    def healthy(self) -> bool:
        """Ask /healthz once."""
        wire = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            wire.request("GET", "/healthz")
            return wire.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            wire.close()


def claim(port: int) -> None:
    """Raise BootError when somebody else listens on a port, and goes on doing so."""
    deadline = time.monotonic() + CLAIM_PATIENCE
    while free_port(port) != port and time.monotonic() < deadline:
        time.sleep(TICK)
    if free_port(port) != port:
        raise BootError(
            f"port {port} is taken: stop what listens there, or choose another, "
            f"make run PORT={port + 1}"
        )

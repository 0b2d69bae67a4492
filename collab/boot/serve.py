"""`make run`, once everything is installed: services, data, server, log.

Runs inside the venv. What dies is started again; what keeps dying ends the run.
"""

import os
import time
from collections import defaultdict
from contextlib import ExitStack, closing
from pathlib import Path

from collab import embedded
from collab.boot import stack, web
from collab.boot.children import BootError, Child, Server
from collab.boot.folder import Folder, hold
from collab.boot.packages import PYTHON
from collab.boot.stack import Stack
from collab.boot.steps import tell
from collab.boot.web import Web
from documents import demo

FURNISH_PATIENCE = 120.0
DEATHS = 3
WITHIN = 60.0


def serve(port: int, data: Path) -> None:
    """Run everything until somebody stops us. Raises BootError."""
    database_url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(closing(hold(data)))
        web.claim(port)
        up = cleanup.enter_context(stack.running(folder, database_url, redis_url, tell))
        env = _announce(folder, up, port)
        _furnish(env)
        tell("Starting the server")
        server = Web(port, env, keep_open=[folder.lock])
        cleanup.callback(tell, "The server has stopped")
        cleanup.callback(server.stop)
        server.start()
        tell(f"ready on {server.origin}/")
        if not database_url:
            tell(demo.LOGINS)
        keep_alive([*up.servers, server])


def _announce(folder: Folder, up: Stack, port: int) -> dict[str, str]:
    """Tell settings where things are: by the card, or where a database was given by
    the environment, as in production.
    """
    origins = [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    key = folder.keys.secret_key
    env = dict(os.environ) | {"DATA": str(folder.path)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # later starts would take twice the time
    if up.postgres is None:
        given = {"SECRET_KEY": key, "ORIGINS": ",".join(origins)}
        return given | env | {"REDIS_URL": up.redis_url}
    card = embedded.Embedded(
        up.database_url, up.redis_url, key, origins, pid=os.getpid()
    )
    embedded.write(folder.path, card)
    return env


def _furnish(env: dict[str, str]) -> None:
    tell("Preparing the database")
    child = Child(
        "the database's preparation",
        [str(PYTHON), "-m", "collab.boot.furnish"],
        env=env,
    )
    try:
        child.start()
        ended = child.ended_within(FURNISH_PATIENCE)
    finally:
        child.stop()
    if not ended or (child.process and child.process.returncode):
        raise BootError("the database could not be prepared: the lines above tell why")


def keep_alive(servers: list[Server]) -> None:
    """Start again what dies, first what others need. BootError for what keeps dying."""
    deaths: dict[str, list[float]] = defaultdict(list)
    while True:
        servers[-1].child.ended_within(1.0)
        for server in servers:
            if server.child.running:
                continue
            name, now = server.child.name, time.monotonic()
            deaths[name] = [*(at for at in deaths[name] if now - at < WITHIN), now]
            if len(deaths[name]) >= DEATHS:
                raise BootError(f"{name} keeps ending: the log above tells why")
            tell(f"{name} has ended unexpectedly, starting it again")
            server.start()
            tell(f"{name} answers again")

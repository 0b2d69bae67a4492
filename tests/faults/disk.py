"""A disk that is full: Postgres' data on a small tmpfs, filled by a file beside it.

Where this machine allows no mount, Postgres says itself what a full disk makes it say.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from collab.boot.postgres import Postgres
from tests.faults import admin
from tests.faults.site import up

ROOM: Final = 64 * 1024 * 1024
"""What is free on it until it is filled."""
BLOCK: Final = bytes(64 * 1024)
_SAY: Final = "SELECT pg_logical_emit_message(true, '', '')"


@dataclass
class Disk:
    """Where the data is; `mounted` says whether the disk is a real one."""

    data: Path
    mounted: bool

    @property
    def remark(self) -> str:
        """How it was done."""
        return "a small tmpfs" if self.mounted else "simulated: no mount allowed here"

    @property
    def _ballast(self) -> Path:
        return self.data / "ballast"

    async def fill(self) -> None:
        """Leave no byte free."""
        if not self.mounted:
            await admin.refuse_rows(code="53100")
            return
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while True:
                file.write(BLOCK)

    async def overflow(self) -> None:
        """Let Postgres need a new file for its own log; it ends itself over that."""
        if self.mounted:
            with suppress(psycopg.Error):
                async with admin.superuser() as one:
                    for _ in range(8):
                        await one.execute("SELECT pg_switch_wal()")
                        await one.execute(
                            "SELECT pg_logical_emit_message(true, '', '')"
                        )

    async def free(self) -> None:
        """Make room."""
        if self.mounted:
            self._ballast.unlink()
        else:
            await admin.refuse_rows(code=None)


@asynccontextmanager
async def small_disk(postgres: Postgres) -> AsyncIterator[Disk]:
    """Move the data to a small disk meanwhile."""
    data, aside = postgres.data, postgres.data.with_name("postgres.aside")
    await asyncio.to_thread(postgres.stop)
    data.rename(aside)
    data.mkdir(mode=0o700)
    used = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    options = f"size={used + ROOM},mode=0700"
    mounted = _run("mount", "-t", "tmpfs", "-o", options, "tmpfs", data)
    try:
        if mounted:
            _run("cp", "-a", f"{aside}/.", data)
        else:
            data.rmdir()
            aside.rename(data)
        await up(postgres)
        yield Disk(data, mounted)
    finally:
        await asyncio.to_thread(postgres.stop)
        if mounted:
            shutil.rmtree(aside)
            _run("cp", "-a", data, aside)
            _run("umount", data)
            data.rmdir()
            aside.rename(data)
        await up(postgres)


def _run(*command: str | Path) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode == 0

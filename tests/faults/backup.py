"""A backup and its restoring, by the commands that docs/deploy.md names."""

import asyncio
import os
from pathlib import Path

from django.db import connection

from tests.faults.site import Site


async def dump(site: Site) -> Path:
    """Make a backup while everything runs."""
    backup = site.folder / "palimpsest.dump"
    await _run(site, "pg_dump", "--format", "custom", "--file", str(backup))
    return backup


async def restore(site: Site, backup: Path) -> None:
    """Put the database back to it."""
    await _run(site, "pg_restore", "--clean", "--if-exists", str(backup))


async def _run(site: Site, name: str, *arguments: str) -> None:
    given = connection.settings_dict
    process = await asyncio.create_subprocess_exec(
        site.postgres._binary(name),
        *("--dbname", given["NAME"]),
        *arguments,
        env=os.environ
        | {
            "PGHOST": given["HOST"],
            "PGPORT": given["PORT"],
            "PGUSER": given["USER"],
            "PGPASSWORD": given["PASSWORD"],
        },
    )
    assert await process.wait() == 0, f"{name} failed"

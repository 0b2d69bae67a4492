"""Runs a bench with a Postgres of its own, which is gone afterwards.

python -m bench.alone bench.chapters [ARGUMENTS]
"""

import os
import runpy
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from collab.boot.folder import hold
from collab.boot.stack import running


def main() -> None:
    """Bring up Postgres and Django with its tables, then the bench."""
    del sys.argv[0]
    with tempfile.TemporaryDirectory(prefix="palimpsest-bench-") as name:
        folder = hold(Path(name))
        with running(folder, redis_url="redis://localhost") as stack:
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": "collab.settings",
                "DATABASE_URL": stack.database_url,
                "REDIS_URL": stack.redis_url,
                "SECRET_KEY": folder.keys.secret_key,
                "ORIGINS": "http://localhost",
            }
            django.setup()
            call_command("migrate", verbosity=0)
            runpy.run_module(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()

"""The commands: `python -m collab.boot services --data DIR`."""

import argparse
import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from collab.boot import stack
from collab.boot.children import BootError
from collab.boot.folder import hold


class Stopped(BaseException):
    """Somebody asked us to stop: like KeyboardInterrupt, not an error."""


def main() -> int:
    """Run one command; trouble is one line on stderr and exit code 1."""
    options = parser().parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        services(options.data)
    except BootError as trouble:
        print(f"boot: {trouble}", file=sys.stderr)  # noqa: T201
        return 1
    except Stopped:
        return 0
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m collab.boot")
    commands = described.add_subparsers(required=True)
    only = commands.add_parser("services", help="run Postgres and Valkey alone")
    only.add_argument("--data", type=Path, default=Path(".data"))
    return described


def services(data: Path) -> None:
    """Run Postgres and Valkey, print their URLs as JSON lines, end with stdin."""
    with closing(hold(data)) as folder, stack.running(folder) as up:
        print(json.dumps({"database_url": up.database_url}))  # noqa: T201
        print(json.dumps({"redis_url": up.redis_url}), flush=True)  # noqa: T201
        sys.stdin.buffer.read()


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(
            number, signal.SIG_IGN
        )  # stopping in order is not to be cut short
    raise Stopped


sys.exit(main())

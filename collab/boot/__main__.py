"""The commands behind make: `python -m collab.boot run | serve | ready | services`."""

import argparse
import json
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from collab.boot import chromium, frontend, packages, stack, web
from collab.boot import nginx as proxy
from collab.boot.children import BootError
from collab.boot.folder import hold
from collab.boot.steps import ROOT

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to stop: like KeyboardInterrupt, not an error."""


def main() -> int:
    """Run one command; trouble is one line on stderr and exit code 1."""
    options = vars(parser().parse_args())
    command = options.pop("command")
    for number in STOPS:
        signal.signal(number, _stop)
    try:
        command(**options)
    except BootError as error:
        print(f"{error}", file=sys.stderr)  # noqa: T201
        return 1
    except Stopped:
        return 0
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m collab.boot")
    commands = described.add_subparsers(required=True)
    for name, command in {"run": run, "serve": serve}.items():
        one = commands.add_parser(name, help=command.__doc__)
        one.set_defaults(command=command)
        one.add_argument("--port", type=int, default=8000)
        one.add_argument("--data", type=Path, default=ROOT / ".data")
    one = commands.add_parser("ready", help=ready.__doc__)
    one.set_defaults(command=ready)
    one.add_argument("--browser", action="store_true")
    one.add_argument("--nginx", action="store_true")
    one = commands.add_parser("npm", help=npm.__doc__)
    one.set_defaults(command=npm)
    one.add_argument("arguments", nargs=argparse.REMAINDER)
    one = commands.add_parser("services", help=services.__doc__)
    one.set_defaults(command=services)
    one.add_argument("--data", type=Path, default=ROOT / ".data")
    return described


def run(port: int, data: Path) -> None:
    """Install and build what is missing, then become `serve`."""
    web.claim(port)
    packages.install(packages.RUN)
    frontend.build()
    command = ["-m", "collab.boot", "serve", "--port", str(port), "--data", str(data)]
    os.execv(packages.PYTHON, [str(packages.PYTHON), *command])  # noqa: S606


def serve(port: int, data: Path) -> None:
    """Run the services and the server, prepared by `run`."""
    from collab.boot import serve as serving  # noqa: PLC0415  (needs the venv)

    serving.serve(port, data)


def ready(*, browser: bool, nginx: bool) -> None:
    """Install and build what checks and tests need."""
    packages.install(packages.DEV)
    frontend.build()
    if browser:
        chromium.install()
    if nginx:
        proxy.install()


def npm(arguments: list[str]) -> None:
    """Become npm in the front end, with a Node that is new enough."""
    path = frontend.path_with_node()
    os.chdir(frontend.FRONTEND)
    command = ["npm", *arguments]
    os.execvpe("npm", command, os.environ | {"PATH": path})  # noqa: S606, S607


def services(data: Path) -> None:
    """Run Postgres and Valkey alone, print their URLs as JSON lines, end with stdin."""
    with closing(hold(data)) as folder, stack.running(folder) as up:
        print(json.dumps({"database_url": up.database_url}))  # noqa: T201
        print(json.dumps({"redis_url": up.redis_url}), flush=True)  # noqa: T201
        sys.stdin.buffer.read()


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)  # stopping in order is not cut short
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())

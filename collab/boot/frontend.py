"""The front end: Node, its packages, its build.

Node is the machine's when it is new enough, else it is installed into the venv.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from collab.boot import packages, steps
from collab.boot.children import BootError
from collab.boot.packages import VENV
from collab.boot.steps import ROOT

FRONTEND = ROOT / "frontend"
MADE = {"node_modules", "dist"}
NODE_LOCK = ROOT / "requirements-node.lock"
SINCE = {20: 19, 22: 12}  # the minor releases since which Vite runs on them


def install() -> None:
    """Install the locked npm packages. Raises BootError."""
    made_of = steps.digest([FRONTEND / "package-lock.json"])
    stamp = FRONTEND / "node_modules" / ".stamp"
    if steps.stamped(stamp, made_of):
        return
    steps.tell("Installing the npm packages")
    _npm("ci", "--no-audit", "--no-fund", mend=packages.AGAIN)
    steps.put_stamp(stamp, made_of)


def build() -> None:
    """Build what browsers load, unless its sources are as they were."""
    stamp, made_of = FRONTEND / "dist" / ".vite" / "stamp", steps.digest(_sources())
    if steps.stamped(stamp, made_of):
        return
    install()
    steps.tell("Building the front end")
    _npm("run", "build", mend="mend what the log names, then run make again")
    steps.put_stamp(stamp, made_of)


def path_with_node() -> str:
    """Give a PATH on which a good `node` and `npm` come first. Raises BootError."""
    machine = os.environ.get("PATH", "")
    inside = f"{VENV / 'bin'}{os.pathsep}{machine}"
    if node_is_new(shutil.which("node")) and shutil.which("npm"):
        return machine
    if not node_is_new(shutil.which("node", path=inside)):
        packages.install(NODE_LOCK, "Node into the venv")
    if not node_is_new(shutil.which("node", path=inside)):
        raise BootError("no Node 20.19 or newer: install Node, then run make again")
    return inside


def node_is_new(node: str | None) -> bool:
    """Tell whether a Node can build the front end."""
    if node is None:
        return False
    told = subprocess.run(  # noqa: S603  (a binary found on PATH)
        [node, "--version"], capture_output=True, text=True, check=False
    )
    number = re.match(r"v(\d+)\.(\d+)", told.stdout)
    if not number:
        return False
    major, minor = int(number[1]), int(number[2])
    return major > max(SINCE) or minor >= SINCE.get(major, 1000)


def _npm(*arguments: str, mend: str) -> None:
    path = path_with_node()
    npm = str(shutil.which("npm", path=path))
    steps.run(
        f"npm {arguments[0]}",
        [npm, *arguments],
        mend,
        cwd=FRONTEND,
        env=dict(os.environ) | {"PATH": path},
    )


def _sources() -> Iterator[Path]:
    for top in FRONTEND.iterdir():
        if top.name not in MADE:
            yield from (file for file in top.rglob("*") if file.is_file())
            if top.is_file():
                yield top

"""The browser of the end-to-end tests: Debian's Chromium, or whichever is there."""

import os
import shutil

from collab.boot import steps
from collab.boot.children import BootError

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Give the path of a Chromium on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Chromium by apt when it is missing. Raises BootError."""
    if find():
        return
    mend = "install Chromium (Debian: apt-get install chromium), then run make again"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise BootError(f"no Chromium for the browser tests: {mend}")
    steps.tell("Installing Chromium")
    quiet = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    steps.run("apt-get update", ["apt-get", "update"], mend, env=quiet)
    steps.run(
        "apt-get install",
        ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
        mend,
        env=quiet,
    )

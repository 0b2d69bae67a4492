"""The browser of the end-to-end tests: Debian's Chromium, or whichever is there."""

import shutil

from collab.boot import apt

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Give the path of a Chromium on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Chromium by apt when it is missing. Raises BootError."""
    if not find():
        apt.install("chromium", "the browser tests")

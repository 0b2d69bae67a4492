"""The nginx of the deployment's tests: Debian's, or whichever is there."""

import os
import shutil

from collab.boot import apt


def find() -> str | None:
    """Give the path of nginx on this machine; Debian keeps it off people's PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    return shutil.which("nginx", path=path)


def install() -> None:
    """Install nginx by apt when it is missing. Raises BootError."""
    if not find():
        apt.install("nginx-light", "the deployment's tests")

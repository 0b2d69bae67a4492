"""Programs of the machine that tests need: found, or installed by apt as root."""

import os
import shutil

from collab.boot import steps
from collab.boot.children import BootError


def install(package: str, purpose: str) -> None:
    """Install a Debian package. Raises BootError, which tells what to do instead."""
    mend = f"install {package} (Debian: apt-get install {package}), then run make again"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise BootError(f"no {package} for {purpose}: {mend}")
    steps.tell(f"Installing {package}")
    quiet = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    steps.run("apt-get update", ["apt-get", "update"], mend, env=quiet)
    steps.run(
        "apt-get install",
        ["apt-get", "install", "--yes", "--no-install-recommends", package],
        mend,
        env=quiet,
    )

"""The venv and the locked Python packages in it.

Locks are added, never synchronised: what `make test` installed, `make run` leaves.
"""

import shutil
import sys
from pathlib import Path

from collab.boot import steps
from collab.boot.steps import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
UV = ROOT / "requirements-uv.lock"
AGAIN = "check the network, then run make again"


def install(lock: Path, what: str = "the Python packages") -> None:
    """Make the venv hold what a lock names. Raises BootError."""
    stamp, made_of = VENV / f".stamp-{lock.stem}", steps.digest([lock])
    if stamped_and_whole(stamp, made_of):
        return
    steps.tell(f"Installing {what}")
    if not (VENV / "bin" / "uv").exists():
        _make_venv()
    steps.run(
        "uv pip install",
        [
            *(str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON)),
            *("--require-hashes", "--requirement", str(lock)),
            # Tests start Python many times; a run compiles what it imports, once.
            *(["--compile-bytecode"] if lock == DEV else []),
        ],
        AGAIN,
    )
    steps.put_stamp(stamp, made_of)


def stamped_and_whole(stamp: Path, made_of: str) -> bool:
    """Tell whether the lock is in; a venv whose Python was removed does not count."""
    return PYTHON.exists() and steps.stamped(stamp, made_of)


def _make_venv() -> None:
    if not (PYTHON.exists() and (VENV / "bin" / "pip").exists()):
        shutil.rmtree(VENV, ignore_errors=True)
        steps.run(
            "python -m venv",
            [sys.executable, "-m", "venv", str(VENV)],
            "install Python's venv module (Debian: apt install python3-venv)",
        )
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    steps.run("pip install uv", [*pip, "--requirement", str(UV)], AGAIN)

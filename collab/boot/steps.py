"""Steps of the preparation: each says what it does, leaves a log and is not repeated.

A stamp lies inside what the step made and goes with it; it names what it was made of.
"""

import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from collab.boot.children import BootError, Child

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / ".cache"
PATIENCE = 900.0


def tell(text: str) -> None:
    """Say one line of progress; that nobody reads it any more stops nothing."""
    with suppress(BrokenPipeError):
        print(text, flush=True)  # noqa: T201


def run(
    name: str,
    command: Sequence[str],
    mend: str,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command to its end, its output in .cache. BootError tells the mend."""
    LOGS.mkdir(exist_ok=True)
    log = LOGS / f"{name.replace(' ', '-')}.log"
    log.unlink(missing_ok=True)
    child = Child(name, command, log=log, cwd=cwd, env=env)
    try:
        child.start()
        ended = child.ended_within(PATIENCE)
    finally:
        if child.running:
            os.killpg(child.pid, signal.SIGKILL)
    if not ended or (child.process and child.process.returncode):
        raise BootError(f"{name} failed: {mend} (details: {log.relative_to(ROOT)})")


def digest(files: Iterable[Path]) -> str:
    """Name the content of files by one hash."""
    total = sha256()
    for file in sorted(files):
        total.update(f"{file.relative_to(ROOT)}\0".encode())
        total.update(sha256(file.read_bytes()).digest())
    return total.hexdigest()


def stamped(stamp: Path, made_of: str) -> bool:
    """Tell whether the step behind this stamp was done with the same sources."""
    return stamp.exists() and stamp.read_text() == made_of


def put_stamp(stamp: Path, made_of: str) -> None:
    """Remember that the step was done."""
    stamp.write_text(made_of)

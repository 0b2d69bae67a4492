"""What processes take, as Linux counts it: CPU, waiting for a core, memory; pinning.

A process stands for its whole tree: Postgres' backends, a server's worker processes.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LOOK_SECONDS = 0.5
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class Spent:
    """Seconds on a core, and seconds ready to run without one."""

    running: float
    waiting: float

    def since(self, earlier: "Spent") -> "Spent":
        """Give what was spent between two looks."""
        return Spent(self.running - earlier.running, self.waiting - earlier.waiting)


def tree(roots: Iterable[int]) -> set[int]:
    """Give processes and all their descendants."""
    parents = dict(_parents())
    found = set(roots)
    while young := {pid for pid, up in parents.items() if up in found} - found:
        found |= young
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.glob("[0-9]*"):
        with suppress(*GONE):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            yield int(folder.name), int(words[1])


def spent(roots: Iterable[int]) -> Spent:
    """Add up what the threads that live now have spent."""
    running = waiting = 0
    for pid in tree(roots):
        for thread in PROC.glob(f"{pid}/task/*/schedstat"):
            with suppress(*GONE):
                ran, waited, _ = map(int, thread.read_text().split())
                running, waiting = running + ran, waiting + waited
    return Spent(running / 1e9, waiting / 1e9)


def memory(pids: Iterable[int]) -> int:
    """Add up proportional set sizes, in bytes, of these processes alone."""
    total = 0
    for pid in pids:
        with suppress(*GONE):
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line[:4] == "Pss:")
    return total * 1024


def pin(root: int, core: int) -> None:
    """Keep a process, all its threads and what it starts later on one core."""
    for pid in tree([root]):
        for thread in (PROC / str(pid) / "task").glob("*"):
            with suppress(*GONE):
                os.sched_setaffinity(int(thread.name), {core})


def settle(roots: Iterable[int], quiet: float = 0.05, patience: float = 15.0) -> None:
    """Wait until processes are idle, so that no load pays for what came before it.

    Who waits for a core is not idle.
    """
    roots, deadline = list(roots), time.monotonic() + patience
    before = spent(roots)
    while time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        now = spent(roots)
        busy = now.since(before)
        if busy.running + busy.waiting < quiet * LOOK_SECONDS:
            return
        before = now

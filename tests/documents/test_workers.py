"""Worker processes: they end with the process that they work for."""

import subprocess
import sys

from collab.boot.steps import ROOT

KILLED = """
import asyncio, os, signal
from documents.workers import Workers

async def main():
    print(await Workers().run(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_killed_process_leaves_no_worker() -> None:
    """The worker holds our end of the pipe too, so the end of input is its end."""
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        told, _ = process.communicate(timeout=60)
    assert int(told)

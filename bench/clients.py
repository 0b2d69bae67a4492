"""The clients of `clients.mjs`: readers and writers with a Yjs document, and crowds.

They run in one Node, on one core of their own where they are pinned.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

SCRIPT: Final = Path(__file__).with_name("clients.mjs")
TRACE: Final = Path(__file__).parent.parent / "tests" / "data" / "b4.json.gz"
LOAD_CORE: Final = 1
FLAGS: Final = ("--expose-gc", "--min-semi-space-size=16")
"""While it waits for a server to start V8 shrinks its young generation to a sixteenth:
the longer that takes, the more often it would collect in the opening that is timed."""


class Failed(Exception):
    """A client could not do what it was told, in its own words."""


class Clients:
    """One Node process full of clients, told one thing at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, act: str, **given: object) -> Any:
        """Let them act and give what came of it. Raises Failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"act": act, **given}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline() or '{"threw": "it ended"}')
        if "threw" in told:
            raise Failed(f"{act}: {told['threw']}")
        return told.get("answer")


@contextmanager
def clients(*, pinned: bool = True) -> Iterator[Clients]:
    """Start Node; end it with everything that is open."""
    command = ["node", *FLAGS, str(SCRIPT), str(TRACE)]
    if pinned:
        command = ["taskset", "-c", str(LOAD_CORE), *command]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Clients(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()

"""Servers of others, from a kit that lives outside of this repository.

The kit has a load generator and drivers of its own, which are used as its README says.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from bench.target import Target
from bench.workloads import OPEN

SCRIPT: Final = Path(__file__).with_name("rival.mjs")
PATIENCE: Final = 400.0


@dataclass(frozen=True)
class Kit:
    """The folder that the kit was set up in."""

    path: Path

    @contextmanager
    def services(self) -> Iterator[None]:
        """Run the rivals' Valkey and Postgres, unless they run already."""
        if self._served():
            yield
            return
        self._services("start")
        try:
            yield
        finally:
            self._services("stop")

    def _served(self) -> bool:
        """Whether its Postgres lives; the file alone may be of one that was killed."""
        try:
            told = (self.path / "run" / "pg" / "postmaster.pid").read_text()
            os.kill(int(told.split()[0]), 0)
        except (FileNotFoundError, ProcessLookupError):
            return False
        return True

    def _services(self, what: str) -> None:
        subprocess.run(["sh", "services.sh", what], cwd=self.path, check=True)

    @contextmanager
    def serving(self, name: str) -> Iterator[Target]:
        """Run a rival's server on its core."""
        command = ["node", str(SCRIPT), str(self.path), name]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            services = dict(zip(("redis", "postgres"), told["aux"], strict=False))
            try:
                yield Target(
                    server=name,
                    protocol=told["protocol"],
                    urls=[told["url"]],
                    pids={
                        "web": [told["pid"]],
                        **{part: [pid] for part, pid in services.items()},
                    },
                    fresh=lambda count: [uuid4().hex for _ in range(count)],
                )
            finally:
                process.stdin.close()

    def asked(self, what: str, name: str, rounds: int) -> list[dict[str, float]]:
        """Run the kit's own driver of W4 or memory; give its lines."""
        with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as lines:
            subprocess.run(
                ["node", "w34.mjs", what, name, str(rounds), lines.name],
                cwd=self.path,
                env=_environment(),
                stdout=subprocess.DEVNULL,
                check=True,
                timeout=PATIENCE,
            )
            return [json.loads(line) for line in lines]

    def lost(self, name: str, rounds: int, letters: int = 50) -> list[float]:
        """Count the edits that a kill takes along, of each round."""
        lines = self.asked("w4", name, rounds)
        return [line["lost"] for line in lines if line["edits"] == letters]

    def held(self, name: str, rounds: int) -> list[float]:
        """Give bytes an open document of 50,000 typed letters, of each round."""
        return [line["kb_per_doc"] * 1024 for line in self.asked("mem", name, rounds)]


def _environment() -> dict[str, str]:
    return {**os.environ, "KINDS": "typed", "DOCS": str(OPEN)}

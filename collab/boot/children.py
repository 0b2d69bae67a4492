"""Child processes that never outlive this one.

Each child runs in a session of its own (Ctrl-C reaches only us, we stop in order) and
is on a leash: the kernel signals it when the thread that started it dies (kill -9 of
us leaves nothing), so children are started from the main thread.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

TICK = 0.02
LEASH = Path(__file__).with_name("leash.py")


class BootError(Exception):
    """What stops the boot, as one line that names the mend."""


@dataclass
class Child:
    """One child process: may be started again after it stopped or was killed.

    `on_orphaned` is what the kernel sends it when we die; `stop_with` asks it to end.
    """

    name: str
    command: Sequence[str]
    stop_with: signal.Signals = signal.SIGTERM
    on_orphaned: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    log: Path | None = None
    stdin: str = ""
    keep_open: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the process; its output goes to `log`, or where ours goes."""
        output = self.log.open("ab") if self.log else None
        leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid())]
        try:
            self.process = subprocess.Popen(  # noqa: S603  (our own command line)
                [*leash, str(int(self.on_orphaned)), *self.command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=self.env,
                cwd=self.cwd,
                pass_fds=self.keep_open,
                start_new_session=True,
            )
        except OSError as error:
            raise BootError(f"{self.name} cannot be started: {error}") from error
        finally:
            if output:
                output.close()
        self._feed()

    def _feed(self) -> None:
        if self.process and self.process.stdin:
            with self.process.stdin as pipe:
                pipe.write(self.stdin.encode())

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The id of the process that was started last, 0 before the first."""
        return self.process.pid if self.process else 0

    def ended_within(self, seconds: float) -> bool:
        """Wait for the process to end by itself; tell whether it did."""
        if self.process is None:
            return True
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait for a condition. Raises BootError when it ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended_within(TICK):
                raise BootError(f"{self.name} ended while it started{self._where()}")
            if time.monotonic() > deadline:
                raise BootError(
                    f"{self.name} did not answer within {seconds:.0f} s{self._where()}"
                )

    def stop(self) -> None:
        """Ask the process to end, insist after `patience` seconds. Harmless twice."""
        if self.process is None or not self.running:
            return
        self.process.send_signal(self.stop_with)
        if not self.ended_within(self.patience):
            self.kill9()

    def kill9(self) -> None:
        """Kill the process without a word, as a power cut would."""
        if self.process is not None and self.running:
            self.process.kill()
            self.process.wait()

    def _where(self) -> str:
        return f": read {self.log}" if self.log else ""


class Server(Protocol):
    """A child that answers on a port: Postgres, Valkey, the web server."""

    @property
    def child(self) -> Child:
        """Its process."""

    def start(self) -> None:
        """Start it and return when it answers. Raises BootError."""

    def stop(self) -> None:
        """End it in order."""

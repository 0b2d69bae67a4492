"""What a document says, read in another process: text, HTML, first line.

Keeps one worker of `documents.engine`, started when first needed, replaced after
some reads, after a crash and when it takes too long. Calls block: an async caller
uses a thread. Knows no CRDT and no database.
"""

import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

SECONDS = 10.0
"""How long one reading may take; the largest documents known take two."""
READS = 500
"""After so many readings a worker is replaced, so that no leak of it can grow."""

_ROOT = Path(__file__).resolve().parent.parent


class Unreadable(Exception):
    """The engine crashed on a state, or took too long; the state itself is safe."""


class Reader:
    """One worker, asked one state at a time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._reads = 0

    def read(self, form: bytes, state: bytes) -> str:
        """Give the state in this form. Raises Unreadable."""
        if not self._turn.acquire(timeout=self._seconds):
            raise Unreadable("the worker is busy")
        try:
            return self._ask(form, state)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the worker; the next reading starts another."""
        worker, self._worker, self._reads = self._worker, None, 0
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _ask(self, form: bytes, state: bytes) -> str:
        if self._reads >= READS:
            self.close()
        worker = self._worker = self._worker or _start()
        self._reads += 1
        deadline = threading.Timer(self._seconds, worker.kill)
        deadline.start()
        try:
            return _exchange(worker, form, state)
        except (OSError, EOFError) as broken:
            self.close()
            raise Unreadable("the worker died or took too long") from broken
        finally:
            deadline.cancel()


def _start() -> subprocess.Popen[bytes]:
    # Its words on stderr could hold text of the document, and its environment secrets.
    return subprocess.Popen(
        [sys.executable, "-m", "documents.engine"],
        cwd=_ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _exchange(worker: subprocess.Popen[bytes], form: bytes, state: bytes) -> str:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(form + struct.pack(">I", len(state)) + state)
    worker.stdin.flush()
    (length,) = struct.unpack(">I", _exactly(worker.stdout, 4))
    return _exactly(worker.stdout, length).decode()


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


_reader = Reader()


def text(state: bytes) -> str:
    """Give the plain text of a whole state. Raises Unreadable."""
    return _reader.read(b"t", state)


def html(state: bytes) -> str:
    """Give a whole state as HTML that is safe in a page. Raises Unreadable."""
    return _reader.read(b"h", state)


def excerpt(state: bytes) -> str:
    """Give the first line of a whole state. Raises Unreadable."""
    return _reader.read(b"e", state)


def close() -> None:
    """End the worker of this process."""
    _reader.close()

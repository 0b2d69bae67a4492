"""What a document says, read in other processes: text, HTML, JSON, first line.

Keeps workers of `documents.engine`, each started when first needed, replaced after
some reads, after a crash and when it takes too long. Calls block: an async caller
uses a thread. Knows no CRDT and no database.
"""

import json
import struct
import subprocess
import sys
import threading
from collections import Counter
from functools import cache
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, Final, Literal, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings

WORKERS: Final = 2
"""One for the page that somebody waits for while another reads for the search."""
SECONDS: Final = 10.0
"""How long one reading may take; the largest documents known take two."""
READS: Final = 500
"""After so many readings a worker is replaced, so that no leak of it can grow."""

Why = Literal["panic", "crash", "time-out", "busy"]
failures: Counter[Why] = Counter()
"""Readings of this process that gave nothing, by what happened."""

_ROOT = Path(__file__).resolve().parents[2]
_log = structlog.get_logger(__name__)
_counting = threading.Lock()


class Unreadable(Exception):
    """A reading gave nothing; the state itself is safe.

    The engine refused it (panic), died of it (crash) or took too long (time-out), or
    no worker was free in time (busy).
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Whole(NamedTuple):
    """What lists and the search keep of a document; `words` is for a tsvector."""

    line: str
    text: str
    words: str


class Reader:
    """One worker with one engine, asked by one thread at a time."""

    def __init__(self, engine: str, seconds: float) -> None:
        self._engine = engine
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._reads = 0

    def read(self, form: bytes, state: bytes) -> str:
        """Give the state in this form. Raises Unreadable."""
        if self._reads >= READS:
            self.close()
        try:
            worker = self._worker = self._worker or _start(self._engine)
        except OSError as error:
            raise Unreadable("crash") from error
        self._reads += 1
        expired = threading.Event()
        deadline = threading.Timer(self._seconds, _expire, (worker, expired))
        deadline.start()
        try:
            return _exchange(worker, form, state)
        except (OSError, EOFError) as broken:
            deadline.cancel()
            raise Unreadable(self._cause(worker, expired)) from broken
        finally:
            deadline.cancel()

    def close(self) -> None:
        """End the worker; the next reading starts another."""
        worker, self._worker, self._reads = self._worker, None, 0
        if worker is not None:
            worker.kill()
            worker.communicate()

    def _cause(self, worker: subprocess.Popen[bytes], expired: threading.Event) -> Why:
        """Bury a worker that broke off and tell what it died of."""
        try:
            code = worker.wait(self._seconds)
        except subprocess.TimeoutExpired:
            expired.set()
            code = 0
        self.close()
        if expired.is_set():
            return "time-out"
        return "crash" if code < 0 else "panic"


class Readers:
    """Some workers with one engine; each reading takes one that is free."""

    def __init__(self, engine: str, seconds: float, count: int = WORKERS) -> None:
        self._seconds = seconds
        self._all = [Reader(engine, seconds) for _ in range(count)]
        self._free: LifoQueue[Reader] = LifoQueue()
        for reader in self._all:
            self._free.put(reader)

    def read(self, form: bytes, state: bytes) -> str:
        """Give the state in this form. Raises Unreadable."""
        try:
            reader = self._free.get(timeout=self._seconds)
        except Empty:
            raise Unreadable("busy") from None
        try:
            return reader.read(form, state)
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """End the workers; the next reading starts another."""
        for reader in self._all:
            reader.close()


def _start(engine: str) -> subprocess.Popen[bytes]:
    # Its words on stderr could hold text of the document, and its environment secrets.
    return subprocess.Popen(  # noqa: S603  (the engine is a setting)
        [sys.executable, "-m", "documents.engine", engine],
        cwd=_ROOT,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _expire(worker: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    worker.kill()


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


@cache
def _readers() -> Readers:
    return Readers(settings.CRDT_ENGINE, SECONDS)


def _read(document: UUID, form: bytes, state: bytes) -> str:
    try:
        return _readers().read(form, state)
    except Unreadable as trouble:
        with _counting:
            failures[trouble.why] += 1
        _log.warning("unreadable", document=str(document), why=trouble.why)
        raise


def text(document: UUID, state: bytes) -> str:
    """Give the plain text of a document's whole state. Raises Unreadable."""
    return _read(document, b"t", state)


def html(document: UUID, state: bytes) -> str:
    """Give a whole state as HTML that is safe in a page. Raises Unreadable."""
    return _read(document, b"h", state)


def prosemirror(document: UUID, state: bytes) -> str:
    """Give a whole state as ProseMirror's JSON. Raises Unreadable."""
    return _read(document, b"j", state)


def whole(document: UUID, state: bytes) -> Whole:
    """Give first line, text and words in one reading. Raises Unreadable."""
    return Whole(*json.loads(_read(document, b"r", state)))


def close() -> None:
    """End the workers of this process."""
    _readers().close()

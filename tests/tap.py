"""A tap on the line to Postgres, which can lose the answer to a COMMIT.

Runs in threads of its own: a test's event loop may be busy starting servers.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import cast

COMMITS = b"COMMIT", b"continued_"
"""What a client says to commit: also the statement that appends where a log ends."""


class Tap(ThreadingTCPServer):
    """Listens on 127.0.0.1 and hands everything on."""

    daemon_threads = True

    def __init__(self, upstream: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.upstream = upstream
        self.armed = Event()
        self.lost = Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class Line(BaseRequestHandler):
    """One connection."""

    def handle(self) -> None:
        """Hand on until one side ends, or the answer to a COMMIT is lost."""
        tap = cast("Tap", self.server)
        client = self.request
        losing = False
        with socket.create_connection(tap.upstream) as upstream:
            other = {client: upstream, upstream: client}
            while True:
                for side in select([client, upstream], [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    if losing and side is upstream:
                        tap.lost.set()
                        return
                    commits = any(words in data for words in COMMITS)
                    if side is client and tap.armed.is_set() and commits:
                        tap.armed.clear()
                        losing = True
                    other[side].sendall(data)


@contextmanager
def tapped(host: str, port: int) -> Iterator[Tap]:
    """Run a tap on the line to host:port."""
    with Tap((host, port)) as tap:
        thread = Thread(target=tap.serve_forever, daemon=True)
        thread.start()
        yield tap
        tap.shutdown()
        thread.join()

"""What a history costs its server: each answer as a browser asks for it, over HTTP."""

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

AGAIN: Final = 1.5
"""Seconds after which a browser asks again for what is not there yet."""
PATIENCE: Final = 600.0


class Refused(Exception):
    """The server did not answer what was asked."""


class Answer(NamedTuple):
    """What came: milliseconds, bytes as they were sent, and the body itself."""

    milliseconds: float
    size: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A history of a running server, asked by somebody who is signed in."""

    connection: HTTPConnection
    headers: Mapping[str, str]
    document: str

    def ask(self, what: str = "") -> Answer:
        """Ask once; what the server only prepares, again. Raises Refused."""
        began = time.perf_counter()
        while True:
            path = f"/api/documents/{self.document}/history{what}"
            given = {**self.headers, "Accept-Encoding": "gzip"}
            self.connection.request("GET", path, headers=given)
            with self.connection.getresponse() as found:
                body = found.read()
                zipped = found.headers["Content-Encoding"] == "gzip"
            spent = time.perf_counter() - began
            if found.status == HTTPStatus.OK:
                read = gzip.decompress(body) if zipped else body
                return Answer(spent * 1000, len(body), read)
            if found.status != HTTPStatus.ACCEPTED or spent > PATIENCE:
                raise Refused(f"{found.status} {path}")
            time.sleep(AGAIN)


@contextmanager
def asked(origin: str, cookie: str, document: str) -> Iterator[Server]:
    """Connect to a server; somebody with this cookie asks for this history."""
    connection = HTTPConnection(urlsplit(origin).netloc, timeout=PATIENCE)
    try:
        yield Server(connection, {"Cookie": cookie}, document)
    finally:
        connection.close()


def stretch(summary: Mapping[str, int]) -> str:
    """Write the query of the whole log."""
    return f"?epoch={summary['epoch']}&from=1&to={summary['head']}"


def phrase(words: str) -> str:
    """Write what is asked for to find a phrase."""
    return f"/search?q={quote(words)}"

"""A worker: `python -m documents.engine NAME` reads states with the engine NAME.

Asked over its standard input, one state at a time, until there are no more.
"""

import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

from documents.engine import Engine
from documents.engine.pairs import parted
from documents.engine.rendering import Node, excerpt_of, html_of, text_of
from documents.search.words import vector

MEMORY: Final = 2 * 1024**3
"""What a worker may allocate: a document of the greatest size takes a tenth."""
TEXT: Final = 1_000_000
"""Characters of a text that are kept for the search: five hundred pages."""
NICENESS: Final = 10
"""Where a core is short, opening a document comes before reading one for the search."""
ALONE_SECONDS: Final = 60
"""After so long with one state nobody waits for it any more: the server was killed."""


def json_of(tree: Node) -> str:
    """Give the document as ProseMirror's JSON."""
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def reading_of(tree: Node) -> str:
    """Give first line, text and its words for the search, as a JSON list."""
    text = text_of(tree).replace("\0", " ")[:TEXT]
    line = excerpt_of(tree).replace("\0", " ")
    return json.dumps([line, text, vector(text)], ensure_ascii=False)


FORMS: Final[dict[bytes, Callable[[Node], str]]] = {
    b"t": text_of,
    b"h": html_of,
    b"j": json_of,
    b"r": reading_of,
}


def engine_named(name: str) -> Engine:
    """Load one engine; the other need not be installed."""
    match name:
        case "pycrdt":
            from documents.engine import with_pycrdt  # noqa: PLC0415

            return with_pycrdt
        case "y-py":
            from documents.engine import with_y_py  # noqa: PLC0415

            return with_y_py
    raise SystemExit(f"no engine {name!r}")


def serve(engine: Engine, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests, each a form, a length and a state, until there are no more."""
    while form := requests.read(1):
        signal.alarm(ALONE_SECONDS)
        (length,) = struct.unpack(">I", _exactly(requests, 4))
        state = parted(_exactly(requests, length))
        answer = FORMS[form](engine.tree_of(state)).encode()
        answers.write(struct.pack(">I", len(answer)) + answer)
        answers.flush()
        signal.alarm(0)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def limit() -> None:
    """Bound the memory, give way, and write no core: it would hold text."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    serve(engine_named(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)

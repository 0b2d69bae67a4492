"""Updates that are made to cost the most a byte: one small thing again and again."""

from collections.abc import Callable
from typing import Final

from documents.yjs.lib0 import Writer

_HUGE: Final = 2**31


def _update(
    sections: list[tuple[int, int, int, bytes]],
    deletions: list[tuple[int, list[tuple[int, int]]]] | None = None,
) -> bytes:
    """Sections of client, clock, count and body; deletions of start and length."""
    writer = Writer()
    writer.uint(len(sections))
    for client, clock, count, body in sections:
        writer.uint(count)
        writer.uint(client)
        writer.uint(clock)
        writer.raw(body)
    writer.uint(len(deletions or ()))
    for client, ranges in deletions or ():
        writer.uint(client)
        writer.uint(len(ranges))
        for start, length in ranges:
            writer.uint(start)
            writer.uint(length)
    return writer.finish()


def _uint(value: int) -> bytes:
    writer = Writer()
    writer.uint(value)
    return writer.finish()


def _alike(first: bytes, other: bytes = b"") -> Callable[[int], bytes]:
    """So many structs of one client; `other` is each but the first."""
    return lambda n: _update([(1, 0, n, first + (other or first) * (n - 1))])


def _values(head: bytes, value: bytes) -> Callable[[int], bytes]:
    """One struct of so many values."""
    return lambda n: _update([(1, 0, 1, head + _uint(n) + value * n)])


def _sized(head: bytes, made: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """One struct of a long string."""
    return lambda n: _update([(1, 0, 1, head + _uint(len(made(n))) + made(n))])


def _clients(body: bytes, *, deleting: bool = False) -> Callable[[int], bytes]:
    """One struct of each of so many clients, and a deletion of each."""
    return lambda n: _update(
        [(client, 0, 1, body) for client in range(1, n)],
        [(client, [(0, 1)]) for client in range(1, n)] if deleting else None,
    )


def _waiting(n: int) -> bytes:
    """Every client waits for the one before it, and they come from the last on."""
    chain = [(c, 0, 1, b"\x81" + _uint(c - 1) + b"\x00\x01") for c in range(2, n)]
    return _update([(1, 0, 1, b"\x00\x01"), *reversed(chain)])


def _deletions(step: int, *, backwards: bool = False) -> Callable[[int], bytes]:
    """So many deletions within one huge struct."""

    def made(n: int) -> bytes:
        ranges = [(step * k, 1) for k in range(n)]
        if backwards:
            ranges.reverse()
        return _update([(1, 0, 1, b"\x00" + _uint(_HUGE))], [(1, ranges)])

    return made


SHAPES: Final[dict[str, Callable[[int], bytes]]] = {
    "forgotten": _alike(b"\x00\x01"),
    "deleted": _alike(b"\x01\x01\x01x\x01", b"\x81\x01\x00\x01"),
    "strings": _alike(b"\x04\x01\x01x\x01a", b"\x84\x01\x00\x01a"),
    "values": _alike(b"\x08\x01\x01x\x01\x7f", b"\x88\x01\x00\x01}\x05"),
    "json": _alike(b"\x02\x01\x01x\x01\x011", b"\x82\x01\x00\x01\x011"),
    "formats": _alike(b"\x06\x01\x01x\x01a\x011", b"\x86\x01\x00\x01a\x011"),
    "types": _alike(b"\x07\x01\x01x\x01"),
    "types and forgotten": lambda n: _update(
        [(1, 0, 2 * n, b"\x07\x01\x01x\x01\x00\x01" * n)]
    ),
    "entries": _alike(b"\x28\x01\x01x\x01k\x01\x7f"),
    "skips": _alike(b"\x00\x01", b"\x0a\x01"),
    "a long entry": lambda n: _values(b"\x28\x01\x01x\x01k", b"\x7f")(min(n, 1_000)),
    "short values": _values(b"\x08\x01\x01x", b"\x7f"),
    "long values": _values(b"\x08\x01\x01x", b"}\x05"),
    "lists in lists": _values(b"\x08\x01\x01x", b"u\x01u\x00"),
    "many texts": _values(b"\x02\x01\x01x", b"\x0210"),
    "lists in json": _sized(b"\x05\x01\x01x", lambda n: b"[" + b"[]," * n + b"1]"),
    "objects in json": _sized(b"\x05\x01\x01x", lambda n: b"[" + b"{}," * n + b"1]"),
    "names in json": _sized(
        b"\x05\x01\x01x",
        lambda n: b"{" + b",".join(b'"%d":1' % k for k in range(n)) + b"}",
    ),
    "wide text": _sized(b"\x04\x01\x01x", lambda n: "😀".encode() + b"a" * n),
    "clients": _clients(b"\x00\x01"),
    "clients with text": _clients(b"\x04\x01\x01x\x01a"),
    "clients that delete": _clients(b"\x00\x01", deleting=True),
    "clients that wait": _waiting,
    "nothing of clients": lambda n: _update([(c, 0, 0, b"") for c in range(n)]),
    "deletions apart": _deletions(2),
    "deletions backwards": _deletions(3, backwards=True),
    "one deletion again": _deletions(0),
}
"""By what they repeat: how to make one of a size."""

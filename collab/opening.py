"""Reading a document to open it: the ledger for a room, the whole for newcomers.

A snapshot goes out as it lies there; only the few rows after it are folded. Work that
would hold up the event loop happens in a thread or a worker process.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from documents.history.withholding import withheld
from documents.storage.log import Log, Opening
from documents.storage.rows import Row
from documents.storage.snapshots import fold, folded, ledger_after
from documents.workers import Workers
from documents.yjs.admission import Ledger
from documents.yjs.merging import merge, since
from documents.yjs.updates import ClientId, Update, encode, parse

OFF_THE_LOOP: Final = 64 * 1024
"""Bytes from which work leaves the event loop: to parse them takes about 14 ms."""
TAIL_ROWS: Final = 2000
"""Rows beside a snapshot that are read at once: four times what is usual."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows first..last of a log as one Yjs update."""

    first: int
    last: int
    update: bytes


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a log, in parts that follow one another: a snapshot, and what came later.

    Not folded into one: to fold a hundred letters into a paper takes as long as to
    fold the paper, and a browser reads the two as quickly.
    """

    parts: tuple[Part, ...]

    @property
    def seq(self) -> int:
        """How far it goes."""
        return self.parts[-1].last

    @property
    def updates(self) -> list[bytes]:
        """The parts' updates."""
        return [part.update for part in self.parts]

    def extended(self, last: int, update: bytes) -> "Whole":
        """Give it with another part, up to row `last`."""
        return Whole((*self.parts, Part(self.seq + 1, last, update)))


async def read(log: Log, document: UUID) -> Opening:
    """Read what the document is opened from. Raises NoDocument."""
    found = await log.glimpse(document, TAIL_ROWS)
    return found if found.complete else await log.opening(document)


async def opened(workers: Workers, opening: Opening) -> tuple[Ledger, Whole]:
    """Give the ledger of the whole log that was read, and the whole."""
    tail = opening.tail
    if sum(map(len, tail)) > OFF_THE_LOOP:
        update, ledger = await workers.run(folded, opening.ledger, tail)
        found = Ledger.decode(ledger)
    else:
        update, found = ledger_after(opening.ledger, tail)
    head, parts = opening.head.seq, []
    if opening.seq:
        parts.append(Part(1, opening.seq, opening.state))
    if head > opening.seq or not parts:
        parts.append(Part(opening.seq + 1, head, update))
    return found, Whole(tuple(parts))


async def extended(workers: Workers, whole: Whole, rows: Sequence[Row]) -> Whole:
    """Give a whole with the rows after it."""
    if not rows:
        return whole
    payloads = [row.payload for row in rows]
    if len(whole.parts) > 1:  # its tail grows: two parts are enough
        *before, tail = whole.parts
        whole = Whole(tuple(before))
        payloads.insert(0, tail.update)
    if sum(map(len, payloads)) > OFF_THE_LOOP:
        update = await workers.run(fold, b"", payloads)
    else:
        update = fold(b"", payloads)
    return whole.extended(rows[-1].seq, update)


async def shown(workers: Workers, whole: Whole) -> Whole:
    """Give a whole without the text that is deleted, in one part.

    What later rows delete may lie in the snapshot: the two have to be read together.
    """
    updates = whole.updates
    if sum(map(len, updates)) > OFF_THE_LOOP:
        update = await workers.run(withheld, *updates)
    else:
        update = withheld(*updates)
    return Whole((Part(1, whole.seq, update),))


async def off_the_loop(
    size: int,
    work: Callable[..., T],
    *given: object,
    large: asyncio.Lock | None = None,
) -> T:
    """Do work on `size` bytes: here, or in a thread where others would wait for it.

    There it holds `large`, if that is given. A thread and not a worker process: to
    hand over what was parsed costs as much as parsing it, and the interpreter changes
    threads every 5 ms.
    """
    if size <= OFF_THE_LOOP:
        return work(*given)
    async with large or nullcontext():
        return await asyncio.to_thread(work, *given)


def difference(state: bytes, clocks: dict[ClientId, int]) -> bytes:
    """Give what of a state a Yjs client with these clocks lacks."""
    return encode(since(parse(state), clocks))


def parse_rows(rows: Sequence[Row]) -> list[Update]:
    """Parse rows of the log."""
    return [parse(row.payload) for row in rows]


def merged(payloads: Sequence[bytes]) -> bytes:
    """Merge rows into one update."""
    return payloads[0] if len(payloads) == 1 else encode(merge(map(parse, payloads)))

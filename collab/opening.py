"""Reading a document to open it: the ledger for a room, the state for a browser.

Work that would hold up the event loop happens in a thread or a worker process.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from documents.history.withholding import withheld
from documents.storage.log import Log, Opening
from documents.storage.rows import Row
from documents.storage.snapshots import fold, ledger_of
from documents.workers import Workers
from documents.yjs.admission import Ledger
from documents.yjs.merging import merge, since
from documents.yjs.updates import ClientId, Update, encode, parse

OFF_THE_LOOP: Final = 64 * 1024
"""Bytes from which work leaves the event loop: to parse them takes about 14 ms."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a document as one Yjs update, as of seq."""

    seq: int
    state: bytes


async def whole(log: Log, workers: Workers, document: UUID, *, deleted: bool) -> Whole:
    """Read the whole document, with the deleted text or not; raises NoDocument."""
    opening = await log.opening(document)
    tail = [row.payload for row in opening.tail]
    if _is_large(opening):
        state = await workers.run(fold, opening.state, tail)
    else:
        state = fold(opening.state, tail)
    if not deleted and len(state) > OFF_THE_LOOP:
        state = await workers.run(withheld, state)
    elif not deleted:
        state = withheld(state)
    return Whole(opening.head.seq, state)


async def ledger(workers: Workers, opening: Opening) -> Ledger:
    """Give the ledger of the whole log that was read."""
    tail = [row.payload for row in opening.tail]
    if _is_large(opening):
        return Ledger.decode(await workers.run(ledger_of, opening.ledger, tail))
    return Ledger.decode(ledger_of(opening.ledger, tail))


def _is_large(opening: Opening) -> bool:
    tail = sum(len(row.payload) for row in opening.tail)
    return bool(tail) and len(opening.state) + tail > OFF_THE_LOOP


async def off_the_loop(size: int, work: Callable[..., T], *given: object) -> T:
    """Do work on `size` bytes: here, or in a thread where others would wait for it.

    A thread and not a worker process: to hand over what was parsed costs as much
    as parsing it, and the interpreter changes threads every 5 ms.
    """
    if size <= OFF_THE_LOOP:
        return work(*given)
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

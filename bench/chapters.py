"""What B4 takes at rest, a row an edit and then packed, and how long reading takes.

    python -m bench.alone bench.chapters [EDITS]

Two people type, at times that people take (tests.paper). Sizes are what Postgres takes
on disk: tables, TOAST and indexes with all their overhead.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import psycopg

from documents.models import User
from documents.postgres import conninfo
from documents.storage import log
from documents.storage.chain import START, linked
from documents.storage.entries import entries
from documents.storage.packing import pack_next, rules, tidy
from tests.paper import load, typed

T = TypeVar("T")

EDITS = 259_778
UPDATES = 4096
SIZES = """
SELECT pg_total_relation_size(c.oid), pg_relation_size(c.oid),
       pg_total_relation_size(nullif(c.reltoastrelid, 0)), pg_indexes_size(c.oid)
FROM pg_class c WHERE relname = %s
"""
BODIES = """
SELECT sum(octet_length(body)) / sum(last - first + 1),
       sum(octet_length(body)) / count(*)
FROM documents_chapter
"""


def timed(what: str, work: Callable[[], T]) -> T:
    """Do some work and print how long it took."""
    began = time.perf_counter()
    found = work()
    print(f"  {what}: {time.perf_counter() - began:.2f} s")
    return found


def measure(edits: int) -> None:
    """Load, read, pack, read again."""
    paper = written(edits)
    sizes("documents_update", edits)
    before = timed("reading the rows", lambda: chain_of(paper))
    pack()
    sizes("documents_chapter", edits)
    with psycopg.connect(conninfo()) as connection:
        edit, each = connection.execute(BODIES).fetchone() or (0, 0)
    print(f"  without Postgres' overhead {edit:.2f}, {each:.0f} bytes a chapter")
    after = timed("reading the chapters", lambda: chain_of(paper))
    assert after == before, "the log has changed"


def written(edits: int) -> UUID:
    """Put the edits there as rows, vacuumed as autovacuum would."""
    ana, bo = (
        User.objects.create_user(f"{name}@example.org", name=name)
        for name in ("ana", "bo")
    )
    paper = log.create(ana, "B4", datetime.now(UTC)).pk
    with psycopg.connect(conninfo()) as connection:
        (first,) = entries(connection, paper, 1)
        load(connection, paper, typed(first, (ana.pk, bo.pk), edits))
    tidy(conninfo())
    return paper


def chain_of(paper: UUID) -> bytes:
    """Read the whole log and give the end of its chain."""
    with psycopg.connect(conninfo()) as connection:
        return linked(START, paper, entries(connection, paper, 1))


def pack() -> None:
    """Pack everything, as if it were years old."""
    old = rules(datetime.now(UTC) + timedelta(days=1000), timedelta(days=1), UPDATES)
    timed("making a snapshot", lambda: pack_next(conninfo(), old))
    began, chapters = time.perf_counter(), 0
    while pack_next(conninfo(), old) is not None:
        chapters += 1
    each = (time.perf_counter() - began) / max(chapters, 1)
    print(f"  packing: {chapters} chapters of {UPDATES}, {each * 1000:.0f} ms each")


def sizes(table: str, edits: int) -> None:
    """Print what a table takes an edit."""
    with psycopg.connect(conninfo()) as connection:
        parts = connection.execute(SIZES, (table,)).fetchone() or ()
    whole, heap, toast, indexes = (part / edits for part in parts)
    print(
        f"{table}: {whole:.2f} bytes an edit (heap {heap:.2f}, TOAST {toast:.2f},"
        f" indexes {indexes:.2f})"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else EDITS)

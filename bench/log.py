"""The log as algebra, in figures: parse, admit, squash, open, pack, a state at any seq.

    python -m bench.log [b4] [crowd] [--edits N] [--out FILE]

B4 is a real trace of 259,778 edits by one hand; the crowd is a synthetic log of a
million edits by 20 writers. yjs (in Node) and pycrdt do the same in the same run.
"""

import argparse
import json
import resource
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from pycrdt import Doc, XmlFragment, merge_updates

from bench.crowd import Crowd
from documents.history import columns, prefixes
from documents.storage import chapters
from documents.storage.chain import Entry
from documents.storage.snapshots import fold
from documents.yjs.admission import Ledger
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Update, encode, parse
from tests.paper import BEGAN, typed

T = TypeVar("T")
Figures = dict[str, float]

FIRST: Final = Entry(
    1,
    1,
    BEGAN,
    recovered=False,
    payload=bytes.fromhex("0101010007010764656661756c74030970617261677261706800"),
)
FAN: Final = 500
"""Updates between two snapshots: so much is merged at a time."""
CHAPTER: Final = 4096
MOMENTS: Final = 20


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Do some work and tell how many seconds it took."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def measured(entries: Sequence[Entry]) -> Figures:
    """Take a log through everything that happens to one."""
    rows = [entry.payload for entry in entries]
    figures: Figures = {"edits": len(rows), "bytes": sum(map(len, rows))}
    figures["parse"], updates = timed(lambda: [parse(row) for row in rows])
    ledger = Ledger()
    figures["admit"], _ = timed(lambda: [ledger.admit(update) for update in updates])
    figures["ledger_bytes"] = len(ledger.encode())
    figures["squash"], whole = timed(lambda: squashed(updates))
    state = encode(whole)
    figures["state_bytes"] = len(state)
    tail = rows[-FAN:]
    before = encode(squashed(updates[:-FAN]))
    figures["open"], opened = timed(lambda: fold(before, tail))
    if opened != state:
        raise SystemExit("opening from a snapshot gave another state")
    figures |= packed(entries) | moments(entries, state)
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return (
        figures
        | {f"yjs_{k}": v for k, v in in_yjs(state, rows).items()}
        | in_pycrdt(rows, state)
    )


def squashed(updates: Sequence[Update]) -> Update:
    """Merge tree-wise and squash, as snapshots do one after another."""
    level = list(updates)
    while len(level) > 1:
        level = [
            squash(merge(level[at : at + FAN])) for at in range(0, len(level), FAN)
        ]
    return level[0]


def packed(entries: Sequence[Entry]) -> Figures:
    """Pack into chapters, and read them again."""
    stretches = [entries[at : at + CHAPTER] for at in range(0, len(entries), CHAPTER)]
    pack, bodies = timed(lambda: [chapters.pack(stretch) for stretch in stretches])
    unpack, back = timed(lambda: [chapters.unpack(body) for body in bodies])
    if [entry for stretch in back for entry in stretch] != list(entries):
        raise SystemExit("chapters gave other entries")
    return {"pack": pack, "unpack": unpack, "packed_bytes": sum(map(len, bodies))}


def moments(entries: Sequence[Entry], state: bytes) -> Figures:
    """Cut states at random seqs out of the stored bytes of state and columns."""
    grow, grown = timed(lambda: columns.grown(columns.EMPTY, entries))
    body = columns.encode(grown)
    random = Random(1)
    seqs = [random.randint(1, len(entries)) for _ in range(MOMENTS)]

    def moment(seq: int) -> bytes:
        return encode(prefixes.at(parse(state), columns.decode(body), seq))

    spent = sorted(timed(partial(moment, seq))[0] for seq in seqs)
    return {
        "columns": grow,
        "columns_bytes": len(body),
        "state_at_seq_median": spent[len(spent) // 2],
        "state_at_seq_worst": spent[-1],
    }


def in_yjs(state: bytes, rows: Sequence[bytes]) -> Figures:
    """Let yjs do the same, in a process of its own."""
    given = b"".join(struct.pack(">I", len(blob)) + blob for blob in (state, *rows))
    script = Path(__file__).with_name("yjs.mjs")
    command = ["node", "--max-old-space-size=8192", str(script)]
    done = subprocess.run(command, input=given, capture_output=True, check=True)
    answer: Figures = json.loads(done.stdout)
    return answer


def in_pycrdt(rows: Sequence[bytes], state: bytes) -> Figures:
    """Let pycrdt merge the same rows tree-wise, and load the same state."""

    def tree() -> bytes:
        level = list(rows)
        while len(level) > 1:
            level = [
                merge_updates(*level[at : at + 100]) for at in range(0, len(level), 100)
            ]
        return level[0]

    merging, merged = timed(tree)
    doc: Doc[XmlFragment] = Doc()
    doc.get("default", type=XmlFragment)
    loading, _ = timed(lambda: doc.apply_update(state))
    return {
        "pycrdt_merge": merging,
        "pycrdt_merged": len(merged),
        "pycrdt_load_served": loading,
    }


def b4(edits: int | None) -> list[Entry]:
    """The trace as a log of one row an edit."""
    return [FIRST, *typed(FIRST, (1, 2), edits)]


def crowd(edits: int | None) -> list[Entry]:
    """The synthetic log."""
    return [FIRST, *islice(Crowd(20, seed=1).entries(edits or 1_000_000), None)]


LOGS: Final = {"b4": b4, "crowd": crowd}


def main() -> None:
    """Read the command line, measure, and tell as JSON."""
    parser = argparse.ArgumentParser(description="Measure the log's algebra.")
    parser.add_argument("logs", nargs="*", choices=[*LOGS, []], default=["b4"])
    parser.add_argument("--edits", type=int)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    results = {name: measured(LOGS[name](given.edits)) for name in given.logs}
    text = json.dumps(results, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n")


if __name__ == "__main__":
    main()

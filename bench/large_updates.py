"""What a large update costs: to parse, to hand to another process, to admit.

    python bench/large_updates.py

Says why such updates go to a thread and not to a worker process (decision 5).
"""

import pickle
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pycrdt import Doc, Text

from documents.yjs.admission import Ledger
from documents.yjs.updates import parse

INSERTIONS = 60_000
TRIES = 3


def scattered() -> bytes:
    """Make an update of many small structs: words at random places."""
    chance = random.Random(1)
    doc: Doc[Text] = Doc()
    doc["text"] = text = Text()
    with doc.transaction():
        for length in range(INSERTIONS):
            text.insert(chance.randint(0, length), "x")
    return doc.get_update()


def seconds(work: Callable[[], object]) -> float:
    """Time the best of some tries."""
    return min(_once(work) for _ in range(TRIES))


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print milliseconds a MiB."""
    payload = scattered()
    update = parse(payload)
    handed = pickle.dumps(update, pickle.HIGHEST_PROTOCOL)
    structs = sum(map(len, update.structs.values()))
    size = len(payload) / 2**20
    print(f"{size:.2f} MiB, {structs} structs; milliseconds a MiB:")
    for name, work in {
        "parse": lambda: parse(payload),
        "pickle": lambda: pickle.dumps(update, pickle.HIGHEST_PROTOCOL),
        "unpickle": lambda: pickle.loads(handed),
        "admit": lambda: Ledger().admit(update),
    }.items():
        print(f"  {name:9}{seconds(work) * 1000 / size:6.0f}")


if __name__ == "__main__":
    main()

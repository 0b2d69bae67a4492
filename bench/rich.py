"""A rich text by many hands, as a log: what their browsers would have sent, and when.

Headings, paragraphs, lists, marks, tables, deletions, out of a seed: see `rich.mjs`.
"""

import struct
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import IO, Final

from documents.storage.chain import Entry
from tests.paper import times

HERE: Final = Path(__file__).parent
_HEAD: Final = struct.Struct(">BI")


def bundled(name: str, folder: Path) -> Path:
    """Bundle a script of this folder with what it imports of the front end."""
    command = ["node", str(HERE / "bundle.mjs"), str(HERE / name), str(folder)]
    subprocess.run(command, check=True)
    return folder / name


def written(
    script: Path, start: Entry, authors: Sequence[int], edits: int, seed: int = 1
) -> Iterator[Entry]:
    """Give so many entries after the first one, by these people in turn."""
    command = ["node", str(script), str(edits), str(len(authors)), str(seed)]
    now = times(Random(seed))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(start.payload)
        process.stdin.close()
        for seq in range(start.seq + 1, start.seq + 1 + edits):
            author, length = _HEAD.unpack(_exactly(process.stdout, _HEAD.size))
            payload = _exactly(process.stdout, length)
            who = authors[author - 1]
            yield Entry(seq, who, next(now), recovered=False, payload=payload)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError("the script ended early")
    return found

"""What each row did to text: the ids that it inserted, or deleted first.

Columns turned around, for some of the rows. Knows nothing of order.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from documents.history.passages import IdRange
from documents.history.runs import LEVEL, Column, Run
from documents.history.texts import Texts
from documents.yjs.ranges import Range, normal
from documents.yjs.updates import ClientId

Kind = Mapping[ClientId, Column]
"""Births or deaths."""


def later(kind: Kind, since: int) -> Kind:
    """What rows after one did."""
    cut = ((client, column.after(since)) for client, column in kind.items())
    return {client: column for client, column in cut if len(column)}


def deeds(kind: Kind, texts: Texts, rows: set[int]) -> dict[int, list[IdRange]]:
    """The text that each of some rows inserted or deleted."""
    found: dict[int, dict[ClientId, list[Range]]] = {}
    for client, run in text_runs(kind, texts):
        for seq, start, end in _by_seq(run, rows):
            ids = found.setdefault(seq, {}).setdefault(client, [])
            ids.append((start, end))
    return {
        seq: [
            IdRange(client, start, end)
            for client, ranges in ids.items()
            for start, end in normal(ranges)
        ]
        for seq, ids in found.items()
    }


def amounts(kind: Kind, texts: Texts) -> Counter[int]:
    """How many units each row inserted or deleted."""
    found: Counter[int] = Counter()
    for _, run in text_runs(kind, texts):
        if run.step == LEVEL:
            found[run.seq] += run.end - run.start
        else:
            found.update(seqs(run))
    return found


def text_runs(kind: Kind, texts: Texts) -> Iterator[tuple[ClientId, Run]]:
    """The runs of text, client by client."""
    for client in kind.keys() & texts.items.keys():
        for run in kind[client]:
            for item in texts.holding(client, run.start, run.end):
                yield client, run.part(item.clock, item.end)


def seqs(run: Run) -> range:
    """The rows of a run, as they came."""
    first, last = sorted((run.seq, run.last))
    return range(first, last + 1)


def _by_seq(run: Run, rows: set[int]) -> Iterator[tuple[int, int, int]]:
    """The ids of each of some rows: its seq, and their clocks."""
    if run.step != LEVEL:
        for seq in rows.intersection(seqs(run)):
            clock = run.start + abs(seq - run.seq)
            yield seq, clock, clock + 1
    elif run.seq in rows:
        yield run.seq, run.start, run.end

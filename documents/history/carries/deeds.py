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


def deeds(
    kind: Kind, texts: Texts, rows: set[int], since: int = 0
) -> dict[int, list[IdRange]]:
    """The text that each of some rows after `since` inserted or deleted."""
    found: dict[int, dict[ClientId, list[Range]]] = {}
    for client, run in later_runs(kind, texts, since):
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


def amounts(kind: Kind, texts: Texts, since: int = 0) -> Counter[int]:
    """How many units each row after `since` inserted or deleted."""
    found: Counter[int] = Counter()
    for _, run in later_runs(kind, texts, since):
        if run.step == LEVEL:
            found[run.seq] += run.end - run.start
        else:
            found.update(seqs(run))
    return found


def later_runs(kind: Kind, texts: Texts, since: int) -> Iterator[tuple[ClientId, Run]]:
    """The runs of text, cut to the rows after `since`, client by client."""
    for client in kind.keys() & texts.items.keys():
        later = kind[client].after(since)
        for start, end in texts.ranges(client) if len(later) else ():
            for run in later.between(start, end):
                yield client, run


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

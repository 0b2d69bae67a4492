"""What each row did to text: the ids that it inserted, or deleted first.

Columns turned around, for some of the rows. Knows nothing of order.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping

from documents.history.passages import IdRange
from documents.history.runs import LEVEL, Column, Run
from documents.history.texts import Texts
from documents.yjs.ranges import Range, normal
from documents.yjs.updates import ClientId

Kind = Mapping[ClientId, Column]
"""Births or deaths."""


def deeds(
    kind: Kind, texts: Texts, rows: Container[int], since: int = 0
) -> dict[int, list[IdRange]]:
    """The text that each of some rows after `since` inserted or deleted."""
    found: dict[int, dict[ClientId, list[Range]]] = {}
    for client, run in later_runs(kind, texts, since):
        for seq, start, end in _by_seq(run):
            if seq in rows:
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
            found.update(map(run.at, range(run.start, run.end)))
    return found


def later_runs(kind: Kind, texts: Texts, since: int) -> Iterator[tuple[ClientId, Run]]:
    """The runs of text, cut to the rows after `since`, client by client."""
    for client in kind.keys() & texts.items.keys():
        later = kind[client].after(since)
        for start, end in texts.ranges(client) if len(later) else ():
            for run in later.between(start, end):
                yield client, run


def _by_seq(run: Run) -> Iterator[tuple[int, int, int]]:
    """The ids of each row: its seq, and their clocks."""
    if run.step == LEVEL:
        yield run.seq, run.start, run.end
    else:
        for clock in range(run.start, run.end):
            yield run.at(clock), clock, clock + 1

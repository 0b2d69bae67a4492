"""What each row did to text: the ids that it inserted, or deleted first.

Columns turned around, for some of the rows. Knows nothing of order.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from documents.history.passages import IdRange
from documents.history.runs import Column, Run
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
    for client in kind.keys() & texts.items.keys():
        for start, end, seq in kind[client].of(rows):
            for item in texts.holding(client, start, end):
                ids = found.setdefault(seq, {}).setdefault(client, [])
                ids.append((max(start, item.clock), min(end, item.end)))
    return {
        seq: [
            IdRange(client, start, end)
            for client, ranges in ids.items()
            for start, end in normal(ranges)
        ]
        for seq, ids in found.items()
    }


def rows_of(kind: Kind, texts: Texts) -> set[int]:
    """The rows that inserted or deleted text."""
    return {seq for _, run in text_runs(kind, texts) for seq in seqs(run)}


def sizes(kind: Kind) -> Counter[int]:
    """How many ids each row inserted or deleted, text or not."""
    found: Counter[int] = Counter()
    for column in kind.values():
        column.count(found)
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

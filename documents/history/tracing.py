"""What carries what in a long log, found slice by slice: each is bounded, and enough to
go on from.

A slice is of the log as it was after its last row, so that slices find what all at once
would. Knows neither where logs are kept nor who waits.
"""

from dataclasses import replace
from time import process_time
from typing import Final

from documents.history import prefixes
from documents.history.carries import traced
from documents.history.columns import part
from documents.history.kept import Kept
from documents.yjs.updates import Update

FIRST: Final = 5000
LEAST: Final = 500
MOST: Final = 80_000
"""Rows of a slice."""
SECONDS: Final = 4.0
"""Processor time that a slice should take; a third of it goes into its beginning."""


class Pace:
    """How many rows a slice has: as many as the last ones took time for."""

    def __init__(self) -> None:
        self.rows = FIRST

    def learn(self, rows: int, seconds: float) -> None:
        """Take in how long so many rows took; no slice is twice as long as the last."""
        wanted = rows * SECONDS / max(seconds, SECONDS / 2)
        self.rows = min(max(int(wanted), LEAST), MOST)


def followed(known: Kept, whole: Update, last: int) -> Kept:
    """Columns with what the rows until `last` carry; it is known what earlier ones do.

    `whole` is the squashed merge of the log that the columns are of.
    """
    columns, since = known
    if last == columns.last:
        return Kept(traced(columns, whole, since), last)
    early = part(columns, columns.first, last)
    found = traced(early, prefixes.at(whole, early, last), since)
    return Kept(replace(columns, carries=found.carries), last)


def next_slice(known: Kept, whole: Update, pace: Pace) -> Kept:
    """Find what the next rows carry, as many as the pace says, and let it learn."""
    columns, since = known
    last = min(since + pace.rows, columns.last)
    began = process_time()
    found = followed(known, whole, last)
    pace.learn(last - since, process_time() - began)
    return found

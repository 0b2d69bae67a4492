"""What carries what in a long log, found slice by slice, as time allows.

Knows neither where logs are kept nor who waits.
"""

from collections.abc import Callable
from dataclasses import replace

from documents.history import prefixes
from documents.history.carries import Tracing
from documents.history.columns import Columns, part
from documents.history.kept import Kept
from documents.history.laid import Laid

IsOver = Callable[[], bool]


class Slices:
    """The next rows of a log, prepared to be looked at slice by slice.

    They are looked at in the log as it was after the last of them, so that slices find
    what all at once would.
    """

    def __init__(self, known: Kept, laid: Laid, ahead: int) -> None:
        """Prepare so many rows; `laid` is of the log that the columns are of."""
        columns, since = known
        self.last = min(since + ahead, columns.last)
        self._columns = columns
        self._tracing = Tracing(*self._until(laid), since)

    @property
    def done(self) -> int:
        """Up to which row it is found what carries what."""
        return self._tracing.done

    def _until(self, laid: Laid) -> tuple[Columns, Laid]:
        if self.last == self._columns.last:
            return self._columns, laid
        early = part(self._columns, self._columns.first, self.last)
        return early, Laid(prefixes.at(laid.whole, early, self.last))

    def next(self, columns: Columns, is_over: IsOver) -> Kept:
        """Look at rows until time is over, at least at one of these columns."""
        done = self._tracing.go_on(is_over)
        return Kept(replace(columns, carries=self._tracing.carries()), done)


def _never() -> bool:
    return False


def followed(known: Kept, laid: Laid, is_over: IsOver = _never) -> Kept:
    """Columns with what their rows carry, until time is over, at least of one row."""
    columns, since = known
    tracing = Tracing(columns, laid, since)
    done = tracing.go_on(is_over)
    return Kept(replace(columns, carries=tracing.carries()), done)

"""All that was ever written in a log, squashed: what ids say, and in which order.

Laid out when somebody first asks, and then further by what came since. Knows nothing
of time, nor where logs are kept.
"""

from collections.abc import Sequence
from functools import cached_property

from documents.history.growth import laid_further
from documents.history.layout import Layout, laid_out
from documents.history.texts import Texts
from documents.yjs.merging import extended, merge
from documents.yjs.updates import Update


class Laid:
    """The squashed merge of a log until some row. A value: it never changes."""

    def __init__(self, whole: Update) -> None:
        self.whole = whole

    @cached_property
    def texts(self) -> Texts:
        """What ids say."""
        return Texts(self.whole)

    @cached_property
    def layout(self) -> Layout:
        """Where ids lie. Raises ValueError if some are missing."""
        return laid_out(self.whole)

    def further(self, rows: Sequence[Update]) -> "Laid":
        """The same with the next rows; what is laid out is not laid out anew."""
        found = Laid(extended(self.whole, merge(rows)))
        known = vars(self)
        if "texts" in known:
            found.texts = self.texts.further(found.whole)
        if "layout" in known:
            found.layout = laid_further(self.layout, found.whole, rows)
        return found

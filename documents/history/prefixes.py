"""A document as it stood after any seq: cut out of its whole log, nothing is replayed.

Ids never change their place or their content, so a former state is the ids born until
then, with the deletions until then. Knows neither where logs are kept nor people.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from operator import attrgetter

from documents.history.columns import Columns
from documents.yjs.merging import part
from documents.yjs.ranges import Ranges
from documents.yjs.updates import ClientId, Struct, Update

_clock: Callable[[Struct], int] = attrgetter("clock")


def at(update: Update, columns: Columns, seq: int) -> Update:
    """The state after `seq`, out of the squashed merge of the log until then or later.

    It means to yjs what the first rows mean: the same text, structure and deletions.
    """
    structs = {
        client: tuple(within(client, update.structs[client], births.until(seq)))
        for client, births in columns.births.items()
        if client in update.structs
    }
    deletes = {client: deaths.until(seq) for client, deaths in columns.deaths.items()}
    return Update(
        {client: section for client, section in structs.items() if section},
        {client: ranges for client, ranges in deletes.items() if ranges},
    )


def within(
    client: ClientId, section: tuple[Struct, ...], ranges: Ranges
) -> Iterator[Struct]:
    """The structs of one client, cut to some ranges of its ids."""
    for start, end in ranges:
        low = max(bisect_right(section, start, key=_clock) - 1, 0)
        high = bisect_left(section, end, key=_clock)
        for at in range(low, high):
            struct = section[at]
            if low < at < high - 1:
                yield struct
            elif struct.end > start:
                clock = max(start, struct.clock)
                yield part(client, struct, clock, min(end, struct.end))

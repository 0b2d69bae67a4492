"""Random logs for the tests of history, with the truth about their ids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from documents.storage.chain import Entry
from documents.yjs.admission import Ledger
from documents.yjs.extents import Extent
from documents.yjs.merging import difference
from documents.yjs.updates import ClientId, Update, encode, parse
from tests.core.worlds import World

Ids = dict[tuple[ClientId, int], int]


@dataclass(frozen=True)
class Told:
    """Which seq inserted and which first deleted each id, found one id at a time."""

    births: Ids
    deaths: Ids


def random_log(random: Random, length: int) -> list[Update]:
    """Updates in causal order; deletions may repeat what is deleted already."""
    return World(random).log(length)


def disjoint(updates: Iterable[Update]) -> Iterator[tuple[Update, int]]:
    """The rows that a server makes of what comes in, and of how many it was made."""
    extent = Extent()
    for count, update in enumerate(updates, start=1):
        new = difference(update, extent)
        extent.take(new)
        if not new.empty:
            yield new, count


def entries_of(random: Random, updates: list[Update], first: int = 1) -> list[Entry]:
    """The updates as rows of a log, from a few people, now and then nobody known."""
    now = 1_700_000_000_000
    entries = []
    for seq, update in enumerate(updates, start=first):
        now += random.choice([0, 1, 250, 90_000_000, -5])
        author = random.choice([7, 7, 7, 300, None])
        recovered = random.random() < 0.2
        entries.append(Entry(seq, author, now, recovered, encode(update)))
    return entries


def told(updates: list[Update]) -> Told:
    """Go through a log that begins with these, id by id."""
    births: Ids = {}
    deaths: Ids = {}
    for seq, update in enumerate(updates, start=1):
        for client, structs in update.structs.items():
            for struct in structs:
                for clock in range(struct.clock, struct.end):
                    births.setdefault((client, clock), seq)
        for client, ranges in update.deletes.items():
            for start, end in ranges:
                for clock in range(start, end):
                    deaths.setdefault((client, clock), seq)
    return Told(births, deaths)


def absorbed(ledger: bytes, rows: Iterable[bytes]) -> bytes:
    """The ledger after more rows, absorbed one by one, with nothing folded."""
    found = Ledger.decode(ledger) if ledger else Ledger()
    for row in rows:
        found.absorb(parse(row))
    return found.encode()

"""People at real editors in Node, and what the pure core makes of their rows."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from documents.history import carrying, columns
from documents.history.carries import traced
from documents.history.columns import Columns, grown
from documents.history.ends import NEVER, Ends
from documents.history.layout import laid_out
from documents.history.texts import Texts
from documents.storage.chain import Entry
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Id, Update, encode, parse
from tests.core.logs import disjoint
from tests.core.yjs import SCRIPTS

Person = int | None


@dataclass(frozen=True)
class Fate:
    """What the core says of one id that could once be read."""

    author: Person
    born: int
    until: int
    deleter: Person


@dataclass
class Sitting:
    """A history, as a server would store it."""

    seed: int
    told: dict[str, object]

    @cached_property
    def log(self) -> list[tuple[Update, Entry]]:
        rows = self.told["rows"]
        assert isinstance(rows, list)
        updates = [parse(bytes.fromhex(row[1])) for row in rows]
        found = []
        for seq, (update, count) in enumerate(disjoint(updates), start=1):
            author, _, _, at = rows[count - 1]
            payload = encode(update)
            found.append(
                (update, Entry(seq, author, at, recovered=False, payload=payload))
            )
        return found

    @property
    def entries(self) -> list[Entry]:
        return [entry for _, entry in self.log]

    def whole(self, count: int | None = None) -> Update:
        return squash(merge([update for update, _ in self.log[:count]]))

    @cached_property
    def columns(self) -> Columns:
        return traced(grown(columns.EMPTY, self.entries), self.whole())

    def act(self, seq: int) -> object:
        """What the person did whose row it is."""
        rows = self.told["rows"]
        assert isinstance(rows, list)
        updates = [parse(bytes.fromhex(row[1])) for row in rows]
        counts = [count for _, count in disjoint(updates)]
        return rows[counts[seq - 1] - 1][2]

    def fates(self, found: Columns) -> Iterator[tuple[str, Fate]]:
        """Every unit that could ever be read, along the document."""
        whole = self.whole()
        layout, texts = laid_out(whole), Texts(whole)
        ends = Ends(layout, found)
        for spot in layout.spots:
            for end in ends.within(spot):
                for words in texts.between(spot.client, end.start, end.end):
                    for clock, unit in enumerate(words.text, start=words.start):
                        fate = _fate(found, (spot.client, clock), end.at(clock))
                        if fate is not None:
                            yield unit, fate


def _fate(found: Columns, identity: Id, until: int) -> Fate | None:
    born = found.born(*identity)
    assert born is not None
    if until <= born:
        return None
    client, clock = identity
    carries = found.carries.get(client, ())
    for one in carrying.between(carries, clock, clock + 1):
        client, clock = one.source, one.clock
    first = found.born(client, clock)
    assert first is not None
    deleter = None if until == NEVER else found.stamps.author(until)
    return Fate(found.stamps.author(first), born, until, deleter)


def sittings(script: str, *arguments: object) -> Iterator[Sitting]:
    """Histories that a script makes up from consecutive seeds."""
    with subprocess.Popen(
        ["node", SCRIPTS / script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            yield Sitting(told["seed"], told)
    assert process.returncode == 0

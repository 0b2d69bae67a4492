"""Phrases in all text that ever was: when one could be read, who wrote it, and its end.

Plays every birth and death of one text after another and looks around each: so a
phrase is found, too, that was whole only while words inside it were deleted. What was
only said again under other ids is one find.
"""

from typing import NamedTuple

from documents.history import carrying
from documents.history.changes import changed
from documents.history.columns import Columns
from documents.history.ends import NEVER, Ends
from documents.history.laid import Laid
from documents.history.layout import Layout, Spots
from documents.history.lines import Line, Sighting, folded
from documents.history.sequence import Parent
from documents.history.texts import Texts, Words, units
from documents.yjs.updates import ClientId, Id, Update

Ids = tuple[tuple[ClientId, int, int], ...]
"""Ranges of ids, each a client, a clock and a length."""


class Find(NamedTuple):
    """A phrase as it was written; from row `born` on it could be read.

    `died` is the row that deleted the first letter of its last copy; None while that
    is all there. `authors` first wrote its letters; `ids` are those of its last copy.
    """

    text: str
    born: int
    died: int | None
    authors: tuple[int | None, ...]
    ids: Ids


def phrases(whole: Update, columns: Columns, phrase: str, most: int) -> list[Find]:
    """Find a phrase, in whatever case; the last `most` that came, the latest first.

    `whole` is the squashed merge of the log that the columns are of.
    """
    return Lines(Laid(whole), columns).find(phrase, most)


class Lines:
    """All text that ever was, to be searched for one phrase after another.

    What lines are searched is prepared once, and then takes some 50 bytes a letter.
    """

    def __init__(
        self, laid: Laid, columns: Columns, before: "Lines | None" = None
    ) -> None:
        """Take from `before`, of fewer rows of the log, what is as it was."""
        self._laid = laid
        self._columns = columns
        known = before.still(laid.layout, columns) if before else {}
        ends = Ends(laid.layout, columns)
        self._lines = {
            parent: known.get(parent)
            or Line(_words(laid.texts, spots), ends.of(parent))
            for parent, spots in laid.layout.parents.items()
        }

    def still(self, layout: Layout, columns: Columns) -> dict[Parent, Line]:
        """The lines in which no letter came or went until a later row."""
        last = self._columns.last
        gone = changed(self._laid.layout, last, layout, columns)
        return {one: line for one, line in self._lines.items() if one not in gone}

    def find(self, phrase: str, most: int) -> list[Find]:
        """Find a phrase as `phrases` does."""
        wanted = folded(units(phrase.encode()))
        copies: dict[Ids, list[_Copy]] = {}
        for line in self._lines.values():
            if line.may_say(wanted):
                for sighting in line.sightings(wanted, self._columns):
                    copy = _copy(line, sighting, self._columns)
                    copies.setdefault(copy.firsts, []).append(copy)
        finds = [_found(many, self._columns) for many in copies.values()]
        finds.sort(key=_born, reverse=True)
        return finds[:most]


def _born(find: Find) -> int:
    return find.born


class _Copy(NamedTuple):
    """One sighting, by its ids and by those that first said it."""

    seq: int
    died: int
    text: str
    ids: Ids
    firsts: Ids


def _found(copies: list[_Copy], columns: Columns) -> Find:
    first = min(copies, key=lambda copy: copy.seq)
    last = max(copies, key=lambda copy: copy.died)
    authors = {
        columns.stamps.author(run.seq): None
        for client, start, length in first.firsts
        for run in columns.births[client].between(start, start + length)
    }
    died = last.died if last.died < NEVER else None
    return Find(first.text, first.seq, died, tuple(authors), last.ids)


def _words(texts: Texts, spots: Spots) -> list[Words]:
    return [words for spot in spots for words in texts.between(*spot[:3])]


def _copy(line: Line, sighting: Sighting, columns: Columns) -> _Copy:
    """Tell a sighting by ids."""
    lives = line.lives(columns)
    ids = [(lives.clients[at], lives.clocks[at]) for at in sighting.places]
    firsts = [_first(columns, *identity) for identity in ids]
    died = min(lives.died[at] for at in sighting.places)
    text = "".join([line.text[at] for at in sighting.places])
    return _Copy(sighting.seq, died, readable(text), _joined(ids), _joined(firsts))


def _first(columns: Columns, client: ClientId, clock: int) -> Id:
    carries = columns.carries.get(client, ())
    for carry in carrying.between(carries, clock, clock + 1):
        return carry.source, carry.clock
    return client, clock


def _joined(ids: list[Id]) -> Ids:
    found: list[tuple[ClientId, int, int]] = []
    for client, clock in ids:
        if found and found[-1][0] == client and sum(found[-1][1:]) == clock:
            found[-1] = (client, found[-1][1], found[-1][2] + 1)
        else:
            found.append((client, clock, 1))
    return tuple(found)


def readable(text: str) -> str:
    """Give UTF-16 units as characters; a half pair is U+FFFD."""
    pairs = text.encode("utf-16-le", "surrogatepass")
    return pairs.decode("utf-16-le", "replace")

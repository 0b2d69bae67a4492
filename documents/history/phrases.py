"""Phrases in all text that ever was: when one could be read, who wrote it, and its end.

Plays every birth and death of one text after another and looks around each: so a
phrase is found, too, that was whole only while words inside it were deleted. What was
only said again under other ids is one find.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from documents.history import carrying
from documents.history.columns import Columns
from documents.history.ends import Ends
from documents.history.layout import Layout
from documents.history.runs import FALLING, RISING, Column, Run
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


class _Sighting(NamedTuple):
    """Letters, by their places in a line, that say a phrase from row `seq` on."""

    seq: int
    places: tuple[int, ...]


def phrases(whole: Update, columns: Columns, phrase: str, most: int) -> list[Find]:
    """Find a phrase, in whatever case; the last `most` that came, the latest first.

    `whole` is the squashed merge of the log that the columns are of.
    """
    wanted = folded(units(phrase.encode()))
    copies: dict[Ids, list[_Copy]] = {}
    for line in _lines(whole, columns):
        for sighting in line.sightings(wanted, columns.last):
            copy = line.copy(sighting, columns)
            copies.setdefault(copy.firsts, []).append(copy)
    finds = [_found(many, columns) for many in copies.values()]
    finds.sort(key=_born, reverse=True)
    return finds[:most]


def folded(text: str) -> str:
    """Give a text without case, a letter for a letter."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([low if len(low := each.lower()) == 1 else each for each in text])


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
    died = last.died if last.died <= columns.last else None
    return Find(first.text, first.seq, died, tuple(authors), last.ids)


def _lines(whole: Update, columns: Columns) -> Iterator["_Line"]:
    texts, layout = Texts(whole), Layout(whole)
    found: dict[Parent, list[Words]] = {}
    for spot in layout.spots:
        for words in texts.between(spot.client, spot.start, spot.end):
            found.setdefault(spot.parent, []).append(words)
    ends = Ends(layout, columns)
    for parent, many in found.items():
        yield _Line(many, columns, ends.of(parent))


@dataclass(init=False, slots=True)
class _Line:
    """One text through all of its time; each letter has a place."""

    text: str
    ids: list[Id]
    born: list[int]
    died: list[int]

    def __init__(self, many: Iterable[Words], columns: Columns, end: int) -> None:
        self.text, self.ids, self.born, self.died = "", [], [], []
        never = columns.last + 1
        for client, start, text in many:
            clocks = range(start, start + len(text))
            self.text += text
            self.ids += [(client, clock) for clock in clocks]
            self.born += _seqs(columns.births.get(client), clocks, never)
            deaths = _seqs(columns.deaths.get(client), clocks, never)
            self.died += [min(died, end) for died in deaths]

    def sightings(self, wanted: str, last: int) -> Iterator[_Sighting]:
        """Where and since which row up to the last a folded phrase could be read."""
        text = folded(self.text)
        if not set(wanted) <= set(text):
            return
        search = _Search(text, wanted)
        before, changed = 0, list[int]()
        for seq, place, lives in self._events(last):
            if seq != before:
                yield from self._seen(search, before, changed)
                before = seq
                changed.clear()
            search.alive[place] = lives
            if not lives or text[place] in wanted:
                changed.append(place)
        yield from self._seen(search, before, changed)

    def _seen(
        self, search: "_Search", seq: int, changed: list[int]
    ) -> Iterator[_Sighting]:
        found = dict.fromkeys([o for p in changed for o in search.around(p)])
        for places in found:
            yield _Sighting(seq, places)

    def _events(self, last: int) -> Iterator[tuple[int, int, bool]]:
        """Births and deaths up to a row, in order: row, place, whether it lives."""
        size = len(self.text)
        events: list[int] = []
        for place, (born, died) in enumerate(zip(self.born, self.died, strict=True)):
            if born < died:
                events.append(2 * (born * size + place) + 1)
                if died <= last:
                    events.append(2 * (died * size + place))
        events.sort()
        for event in events:
            at, lives = divmod(event, 2)
            yield *divmod(at, size), bool(lives)

    def copy(self, sighting: _Sighting, columns: Columns) -> _Copy:
        """Tell a sighting by ids."""
        ids = [self.ids[place] for place in sighting.places]
        firsts = [_first(columns, *identity) for identity in ids]
        died = min(self.died[place] for place in sighting.places)
        text = "".join([self.text[place] for place in sighting.places])
        return _Copy(sighting.seq, died, readable(text), _joined(ids), _joined(firsts))


def _seqs(column: Column | None, clocks: range, never: int) -> list[int]:
    """The seq of each id; `never` for one that has none."""
    found = [never] * len(clocks)
    runs: Iterable[Run] = column.between(clocks.start, clocks.stop) if column else ()
    for run in runs:
        length = run.end - run.start
        pace = {RISING: 1, FALLING: -1}.get(run.step, 0)
        seqs = (
            list(range(run.seq, run.seq + pace * length, pace))
            if pace
            else [run.seq] * length
        )
        found[run.start - clocks.start : run.end - clocks.start] = seqs
    return found


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


class _Search:
    """A phrase in a line, of which some letters are alive at a time."""

    def __init__(self, text: str, wanted: str) -> None:
        self.alive = bytearray(len(text))
        self._text = text
        self._wanted = wanted
        self._pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}

    def around(self, place: int) -> list[tuple[int, ...]]:
        """The living letters that say the phrase with, or across, a place."""
        alive, text, wanted = self.alive, self._text, self._wanted
        left, right = alive.rfind(1, 0, place), alive.find(1, place + 1)
        lives = alive[place]
        if not self._possible(place if lives else -1, left, right):
            return []
        near = [place] if lives else []
        for _ in range(len(wanted) - 1):
            if left >= 0:
                near.insert(0, left)
                left = alive.rfind(1, 0, left)
            if right >= 0:
                near.append(right)
                right = alive.find(1, right + 1)
        letters = "".join([text[at] for at in near])
        found = []
        at = letters.find(wanted)
        while at >= 0:
            places = tuple(near[at : at + len(wanted)])
            if places[0] <= place <= places[-1]:
                found.append(places)
            at = letters.find(wanted, at + 1)
        return found

    def _possible(self, own: int, left: int, right: int) -> bool:
        if len(self._wanted) == 1:
            return own >= 0
        text = self._text
        around = [text[at] if at >= 0 else "" for at in (left, own, right)]
        if own < 0:
            return around[0] + around[2] in self._pairs
        return around[0] + around[1] in self._pairs or (
            around[1] + around[2] in self._pairs
        )

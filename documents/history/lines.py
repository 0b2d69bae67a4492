"""A text through all of its time: where a phrase could ever be read in it.

Births and deaths of its letters are played in order, once. Knows nothing of who wrote.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Final, NamedTuple

from documents.history.columns import Columns
from documents.history.ends import NEVER
from documents.history.runs import FALLING, RISING, Column, Run
from documents.history.texts import Words
from documents.yjs.updates import ClientId

_NONE: Final = "\0"
_RECORD: Final = 4
"""Letters of a record."""


class Sighting(NamedTuple):
    """Letters, by their places in a line, that say a phrase from row `seq` on."""

    seq: int
    places: tuple[int, ...]


def folded(text: str) -> str:
    """Give a text without case, a letter for a letter."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([low if len(low := each.lower()) == 1 else each for each in text])


class Line:
    """One text through all of its time; each letter has a place."""

    def __init__(self, many: list[Words], end: int) -> None:
        """Some text, in a parent that is there until a row."""
        self.text = "".join([words.text for words in many])
        self._many = many
        self._end = end
        self._folded = folded(self.text)
        self._lives: Lives | None = None
        self._played: _Played | None = None

    def may_say(self, wanted: str) -> bool:
        """Whether a folded phrase can be read by leaving letters out, at any time."""
        at = -1
        for letter in wanted:
            at = self._folded.find(letter, at + 1)
            if at < 0:
                return False
        return True

    def lives(self, columns: Columns) -> "Lives":
        """What became of its letters, by the columns of the log until any later row."""
        if self._lives is None:
            self._lives = Lives(self._many, columns, self._end)
        return self._lives

    def sightings(self, wanted: str, columns: Columns) -> Iterator[Sighting]:
        """Where and since which row a folded phrase could be read."""
        if self._played is None:
            self._played = _Played(self._folded, self.lives(columns))
        played, done = self._played, 0
        search = _Search(self._folded, wanted)
        for seq, near in groupby(played.near(wanted), played.seqs.__getitem__):
            end = bisect_right(played.seqs, seq)
            played.play(search.alive, done, end)
            done = end
            around = [search.around(played.places[event]) for event in near]
            for places in dict.fromkeys(chain.from_iterable(around)):
                yield Sighting(seq, places)


class Lives:
    """The ids of a line's letters, and the rows in which they came and went."""

    def __init__(self, many: Iterable[Words], columns: Columns, end: int) -> None:
        self.clients: list[ClientId] = []
        self.clocks, self.born, self.died = array("I"), array("Q"), array("Q")
        for client, start, text in many:
            clocks = range(start, start + len(text))
            self.clients += [client] * len(text)
            self.clocks.extend(clocks)
            self.born.extend(_seqs(columns.births.get(client), clocks))
            deaths = _seqs(columns.deaths.get(client), clocks)
            self.died.extend([min(died, end) for died in deaths])


class _Played:
    """Births and deaths of a line in their order, and what letters then were around.

    For each there is a record, as it is after its row: the letter before it, itself if
    it came, and the one behind it.
    """

    def __init__(self, text: str, lives: Lives) -> None:
        size = len(text)
        events: list[int] = []
        for place, (born, died) in enumerate(zip(lives.born, lives.died, strict=True)):
            if born < died:
                events.append(2 * (born * size + place) + 1)
                if died < NEVER:
                    events.append(2 * (died * size + place))
        events.sort()
        self.seqs = array("Q", [event // 2 // size for event in events])
        self.places = array("I", [event // 2 % size for event in events])
        self._comes = bytes([event & 1 for event in events])
        self._records = "".join(self._recorded(text))

    def _recorded(self, text: str) -> Iterator[str]:
        alive = bytearray(len(text))
        for _, row in groupby(range(len(self.seqs)), self.seqs.__getitem__):
            events = list(row)
            self.play(alive, events[0], events[-1] + 1)
            for event in events:
                place = self.places[event]
                left, right = alive.rfind(1, 0, place), alive.find(1, place + 1)
                before = text[left] if left >= 0 else _NONE
                behind = text[right] if right >= 0 else _NONE
                if self._comes[event]:
                    yield before + text[place] + behind + _NONE
                else:
                    yield before + behind + _NONE + _NONE

    def play(self, alive: bytearray, start: int, end: int) -> None:
        """Let letters come and go, from one event to before another."""
        comes = self._comes[start:end]
        for place, lives in zip(self.places[start:end], comes, strict=True):
            alive[place] = lives

    def near(self, wanted: str) -> Iterator[int]:
        """The events around which two letters of a phrase follow each other."""
        pairs = {wanted[at : at + 2] for at in range(max(len(wanted) - 1, 1))}
        pattern = re.compile("|".join(map(re.escape, sorted(pairs))))
        found = (one.start() // _RECORD for one in pattern.finditer(self._records))
        return (event for event, _ in groupby(found))


def _seqs(column: Column | None, clocks: range) -> list[int]:
    """The seq of each id; NEVER for one that has none."""
    found = [NEVER] * len(clocks)
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

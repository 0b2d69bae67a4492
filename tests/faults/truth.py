"""What must be so of a document's log, whatever broke: pure, rows in, faults out.

Knows every edit that was made, every receipt that was given, and every stretch of the
log that anybody was shown. Knows no socket and no database.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from documents.yjs.ranges import RangeSet
from documents.yjs.updates import ClientId, Update, parse


@dataclass(eq=False, slots=True)
class Edit:
    """One local change of a browser; `word` is what the text must hold once."""

    number: int
    update: bytes
    word: str = ""

    @property
    def ends(self) -> Mapping[ClientId, int]:
        """The clocks that it reaches."""
        return _ends(self.update)


@dataclass(frozen=True, slots=True)
class Told:
    """A stretch that somebody was shown: rows first..last of an epoch."""

    epoch: int
    first: int
    last: int
    update: bytes


@dataclass
class Truth:
    """All that is known of one document from outside."""

    made: list[Edit] = field(default_factory=list)
    receipted: list[Edit] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    heads: dict[int, int] = field(default_factory=dict)
    """By epoch, the greatest head that a receipt named."""

    def promised(self, epoch: int, head: int) -> None:
        """A receipt said that the log reaches so far."""
        self.heads[epoch] = max(self.heads.get(epoch, 0), head)

    def faults(
        self, rows: Sequence[tuple[int, bytes]], epoch: int, text: str
    ) -> Iterator[str]:
        """Say what is wrong with a log of these rows (seq, payload) and its text."""
        log = _Log()
        for expected, (seq, payload) in enumerate(rows, 1):
            if seq != expected:
                yield f"row {expected} is missing, {seq} follows"
                return
            yield from log.take(seq, parse(payload))
        if self.heads.get(epoch, 0) > len(rows):
            yield f"a receipt promised {self.heads[epoch]} rows, there are {len(rows)}"
        for edit in self.receipted:
            yield from log.lacks(edit)
            if edit.word and text.count(edit.word) != 1:
                yield f"{edit.word} is {text.count(edit.word)} times in the text"
        for told in self.told:
            if told.epoch == epoch:
                yield from log.denies(told)


def stored(rows: Sequence[tuple[int, bytes]], edit: Edit) -> bool:
    """Whether rows (seq, payload) hold an edit."""
    log = _Log()
    found = [fault for seq, payload in rows for fault in log.take(seq, parse(payload))]
    return not found and not list(log.lacks(edit))


class _Log:
    """A log read row by row: which ids it holds after each row, what it deletes."""

    def __init__(self) -> None:
        self._seqs: dict[ClientId, list[int]] = {}
        self._ends: dict[ClientId, list[int]] = {}
        self._deleted: dict[ClientId, RangeSet] = {}

    def take(self, seq: int, row: Update) -> Iterator[str]:
        """Read a row; each id must come once, after those before it."""
        for client, structs in row.structs.items():
            ends = self._ends.setdefault(client, [])
            clock = ends[-1] if ends else 0
            if structs[0].clock != clock:
                yield f"row {seq} begins at {structs[0].clock} and not at {clock}"
            if any(left.end != right.clock for left, right in pairwise(structs)):
                yield f"row {seq} has a gap within"
            ends.append(structs[-1].end)
            self._seqs.setdefault(client, []).append(seq)
        for client, ranges in row.deletes.items():
            self._deleted.setdefault(client, RangeSet()).add_all(ranges)

    def _end(self, client: ClientId, seq: int) -> int:
        """The clock that a client had reached at a row."""
        index = bisect_right(self._seqs.get(client, []), seq)
        return self._ends[client][index - 1] if index else 0

    def lacks(self, edit: Edit) -> Iterator[str]:
        """Say what of a receipted edit is not there."""
        update = parse(edit.update)
        for client, structs in update.structs.items():
            if structs[-1].end > (self._ends.get(client) or [0])[-1]:
                yield f"edit {edit.number} was receipted and is lost"
        for client, ranges in update.deletes.items():
            if self._deleted.get(client, RangeSet()).missing_from(ranges):
                yield f"deletion {edit.number} was receipted and is lost"

    def denies(self, told: Told) -> Iterator[str]:
        """Say where somebody was shown what these rows do not hold."""
        for client, end in _ends(told.update).items():
            if self._end(client, told.last) != end:
                yield f"rows {told.first} to {told.last} are not what was shown"


def _ends(payload: bytes) -> Mapping[ClientId, int]:
    structs = parse(payload).structs
    return {client: section[-1].end for client, section in structs.items()}

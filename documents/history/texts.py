"""The text of a log by ids: what each unit said, also where it is deleted.

Units are UTF-16, as ids count them; half of a pair stands for itself. Knows nothing
of order and of time.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from documents.yjs.contents import STRING
from documents.yjs.ranges import Range
from documents.yjs.updates import ClientId, Item, Update


class Words(NamedTuple):
    """Ids of one client from `start` on, and what each of them says."""

    client: ClientId
    start: int
    text: str

    @property
    def end(self) -> int:
        """The clock after the last id."""
        return self.start + len(self.text)


def units(content: bytes) -> str:
    """A string with one character for each UTF-16 unit of this UTF-8."""
    text = content.decode()
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(map(chr, array("H", text.encode("utf-16"))[1:]))


_Place = tuple[ClientId, int]


class Texts:
    """The strings of an update. A value: it never changes."""

    def __init__(
        self,
        update: Update,
        known: Mapping[ClientId, list[Item]] | None = None,
        read: dict[_Place, str] | None = None,
    ) -> None:
        """The items of some clients may be known, and what was read at some places."""
        self.items: dict[ClientId, list[Item]] = {}
        self._structs = update.structs
        self.read = {} if read is None else read
        for client, section in update.structs.items():
            found = (known or {}).get(client) or [
                s for s in section if isinstance(s, Item) and s.kind == STRING
            ]
            if found:
                self.items[client] = found

    def further(self, update: Update) -> "Texts":
        """Those of an update that holds this one; what did not change is not read."""
        known = {
            client: self.items[client]
            for client, section in update.structs.items()
            if self._structs.get(client) is section and client in self.items
        }
        return Texts(update, known, self.read)

    def between(self, client: ClientId, start: int, end: int) -> Iterator[Words]:
        """What a range of ids says, leaving out what is no text."""
        for item in self.holding(client, start, end):
            low, high = max(start, item.clock), min(end, item.end)
            text = self._text(client, item)[low - item.clock : high - item.clock]
            yield Words(client, low, text)

    def holding(self, client: ClientId, start: int, end: int) -> Iterator[Item]:
        """The items that hold the text of a range of ids."""
        items = self.items.get(client, [])
        at = max(bisect_right(items, start, key=_clock) - 1, 0)
        while at < len(items) and items[at].clock < end:
            if items[at].end > start:
                yield items[at]
            at += 1

    def _text(self, client: ClientId, item: Item) -> str:
        place = client, item.clock
        text = self.read.get(place, "")
        if len(text) != item.length:
            assert isinstance(item.content, bytes)
            text = self.read[place] = units(item.content)
        return text

    def ranges(self, client: ClientId) -> Iterator[Range]:
        """The ids of one client that are text."""
        for item in self.items.get(client, ()):
            yield item.clock, item.end


def _clock(item: Item) -> int:
    return item.clock

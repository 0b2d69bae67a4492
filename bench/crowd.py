"""A synthetic log of any length: many writers in one rich-text document, seeded.

Each edit is an update as the editor would send it: a letter typed or taken back, now
and then a new paragraph. Writers type in bursts, each at a place of their own, so that
runs of ids are broken as people break them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from documents.storage.chain import Entry
from documents.yjs.contents import STRING, TYPE, XML_ELEMENT, XML_TEXT
from documents.yjs.lib0 import Writer
from documents.yjs.updates import (
    HAS_ORIGIN,
    HAS_RIGHT_ORIGIN,
    ClientId,
    Id,
    Item,
    Update,
    encode,
)

FIRST: Final[Id] = (ClientId(1), 0)
"""The empty paragraph that every log begins with."""
LETTERS: Final = "etaoin shrdlu cmfwyp vbgkjqxz "
FULL: Final = 1500
"""Letters after which a writer begins another paragraph."""


@dataclass
class Text:
    """The ids of one paragraph's visible letters, in order."""

    identity: Id
    letters: list[Id] = field(default_factory=list)


@dataclass
class Writing:
    """Where one writer is, and for how many edits more."""

    client: ClientId
    author: int
    clock: int = 0
    text: Text | None = None
    at: int = 0
    left: int = 0


class Crowd:
    """Writers who take turns edit by edit."""

    def __init__(self, writers: int, seed: int) -> None:
        self._random = Random(seed)
        self._writers = [
            Writing(ClientId(1000 + 7919 * number), number + 1)
            for number in range(writers)
        ]
        self._texts: list[Text] = []
        self._last = FIRST
        self._now = 1_700_000_000_000

    def entries(self, count: int) -> Iterator[Entry]:
        """Give so many entries, from seq 2 on."""
        for seq in range(2, count + 2):
            writer = self._random.choice(self._writers)
            self._now += self._random.choice((11, 17, 31, 120))
            payload = encode(self._edit(writer))
            yield Entry(seq, writer.author, self._now, recovered=False, payload=payload)

    def _edit(self, writer: Writing) -> Update:
        if writer.left == 0:
            writer.left = self._random.randint(5, 120)
            if not self._texts or self._random.random() < 0.02:
                return self._paragraph(writer)
            writer.text = self._random.choice(self._texts[-200:])
            writer.at = self._random.randint(0, len(writer.text.letters))
        writer.left -= 1
        text = writer.text
        if text is None or len(text.letters) > FULL:
            return self._paragraph(writer)
        writer.at = min(writer.at, len(text.letters))
        if writer.at and self._random.random() < 0.08:
            writer.at -= 1
            client, clock = text.letters.pop(writer.at)
            return Update({}, {client: ((clock, clock + 1),)})
        return self._letter(writer, text)

    def _letter(self, writer: Writing, text: Text) -> Update:
        at, letters = writer.at, text.letters
        left = letters[at - 1] if at else None
        right = letters[at] if at < len(letters) else None
        letters.insert(at, (writer.client, writer.clock))
        writer.at += 1
        content = self._random.choice(LETTERS).encode()
        info = STRING | HAS_ORIGIN * bool(left) | HAS_RIGHT_ORIGIN * bool(right)
        parent = None if left or right else text.identity
        return _single(
            writer, Item(writer.clock, 1, info, left, right, parent, None, content)
        )

    def _paragraph(self, writer: Writing) -> Update:
        clock, client = writer.clock, writer.client
        element, text = (client, clock), (client, clock + 1)
        items = (
            Item(clock, 1, TYPE | HAS_ORIGIN, self._last, None, None, None, _ELEMENT),
            Item(clock + 1, 1, TYPE, None, None, element, None, bytes((XML_TEXT,))),
        )
        writer.clock += 2
        writer.text, writer.at = Text(text), 0
        self._last = element
        self._texts.append(writer.text)
        return Update({client: items})


def _single(writer: Writing, item: Item) -> Update:
    writer.clock += 1
    return Update({writer.client: (item,)})


def _element() -> bytes:
    writer = Writer()
    writer.byte(XML_ELEMENT)
    writer.text("paragraph")
    return writer.finish()


_ELEMENT: Final = _element()

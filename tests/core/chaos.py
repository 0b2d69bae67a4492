"""Structs that care for nothing: of any kind, anywhere, beside anything.

All of it over so few ids that lists, maps and deleted places get into each other.
"""

from random import Random
from typing import Final

from documents.yjs.contents import (
    ANY,
    BINARY,
    DELETED,
    EMBED,
    FORMAT,
    JSON,
    STRING,
    TYPE,
    Content,
    units,
)
from documents.yjs.updates import (
    GC,
    HAS_KEY,
    HAS_ORIGIN,
    HAS_RIGHT_ORIGIN,
    ClientId,
    Id,
    Item,
    Struct,
    Update,
)
from tests.core.worlds import ELEMENTS, LEAF, LOOSE, WORDS

ROOTS: Final = ("default", "default", "meta", "list", "note", "unasked")
CLIENTS: Final = (1, 2, 3, 5, 2**31, 2**53 - 1)
FILLINGS: Final[tuple[tuple[int, Content], ...]] = (
    (DELETED, b""),
    (JSON, (b"1", b"undefined")),
    (BINARY, b"\x01a"),
    (EMBED, b"\x04null"),
    (FORMAT, b"\x04bold\x04true"),
    (FORMAT, b"\x04bold\x04null"),
    (ANY, (b"}\x01",)),
    (ANY, (b"}\x01", b"~", b"\x7f")),
    (ANY, (b"v\x01\x08toString}\x01",)),
    (FORMAT, b'\x04link\x18{"href":{"__proto__":1}}'),
)


class Chaos:
    """The structs that a few clients add to a log with these clocks."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.clients = [ClientId(client) for client in random.sample(CLIENTS, 3)]

    def update(self, clocks: dict[ClientId, int]) -> Update:
        """One struct, and now and then a deletion."""
        client = self.random.choice(self.clients)
        struct = self.struct(clocks.get(client, 0), clocks)
        if not clocks or self.random.random() > 0.25:
            return Update({client: (struct,)})
        other, start = self._id(clocks)
        end = min(clocks[other], start + self.random.choice([1, 1, 2, 5]))
        return Update({client: (struct,)}, {other: ((start, end),)})

    def bent(self, update: Update, clocks: dict[ClientId, int]) -> Update:
        """An update with another struct in the place of one of its own."""
        if not update.structs:
            return self.update(clocks)
        client = self.random.choice(list(update.structs))
        section = list(update.structs[client])
        at = self.random.randrange(len(section))
        section[at] = self.struct(section[at].clock, clocks)
        return Update({**update.structs, client: tuple(section)}, update.deletes)

    def _id(self, clocks: dict[ClientId, int]) -> Id:
        client = self.random.choice(list(clocks))
        return client, self.random.randrange(clocks[client])

    def struct(self, clock: int, clocks: dict[ClientId, int]) -> Struct:
        """Any struct at a clock, beside or within what a log with `clocks` holds."""
        random = self.random
        if random.random() < 0.04:
            return GC(clock, random.choice([1, 2]))
        origin = self._id(clocks) if clocks and random.random() < 0.55 else None
        right = self._id(clocks) if clocks and random.random() < 0.35 else None
        kind, length, content = self._filling()
        hinted = random.random() < 0.3
        info = HAS_ORIGIN * bool(origin) | HAS_RIGHT_ORIGIN * bool(right)
        info |= HAS_KEY * hinted | kind
        if origin or right:
            return Item(clock, length, info, origin, right, None, None, content)
        parent: str | Id = random.choice(ROOTS)
        if clocks and random.random() < 0.6:
            parent = self._id(clocks)
        key = random.choice("kl") if hinted else None
        return Item(clock, length, info, None, None, parent, key, content)

    def _filling(self) -> tuple[int, int, Content]:
        random = self.random
        choice = random.random()
        if choice < 0.3:
            element = random.choice(ELEMENTS)
            types = [element, element, LEAF, LEAF, random.choice(LOOSE)]
            return TYPE, 1, random.choice(types)
        if choice < 0.55:
            text = random.choice(WORDS).encode()
            return STRING, units(text), text
        kind, content = random.choice(FILLINGS)
        if kind == DELETED:
            return kind, random.choice([1, 1, 2, 4]), content
        return kind, len(content) if isinstance(content, tuple) else 1, content

"""Random updates that know what was written before them, honest or not.

A World keeps which ids stand in which parent, so that origins and parents make sense;
mischief is the share of choices that care for nothing.
"""

from collections.abc import Iterable
from random import Random

from documents.yjs.contents import (
    ANY,
    BINARY,
    DELETED,
    EMBED,
    FORMAT,
    JSON,
    STRING,
    TYPE,
    XML_ELEMENT,
    XML_TEXT,
    Content,
    units,
)
from documents.yjs.merging import merge, part
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

ELEMENT, LEAF = bytes([XML_ELEMENT]) + b"\x01p", bytes([XML_TEXT])
ELEMENTS = [
    bytes([XML_ELEMENT, len(name)]) + name
    for name in (b"paragraph", b"paragraph", b"blockquote", b"bulletList", b"listItem")
]
LOOSE = [b"\x00", b"\x01", b"\x02", b"\x03\x01p", b"\x04", b"\x05\x01h", b"\x06"]
VALUES = [b"\x7f", b"\x7e", b"}\x01", b"v\x01\x01a}\x01", b"w\x01x", b"u\x02}\x01x"]
EMBEDS = [b"\x04null", b'\x07{"a":1}', b"\x013"]
FORMATS = [b"\x04bold\x04true", b"\x04bold\x04null", b"\x04link\x02{}"]
PLAIN_WORDS = ["a", "bc", "hello", "日本語"]
WORDS = [*PLAIN_WORDS, "😀", "x😀y"]
Parent = str | Id
Filling = tuple[int, int, Content]


class World:
    """What its clients have written; `learn` tells it how far a log really got."""

    def __init__(
        self, random: Random, *, mischief: float = 0.0, words: Iterable[str] = WORDS
    ) -> None:
        self.random = random
        self.mischief = mischief
        self.words = list(words)
        self.clients = [ClientId(c) for c in random.sample(range(1, 10**6), 3)]
        self.clocks: dict[ClientId, int] = {}
        self.zones: dict[Parent, str] = {"default": "root", "meta": "free"}
        self.slots: dict[tuple[Parent, str | None], list[Id]] = {}

    def log(self, length: int) -> list[Update]:
        """So many updates in causal order."""
        return [self.update() for _ in range(length)]

    def update(self) -> Update:
        """Some structs of one or two clients, and deletions."""
        structs: dict[ClientId, tuple[Struct, ...]] = {}
        for client in self.random.sample(self.clients, self.random.choice([1, 1, 2])):
            count = self.random.choice([1, 1, 2, 4])
            structs[client] = tuple([self.struct(client) for _ in range(count)])
        return Update(structs, self.deletes())

    def deletes(self) -> dict[ClientId, tuple[tuple[int, int], ...]]:
        """Now and then a range of what is there."""
        client = self.random.choice(list(self.clocks))
        if self.random.random() > 0.4:
            return {}
        start = self.random.randrange(self.clocks[client])
        length = self.random.choice([1, 2, 5])
        return {client: ((start, min(start + length, self.clocks[client])),)}

    def struct(self, client: ClientId) -> Struct:
        """The next struct of a client."""
        clock = self.clocks.get(client, 0)
        struct: Struct
        if self.random.random() < 0.03:
            struct = GC(clock, self.random.choice([1, 3]))
        else:
            struct = self.item(client, clock)
        self.clocks[client] = struct.end
        return struct

    def item(self, client: ClientId, clock: int) -> Item:
        """An item between others of its parent, or first there."""
        parent: Parent = self.random.choice([*list(self.zones)[-6:], "default", "meta"])
        keyed = parent != "default" and self.random.random() < 0.35
        key = self.random.choice("kl") if keyed else None
        siblings = self.slots.setdefault((parent, key), [])
        kind, length, content = self.filling(self.zones[parent], keyed=keyed)
        origin, right = self.origins(siblings, clock)
        if kind == TYPE:
            self.zones[client, clock] = self.zone_within(parent, content)
        siblings.extend((client, clock + n) for n in range(length))
        if origin or right:
            info = HAS_ORIGIN * bool(origin) | HAS_RIGHT_ORIGIN * bool(right) | kind
            return Item(clock, length, info, origin, right, None, None, content)
        info = kind | HAS_KEY * keyed
        return Item(clock, length, info, None, None, parent, key, content)

    def origins(self, siblings: list[Id], clock: int) -> tuple[Id | None, Id | None]:
        """Left and right neighbours out of these, or none."""
        random = self.random
        if self.clocks and random.random() < self.mischief:
            client = random.choice(list(self.clocks))
            return (client, random.randrange(self.clocks[client] + 1)), None
        if not siblings or random.random() < 0.2:
            return None, None
        near = siblings[-3:] if random.random() < 0.6 else siblings
        sides = random.choice(["left", "left", "right", "both"])
        left = random.choice(near) if sides != "right" else None
        return left, random.choice(near) if sides != "left" else None

    def zone_within(self, parent: Parent, content: Content) -> str:
        """What kind of parent a new type is."""
        if self.zones[parent] == "free":
            return "free"
        return "text" if content[0] == XML_TEXT else "element"

    def filling(self, zone: str, *, keyed: bool) -> Filling:
        """Kind, length and content that such a parent takes, unless in mischief."""
        random = self.random
        if random.random() < self.mischief:
            zone, keyed = random.choice(["free", "text"]), False
        if keyed:
            length = 3 if random.random() < self.mischief else 1
            return random.choice(
                [self.values(length), (DELETED, length, b""), (BINARY, 1, b"\x01a")]
            )
        if zone == "root":
            return TYPE, 1, random.choice(ELEMENTS)
        if zone == "element":
            return TYPE, 1, random.choice([random.choice(ELEMENTS), LEAF, LEAF])
        text = random.choice(self.words).encode()
        fillings: list[Filling] = [
            (STRING, units(text), text),
            (STRING, units(text), text),
            (FORMAT, 1, random.choice(FORMATS)),
            (DELETED, random.choice([1, 4]), b""),
        ]
        if zone == "free":
            fillings.append((TYPE, 1, random.choice(LOOSE)))
            fillings.append((EMBED, 1, random.choice(EMBEDS)))
            fillings.append(self.values(random.choice([1, 3])))
            fillings.append((JSON, 2, (b"undefined", b'{"a":[1]}')))
        return random.choice(fillings)

    def values(self, length: int) -> Filling:
        """Some `any` values."""
        values = tuple([self.random.choice(VALUES) for _ in range(length)])
        return ANY, length, values

    def learn(self, clocks: dict[ClientId, int]) -> None:
        """Forget what did not get into the log."""
        self.clocks = dict(clocks)

        def there(identity: Parent) -> bool:
            if isinstance(identity, str):
                return True
            return identity[1] < clocks.get(identity[0], 0)

        self.zones = {k: zone for k, zone in self.zones.items() if there(k)}
        self.slots = {
            slot: [identity for identity in ids if there(identity)]
            for slot, ids in self.slots.items()
            if slot[0] in self.zones
        }


def pieces(random: Random, update: Update, count: int) -> list[Update]:
    """An update cut into so many at random clocks; deletions cut up too."""
    parts: list[Update] = []
    for client, structs in update.structs.items():
        for struct in structs:
            middle = random.randint(struct.clock, struct.end)
            for start, end in ((struct.clock, middle), (middle, struct.end)):
                if start < end:
                    parts.append(Update({client: (part(client, struct, start, end),)}))
    for client, ranges in update.deletes.items():
        for start, end in ranges:
            middle = random.randint(start, end)
            both = [(start, middle), (middle, end)]
            parts.extend(Update({}, {client: (r,)}) for r in both if r[0] < r[1])
    random.shuffle(parts)
    return [merge(parts[n::count]) for n in range(count)]


def collected(update: Update) -> Update:
    """The same ids as a browser that forgot all of them would send."""
    return Update(
        {
            client: tuple(GC(struct.clock, struct.length) for struct in structs)
            for client, structs in update.structs.items()
        },
        update.deletes,
    )

"""The order of ids is the order in yjs' own linked lists."""

from collections.abc import Iterator
from random import Random

import pytest

from documents.history.sequence import Piece, Sequence, sequence
from documents.yjs.merging import merge, squash
from documents.yjs.updates import GC, ClientId, Item, Update, encode, parse
from tests.core.logs import disjoint
from tests.core.yjs import Judge, random_histories

ANA, BEN, CLEO = ClientId(1), ClientId(2), ClientId(3)
Lists = dict[tuple[object, object], list[list[int]]]


class Orders(Judge):
    """Yjs, asked for its lists."""

    script = "order.mjs"

    def lists(self, rows: list[bytes]) -> Lists:
        """What lies in each parent, by key."""
        answer = self._ask({"rows": [row.hex() for row in rows]})
        assert not answer["waiting"]
        return {(_frozen(p), key): pieces for p, key, pieces in answer["lists"]}

    def crowd(self, seed: int, clients: int, rounds: int) -> list[bytes]:
        """Rows of clients that write at the same places, unheard by each other."""
        question = {"crowd": seed, "clients": clients, "rounds": rounds}
        return [bytes.fromhex(row) for row in self._ask(question)]


def _frozen(parent: object) -> object:
    return tuple(parent) if isinstance(parent, list) else parent


@pytest.fixture(scope="module")
def orders() -> Iterator[Orders]:
    orders = Orders()
    with orders:
        yield orders


def told(found: Sequence) -> Lists:
    lists: Lists = {}
    for parent, pieces in found.children.items():
        lists[parent, None] = [list(piece) for piece in pieces]
    for parent, entries in found.entries.items():
        for key, pieces in entries.items():
            lists[parent, key] = [list(piece) for piece in pieces]
    return lists


@pytest.mark.node
def test_random_histories_are_in_the_order_of_yjs(
    histories: int, first_seed: int, orders: Orders
) -> None:
    for history in random_histories(first_seed, histories, 80):
        log = disjoint(map(parse, history.rows))
        whole = squash(merge([update for update, _ in log]))
        theirs = orders.lists(history.rows)
        assert told(sequence(whole)) == theirs, history.seed
        assert orders.lists([encode(whole)]) == theirs, history.seed


@pytest.mark.node
def test_who_writes_at_the_same_place_is_in_the_order_of_yjs(
    histories: int, first_seed: int, orders: Orders
) -> None:
    for seed in range(first_seed, first_seed + histories):
        random = Random(seed)
        rows = orders.crowd(seed, random.randint(2, 9), random.randint(1, 12))
        log = [parse(row) for row in rows]
        expected = orders.lists(rows)
        assert told(sequence(squash(merge(log)))) == expected, seed
        random.shuffle(log)
        assert told(sequence(merge(log))) == expected, seed


def text(clock: int, content: str, **place: object) -> Item:
    origin, right = place.get("origin"), place.get("right")
    parent = None if origin or right else "text"
    fields = clock, len(content), 4, origin, right, parent, None, content.encode()
    return Item(*fields)  # type: ignore[arg-type]


def test_equal_places_are_taken_in_the_order_of_clients() -> None:
    whole = Update({c: (text(0, "ab"),) for c in (CLEO, ANA, BEN)})
    pieces = [Piece(ANA, 0, 2), Piece(BEN, 0, 2), Piece(CLEO, 0, 2)]
    assert sequence(whole).children == {"text": tuple(pieces)}


def test_a_struct_is_cut_where_another_lies() -> None:
    middle = text(0, "x", origin=(ANA, 1), right=(ANA, 2))
    found = sequence(Update({BEN: (middle,), ANA: (text(0, "hello"),)}))
    pieces = (Piece(ANA, 0, 2), Piece(BEN, 0, 1), Piece(ANA, 2, 5))
    assert found.children == {"text": pieces}


def test_what_yjs_forgets_has_no_place() -> None:
    beside = text(0, "x", origin=(ANA, 1))
    found = sequence(Update({ANA: (GC(0, 2),), BEN: (beside,)}))
    assert found == Sequence({}, {})


@pytest.mark.parametrize("missing", [(CLEO, 0), (ANA, 7), (BEN, 1)])
def test_an_update_that_lacks_something_is_told(missing: tuple[ClientId, int]) -> None:
    lacking = text(0, "x", origin=missing)
    with pytest.raises(ValueError, match="not a complete update"):
        sequence(Update({ANA: (text(0, "hello"),), BEN: (lacking,)}))


def test_a_ring_of_origins_is_told() -> None:
    ring = {
        ANA: (text(0, "a", origin=(BEN, 0)),),
        BEN: (text(0, "b", origin=(ANA, 0)),),
    }
    with pytest.raises(ValueError, match="its own future"):
        sequence(Update(ring))

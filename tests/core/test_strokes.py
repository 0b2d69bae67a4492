"""Strokes: what the short way takes is what parsing and admission would make of it."""

from copy import deepcopy
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from documents.yjs.admission import Admission, Ledger, Refused
from documents.yjs.contents import STRING, units
from documents.yjs.lib0 import MAX_CLOCK, Writer, uint
from documents.yjs.merging import merge, squash
from documents.yjs.strokes import Hand, Stroke, joined, parse_rows
from documents.yjs.updates import ClientId, Id, Item, Update, encode, parse
from tests.core.worlds import World

A, B = ClientId(10), ClientId(2**31 + 5)
RANDOMS = st.integers(0, 2**32 - 1).map(Random)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
RIGHTS = st.none() | st.tuples(st.just(A), st.integers(0, 10**6))


def typed(client: ClientId, clock: int, text: str, right: Id | None = None) -> Update:
    """What Yjs makes of text that follows what its client wrote last."""
    content = text.encode()
    info = STRING | 0x80 | (0x40 if right else 0)
    left = (client, clock - 1)
    item = Item(clock, units(content), info, left, right, None, None, content)
    return Update({client: (item,)})


@given(st.integers(0, 2**53 - 1))
def test_a_number_is_written_as_a_writer_does(value: int) -> None:
    writer = Writer()
    writer.uint(value)
    assert uint(value) == writer.finish()


@given(st.sampled_from([A, B]), st.integers(1, 2**20), WORDS, RIGHTS)
@example(B, 127, "a", None)
@example(B, 16_384, "a", (A, 0))
def test_a_hand_knows_what_it_writes_next(
    client: ClientId, clock: int, text: str, right: Id | None
) -> None:
    hand = Hand(client, clock, right)
    for letter in (text[:1], text, text[:1]):
        update = typed(client, hand.clock, letter, right)
        stroke = hand.read(encode(update))
        if len(letter.encode()) > 127:
            assert stroke is None
            return
        assert stroke is not None
        assert (stroke.clock, stroke.content) == (hand.clock, letter.encode())
        assert joined([stroke]) == update
        hand.move(stroke.clock + stroke.length)


@given(WORDS, RIGHTS, RANDOMS)
def test_whatever_else_a_hand_reads_is_just_what_is_written(
    text: str, right: Id | None, random: Random
) -> None:
    """Bytes that are nearly a stroke are one, to the bit, or none."""
    hand = Hand(B, 300, right)
    payload = bytearray(encode(typed(B, 300, text[:1], right)))
    for _ in range(random.choice([1, 2])):
        at = random.randrange(len(payload))
        cut = random.choice([0, 1])
        payload[at : at + cut] = random.choice([b"", random.randbytes(1)])
        payload = payload or bytearray(1)
    stroke = hand.read(bytes(payload))
    if stroke is not None:
        assert parse(bytes(payload)) == joined([stroke])
        assert encode(joined([stroke])) == payload


def test_no_hand_writes_past_the_last_clock() -> None:
    hand = Hand(A, MAX_CLOCK - 1, None)
    assert hand.read(encode(typed(A, MAX_CLOCK - 1, "a")))
    assert hand.read(encode(typed(A, MAX_CLOCK - 1, "ab"))) is None


@given(RANDOMS)
def test_the_short_way_and_the_long_way_are_one(random: Random) -> None:
    """Two ledgers hear the same; one knows hands. They never differ."""
    world, short, long = World(random, mischief=0.1), Ledger(), Ledger()
    hands: dict[ClientId, Hand] = {}
    rows: list[Update] = []
    for _ in range(25):
        update = world.update()
        try:
            found = short.admit(update, partial=True)
        except Refused:
            world.learn(short.state_vector())
            continue
        assert long.admit(update, partial=True) == found
        rows.append(found.update)
        for client in found.update.structs:
            hand = short.hand(found.update)
            hands.pop(client, None)
            if hand is not None:
                hands[client] = hand
        for hand in list(hands.values()):
            for stroke in write(short, hand, random):
                update = joined([stroke])
                assert long.admit(update) == Admission(update)
                rows.append(update)
        world.learn(short.state_vector())
        assert short == long
        assert short.encode() == long.encode()
    assert_reads(rows, short)


def assert_reads(rows: list[Update], ledger: Ledger) -> None:
    """A log is the same, however much of what was typed is read as one."""
    read = list(parse_rows(map(encode, rows)))
    assert len(read) <= len(rows)
    assert squash(merge(read)) == squash(merge(rows))
    found = Ledger()
    for update in read:
        found.absorb(update)
    assert found == ledger


def write(ledger: Ledger, hand: Hand, random: Random) -> list[Stroke]:
    """Type some letters, as far as the hand is still where it was."""
    taken = []
    for letter in random.sample(["a", "é", "😀", "word"], random.randrange(3)):
        stroke = hand.read(encode(typed(hand.client, hand.clock, letter, hand.right)))
        assert stroke is not None
        reached = ledger.state_vector()[hand.client] == stroke.clock
        if not ledger.extend(hand, stroke):
            assert not reached
            break
        taken.append(stroke)
    return taken


def test_a_hand_ends_when_something_is_taken_back() -> None:
    """The same clock may hold something else by then, where no letter may be."""
    ledger = Ledger()
    first = Update({A: (Item(0, 1, STRING, None, None, "t", None, b"a"),)})
    hand = ledger.hand(ledger.admit(first).update)
    assert hand is not None
    before = deepcopy(ledger)
    ledger.retract(first)
    ledger.absorb(first)
    stroke = hand.read(encode(typed(A, 1, "b")))
    assert stroke is not None
    assert not ledger.extend(hand, stroke)
    assert ledger == before


@given(st.lists(WORDS.filter(lambda text: len(text) < 20), min_size=1), RIGHTS)
def test_strokes_come_together_as_merged_and_squashed(
    words: list[str], right: Id | None
) -> None:
    hand, strokes, updates = Hand(B, 5, right), list[Stroke](), list[Update]()
    for word in words:
        updates.append(typed(B, hand.clock, word, right))
        stroke = hand.read(encode(updates[-1]))
        assert stroke is not None
        strokes.append(stroke)
        hand.move(stroke.clock + stroke.length)
    assert joined(strokes) == squash(merge(updates))


def test_what_many_type_at_once_is_read_as_one_each() -> None:
    first = [Update({c: (Item(0, 1, 4, None, None, "t", None, b"-"),)}) for c in (A, B)]
    rows = [*first, *(typed(c, n, "x") for n in range(1, 800) for c in (A, B))]
    read = list(parse_rows(map(encode, rows)))
    assert read[:2] == first
    assert len(read) == 2 + 2 * 2
    assert squash(merge(read)) == squash(merge(rows))

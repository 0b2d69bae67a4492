"""Admission: what enters a log, in which part, and what is refused."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.yjs import contents
from documents.yjs.admission import Admission, Ledger, Refused
from documents.yjs.contents import (
    ANY,
    BINARY,
    DELETED,
    DOC,
    EMBED,
    FORMAT,
    JSON,
    STRING,
    TYPE,
    Content,
)
from documents.yjs.extents import extent
from documents.yjs.lib0 import Malformed
from documents.yjs.merging import difference, merge, squash
from documents.yjs.updates import (
    EMPTY,
    GC,
    ClientId,
    Id,
    Item,
    Struct,
    Update,
    encode,
    parse,
)
from tests.core.worlds import ELEMENT, LEAF, World, collected

RANDOMS = st.integers(0, 2**32 - 1).map(Random)
A, B, C = ClientId(10), ClientId(20), ClientId(30)
NAMES = {
    JSON: "JSON",
    BINARY: "binary data",
    STRING: "a string",
    EMBED: "an embed",
    FORMAT: "a format",
    TYPE: "an XML element",
    ANY: "values",
}
CONTENTS: dict[int, tuple[int, Content]] = {
    DELETED: (1, b""),
    JSON: (1, (b"1",)),
    BINARY: (1, b"\x01a"),
    STRING: (1, b"x"),
    EMBED: (1, b"\x04null"),
    FORMAT: (1, b"\x01b\x04true"),
    ANY: (1, (b"~",)),
    DOC: (1, b"\x01gv\x00"),
}


def item(
    clock: int,
    kind: int = STRING,
    *,
    content: Content | None = None,
    at: Id | str | None = None,
    key: str | None = None,
    origin: Id | None = None,
    right: Id | None = None,
) -> Item:
    """An item in a parent, or else between origins."""
    length, usual = CONTENTS.get(kind, (1, ELEMENT))
    content = usual if content is None else content
    if isinstance(content, tuple):
        length = len(content)
    elif kind == STRING:
        length = contents.units(content)
    info = kind | 0x80 * (origin is not None) | 0x40 * (right is not None)
    info |= 0x20 * (key is not None)
    return Item(clock, length, info, origin, right, at, key, content)


def by(client: ClientId, *structs: Struct) -> Update:
    return Update({client: structs})


def deleting(client: ClientId, start: int, end: int) -> Update:
    return Update({}, {client: ((start, end),)})


PARAGRAPH = by(
    A,
    item(0, TYPE, at="default"),
    item(1, TYPE, content=LEAF, at=(A, 0)),
    item(2, content=b"hello", at=(A, 1)),
)


def opened(*updates: Update) -> Ledger:
    """A ledger that took these, wholly."""
    ledger = Ledger()
    for update in (PARAGRAPH, *updates):
        assert ledger.admit(update) == Admission(update)
    return ledger


def refusal(ledger: Ledger, update: Update) -> str:
    """Why a ledger refuses an update, which it does not otherwise notice."""
    before = ledger.encode()
    with pytest.raises(Refused) as caught:
        ledger.admit(parse(encode(update)))
    assert ledger.encode() == before
    return caught.value.reason


def test_typing_is_admitted() -> None:
    ledger = opened()
    typed = by(B, item(0, content=b"!", origin=(A, 6)))
    admission = ledger.admit(typed)
    assert admission == Admission(typed)
    assert admission.clients == {B}
    assert ledger.state_vector() == {A: 7, B: 1}


def test_a_repetition_adds_nothing() -> None:
    ledger = opened(deleting(A, 2, 4))
    again = merge([PARAGRAPH, deleting(A, 2, 4)])
    assert ledger.admit(again) == Admission(EMPTY)


def test_only_the_new_part_is_taken() -> None:
    ledger = opened(deleting(A, 3, 4))
    longer = item(2, content=b"hello world", at=(A, 1))
    resent = Update({A: (GC(0, 2), longer)}, {A: ((2, 5),)})
    admission = ledger.admit(resent)
    rest = Item(7, 6, 0x84, (A, 6), None, None, None, b" world")
    assert admission.update == Update({A: (rest,)}, {A: ((2, 3), (4, 5))})


def test_what_depends_on_something_unknown_lacks() -> None:
    ledger = opened()
    before = ledger.encode()
    for update in (
        by(B, item(0, origin=(C, 0))),
        by(B, item(0, right=(A, 7))),
        by(B, item(0, at=(C, 5))),
        by(B, item(3, origin=(A, 6))),
        deleting(A, 5, 8),
        deleting(C, 0, 1),
    ):
        assert ledger.admit(update) == Admission(EMPTY, lacks=True)
        assert ledger.encode() == before


def test_the_largest_closed_part_is_taken_on_request() -> None:
    ledger = opened()
    good, bad = item(0, origin=(A, 6)), item(1, origin=(C, 0))
    update = Update({B: (good, bad)}, {A: ((5, 9),), C: ((0, 1),)})
    admission = ledger.admit(update, partial=True)
    assert admission == Admission(Update({B: (good,)}, {A: ((5, 7),)}), lacks=True)
    assert ledger.state_vector() == {A: 7, B: 1}


def test_clients_may_refer_to_each_other_within_one_update() -> None:
    ledger = opened()
    update = Update(
        {
            A: (item(7, origin=(B, 0)), item(8, origin=(C, 1))),
            B: (item(0, origin=(A, 6)), item(1, origin=(C, 0))),
            C: (item(0, origin=(A, 7)), item(1, origin=(B, 1))),
        }
    )
    assert ledger.admit(update) == Admission(update)


def test_a_ring_of_references_lacks() -> None:
    ring = Update({B: (item(0, origin=(C, 0)),), C: (item(0, origin=(B, 0)),)})
    assert opened().admit(ring) == Admission(EMPTY, lacks=True)


@pytest.mark.parametrize("name", ["origin", "right", "at"])
def test_own_references_point_backwards(name: str) -> None:
    own = {"origin": item(0, origin=(B, 0)), "right": item(0, right=(B, 1))}
    update = by(B, own.get(name, item(0, at=(B, 0))))
    assert refusal(opened(), update) == "a reference into its own future"


def test_a_parent_is_a_type() -> None:
    update = by(B, item(0, at=(A, 2)))
    assert refusal(opened(), update) == "a parent that is no type"


def test_no_document_lives_in_a_document() -> None:
    for at in ("default", "meta", (A, 0)):
        update = by(B, item(0, DOC, at=at))
        assert refusal(opened(), update) == "a document inside a document"


@pytest.mark.parametrize("kind", [JSON, BINARY, STRING, EMBED, FORMAT, ANY])
def test_only_types_live_among_elements(kind: int) -> None:
    for at in ("default", (A, 0)):
        update = by(B, item(0, kind, at=at))
        assert refusal(opened(), update) == f"{NAMES[kind]} among elements"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x00", "an array"),
        (b"\x01", "a map"),
        (b"\x02", "a text"),
        (b"\x04", "an XML fragment"),
        (b"\x05\x01h", "an XML hook"),
    ],
)
def test_only_elements_and_texts_live_in_elements(content: bytes, name: str) -> None:
    for at in ("default", (A, 0)):
        update = by(B, item(0, TYPE, content=content, at=at))
        assert refusal(opened(), update) == f"{name} among elements"


def test_no_text_lives_in_the_root() -> None:
    update = by(B, item(0, TYPE, content=LEAF, at="default"))
    assert refusal(opened(), update) == "an XML text among elements"
    beside = by(B, item(0, TYPE, content=LEAF, origin=(A, 0)))
    assert refusal(opened(), beside) == "an XML text among elements"


@pytest.mark.parametrize("kind", [JSON, BINARY, EMBED, ANY, TYPE])
def test_only_text_lives_in_texts(kind: int) -> None:
    for update in (by(B, item(0, kind, at=(A, 1))), by(B, item(0, kind, right=(A, 3)))):
        assert refusal(opened(), update) == f"{NAMES[kind]} in a text"


def test_attributes_hold_values() -> None:
    for at in ((A, 0), (A, 1)):
        for kind in (JSON, BINARY, ANY, DELETED):
            opened(by(B, item(0, kind, at=at, key="k")))
        for kind in (STRING, EMBED, FORMAT, TYPE):
            update = by(B, item(0, kind, at=at, key="k"))
            assert refusal(opened(), update) == f"{NAMES[kind]} as a map entry"
    update = by(B, item(0, ANY, at="default", key="k"))
    assert refusal(opened(), update) == "an attribute of the whole document"


def test_other_roots_are_free() -> None:
    for kind in (JSON, BINARY, STRING, EMBED, FORMAT, ANY, TYPE):
        opened(by(B, item(0, kind, at="other")))
    opened(
        by(B, item(0, TYPE, content=LEAF, at="x"), item(1, ANY, at=(B, 0))),
        by(C, item(0, TYPE, at="x", key="k"), item(1, STRING, at=(C, 0))),
    )
    for kind in (STRING, EMBED, FORMAT):
        update = by(B, item(0, kind, at="other", key="k"))
        assert refusal(opened(), update) == f"{NAMES[kind]} as a map entry"


def test_long_map_entries_become_single_ones() -> None:
    ledger = opened()
    values = (b"~", b"x", b"y")
    admission = ledger.admit(by(B, item(0, ANY, content=values, at=(A, 0), key="k")))
    first, second, third = admission.update.structs[B]
    assert first == item(0, ANY, content=(b"~",), at=(A, 0), key="k")
    assert (second.clock, second.length, third.clock) == (1, 1, 2)
    inherited = by(C, item(0, ANY, content=values, origin=(B, 2)))
    assert [s.length for s in ledger.admit(inherited).update.structs[C]] == [1, 1, 1]
    listed = by(C, item(3, ANY, content=values, at="list"))
    assert ledger.admit(listed).update == listed


def test_long_map_entries_are_bounded() -> None:
    def entry(count: int) -> Update:
        return by(B, item(0, ANY, content=(b"~",) * count, at=(A, 0), key="k"))

    assert len(opened().admit(entry(1_000)).update.structs[B]) == 1_000
    assert refusal(opened(), entry(1_001)) == "too many values for one map entry"
    opened(by(B, item(0, ANY, content=(b"~",) * 1_001, at="list")))


def test_long_deleted_map_entries_stay_as_they_are() -> None:
    entry = Item(0, 2**32 - 1, 0x21, None, None, (A, 0), "k", b"")
    assert opened().admit(by(B, entry)).update == by(B, entry)


def nested(depth: int, *, root: str) -> list[Update]:
    """Elements, each in the last; one to an update."""
    first = by(B, item(0, TYPE, at=root))
    return [first, *(by(B, item(n, TYPE, at=(B, n - 1))) for n in range(1, depth))]


@pytest.mark.parametrize("root", ["default", "other"])
def test_types_nest_a_hundred_times_at_most(root: str) -> None:
    ledger = opened(*nested(100, root=root))
    for deeper in (
        by(B, item(100, TYPE, at=(B, 99))),
        by(B, item(100, TYPE, content=LEAF, at=(B, 99))),
        by(B, item(100, TYPE, origin=(B, 0)), item(101, TYPE, at=(B, 99))),
    ):
        assert refusal(ledger, deeper) == "nested too deep"
    assert not ledger.admit(by(B, item(100, TYPE, origin=(B, 99)))).update.empty


def test_nesting_by_inheritance_counts_too() -> None:
    ledger = opened(*nested(99, root="default"))
    ledger.admit(by(B, item(99, TYPE, at=(B, 98))))
    ledger.admit(by(C, item(0, TYPE, right=(B, 99))))
    update = by(C, item(1, TYPE, at=(C, 0)))
    assert refusal(ledger, update) == "nested too deep"


def test_what_hangs_on_a_forgotten_id_is_forgotten() -> None:
    ledger = opened(by(B, GC(0, 3)))
    for struct in (
        item(0, origin=(B, 1)),
        item(0, right=(B, 1)),
        item(0, origin=(A, 3), right=(B, 1)),
        item(0, TYPE, at=(B, 2)),
        item(0, ANY, at=(B, 2), key="k"),
    ):
        admission = ledger.admit(
            by(C, struct, item(1, at=(C, 0)), item(2, ANY, origin=(C, 0)))
        )
        assert not admission.lacks
        assert len(admission.update.structs[C]) == 3
        ledger.retract(admission.update)
    document = by(C, item(0, DOC, origin=(B, 1)))
    assert refusal(ledger, document) == "a document inside a document"


def test_children_of_deleted_content_are_forgotten() -> None:
    """An offline tab deleted what another one was still writing in."""
    ledger = opened(by(B, item(0, DELETED, at="default")))
    opened_child = by(C, item(0, TYPE, content=LEAF, at=(B, 0)), item(1, at=(C, 0)))
    assert ledger.admit(opened_child) == Admission(opened_child)


def test_a_browsers_collected_state_is_admitted() -> None:
    state = Update({A: (item(0, DELETED, at="default"), GC(1, 6))}, {A: ((0, 7),)})
    assert Ledger().admit(state) == Admission(state)


@given(RANDOMS)
def test_honest_logs_are_admitted_whole(random: Random) -> None:
    ledger = Ledger()
    log = World(random).log(12)
    for update in log:
        new = difference(update, ledger.extent)
        assert ledger.admit(update) == Admission(new)
    assert ledger.extent == extent(merge(log))


@given(RANDOMS)
def test_retracting_is_the_inverse_of_admitting(random: Random) -> None:
    world = World(random, mischief=0.1)
    ledger, states, admitted = Ledger(), [Ledger().encode()], []
    for _ in range(10):
        try:
            admission = ledger.admit(world.update(), partial=random.random() < 0.5)
        except Refused:
            assert ledger.encode() == states[-1]
        else:
            admitted.append(admission.update)
            states.append(ledger.encode())
        world.learn(ledger.state_vector())
    whole = Ledger.decode(states[-1])
    assert whole == ledger
    while admitted:
        assert ledger.encode() == states.pop()
        ledger.retract(admitted.pop())
    assert ledger == Ledger()


@given(RANDOMS)
def test_rows_and_snapshots_are_absorbed_alike(random: Random) -> None:
    log = World(random).log(10)
    cut = random.randint(0, len(log))
    rows, snapshot = Ledger(), Ledger()
    for update in log:
        rows.absorb(update)
    snapshot.absorb(squash(merge(log[:cut])))
    snapshot.absorb(merge(log[cut:]))
    assert rows == snapshot == Ledger.decode(rows.encode())
    assert rows.admit(collected(merge(log))) == Admission(EMPTY)


@given(RANDOMS)
def test_a_whole_log_is_admitted_in_any_order_of_clients(random: Random) -> None:
    whole = merge(World(random).log(10))
    shuffled = random.sample(list(whole.structs.items()), len(whole.structs))
    assert Ledger().admit(Update(dict(shuffled), whole.deletes)) == Admission(whole)


@given(RANDOMS)
def test_what_was_left_out_is_taken_once_its_past_is_there(random: Random) -> None:
    log = World(random).log(8)
    late, ledger = log.pop(random.randrange(len(log))), Ledger()
    admitted = [ledger.admit(merge(log), partial=True), ledger.admit(late)]
    admitted.append(ledger.admit(merge(log)))
    assert not admitted[1].lacks
    assert not admitted[2].lacks
    assert ledger.extent == extent(merge([*log, late]))


def test_a_row_that_no_log_can_hold_is_an_error() -> None:
    with pytest.raises(ValueError, match="depends on what the log lacks"):
        Ledger().absorb(by(A, item(0, origin=(B, 0))))


def test_rows_are_absorbed_under_any_rules() -> None:
    row, ledger = by(A, item(0, STRING, at="default")), Ledger()
    assert refusal(Ledger(), row)
    ledger.absorb(row)
    assert ledger.extent.clocks == {A: 1}


@given(st.binary(max_size=40))
def test_damaged_ledgers_are_malformed(payload: bytes) -> None:
    try:
        ledger = Ledger.decode(payload)
    except Malformed:
        return
    assert Ledger.decode(ledger.encode()) == ledger


def test_a_ledger_is_small() -> None:
    ledger = Ledger()
    for update in (
        PARAGRAPH,
        *(by(B, item(n, origin=(B, n - 1) if n else (A, 6))) for n in range(1000)),
    ):
        ledger.admit(update)
    assert len(ledger.encode()) < 30

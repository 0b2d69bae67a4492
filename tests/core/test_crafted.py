"""History that somebody crafted: twice as much of it takes about twice the work.

Work is counted in calls of functions, which no busy machine changes.
"""

import sys
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from documents.history.carries.firsts import Firsts
from documents.history.carries.instances import Instances
from documents.history.carries.lineage import Lineage
from documents.history.carries.tracing import Tracing
from documents.history.carrying import Carry
from documents.history.columns import EMPTY, Columns, grown
from documents.history.laid import Laid
from documents.history.passages import IdRange, Link
from documents.history.runs import LEVEL, Run, column
from documents.yjs.merging import merge, squash
from documents.yjs.updates import ClientId, Id
from tests.core.hands import Hands

ANA, BEN, CLEO = 1, 2, 3
SENTENCE = "What is said at some length."
MORE = 4
"""How many times the work is done."""
ALLOWED = 1.5 * MORE
"""How many times the calls it may take: what looks things up takes its logarithm."""


def calls(hands: Hands) -> int:
    """How many functions are called to find what carries what in a log."""
    laid = Laid(squash(merge(hands.updates)))
    tracing = Tracing(grown(EMPTY, hands.entries), laid, 0)
    counted = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        tracing.go_on()
    finally:
        sys.setprofile(before)
    return counted


def declared(size: int) -> Hands:
    """Each of many entries declares the same ids, laid in letters, as a whole."""
    hands = Hands()
    first = hands.text(ANA, "a" * size, hands.paragraph(ANA))
    hands.row(ANA)
    hands.delete(first, size)
    text = hands.paragraph(BEN)
    letters = [hands.text(BEN, "a", text)]
    for _ in range(size - 1):
        letters.append(hands.text(BEN, "a", text, right=letters[-1]))
    hands.declare(BEN, text, *[(letters[0], size, first)] * size)
    hands.row(BEN)
    return hands


def pasted(size: int) -> Hands:
    """One sentence, cut and pasted as often, to and fro between two texts."""
    hands = Hands()
    texts = [hands.paragraph(ANA), hands.paragraph(ANA)]
    sentence = hands.text(ANA, SENTENCE, texts[0])
    hands.row(ANA)
    for at in range(size):
        hands.delete(sentence, len(SENTENCE))
        hands.row(BEN)
        sentence = hands.text(BEN, SENTENCE, texts[at % 2])
        hands.row(BEN)
    return hands


def copied(size: int) -> Hands:
    """As many texts in a copy of an element, out of which as many elements had gone."""
    hands = Hands()
    lost = hands.element(ANA, None, "default")
    for _ in range(size):
        hands.element(ANA, None, lost)
    hands.row(ANA)
    hands.delete(lost, size + 1)
    hands.row(ANA)
    copy = hands.element(BEN, lost, "default")
    hands.row(BEN)
    for _ in range(size):
        hands.text(BEN, "xy", hands.leaf(BEN, copy))
        hands.row(BEN)
    return hands


def declared_again(size: int) -> Hands:
    """One of two letters is carried ever so often, and the other asked about."""
    hands = Hands()
    first = hands.text(ANA, "ab" * 32, hands.paragraph(ANA))
    hands.row(ANA)
    hands.delete(first, 64)
    hands.row(ANA)
    text = hands.paragraph(BEN)
    hands.row(BEN)
    for _ in range(size):
        hands.declare(BEN, text, (hands.text(BEN, "a", text), 1, first))
        hands.row(BEN)
    for _ in range(size):
        hands.text(CLEO, "ba" * 5, hands.paragraph(CLEO))
        hands.row(CLEO)
    return hands


def beside(size: int) -> Hands:
    """As many texts of one element that lost letters, and as many letters beside."""
    hands = lost_beside(size)
    for _ in range(size):
        hands.text(BEN, "z", hands.leaf(BEN, (ClientId(ANA), 0)))
        hands.row(BEN)
    return hands


def beside_at_once(size: int) -> Hands:
    """The same, all letters in one row, before anybody has heard of what was lost."""
    hands = lost_beside(size)
    for _ in range(size):
        hands.text(BEN, "z", hands.leaf(BEN, (ClientId(ANA), 0)))
    hands.row(BEN, after=10)
    return hands


def lost_beside(size: int) -> Hands:
    hands = Hands()
    element = hands.element(ANA, None, "default")
    hands.row(ANA)
    letters = [hands.text(ANA, "x", hands.leaf(ANA, element)) for _ in range(size)]
    hands.row(ANA)
    for letter in letters:
        hands.delete(letter, 1)
    hands.row(CLEO)
    return hands


SHAPES: list[Callable[[int], Hands]] = [
    declared,
    pasted,
    copied,
    declared_again,
    beside,
    beside_at_once,
]


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_what_was_crafted(shape: Callable[[int], Hands]) -> None:
    few, many = calls(shape(40)), calls(shape(MORE * 40))
    assert many < ALLOWED * few


def chained(size: int) -> Hands:
    """Elements, each laid as a copy before the one that had just gone."""
    hands = Hands()
    last: Id | None = None
    for at in range(size):
        author = (ANA, BEN)[at % 2]
        last = hands.element(author, last, "default")
        hands.text(author, "xy", hands.leaf(author, last))
        hands.row(author)
        hands.delete(last, len("xy") + 2)
        hands.row(ANA)
    return hands


def together(size: int) -> Hands:
    """As many texts of one element in one row, each laid before the one before."""
    hands = Hands()
    element = hands.element(ANA, None, "default")
    hands.row(ANA)
    last: Id | None = None
    for _ in range(size):
        last = hands.leaf(ANA, element, last)
        hands.text(ANA, "xy", last)
    hands.row(ANA)
    return hands


@pytest.mark.parametrize(
    ("owner", "name", "shape"),
    [(Columns, "born", chained), (Lineage, "above", together)],
)
def test_what_is_known_of_a_text_is_looked_up_once(
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    shape: Callable[[int], Hands],
) -> None:
    looked_up, asked = getattr(owner, name), 0

    def counted(*given: object) -> object:
        nonlocal asked
        asked += 1
        return looked_up(*given)

    def lookups(size: int) -> int:
        before = asked
        calls(shape(size))
        return asked - before

    monkeypatch.setattr(owner, name, counted)
    few, many = lookups(40), lookups(MORE * 40)
    assert 0 < many < ALLOWED * few


class Read(tuple[Carry, ...]):
    """Carries that count how often all of them are gone through."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Iterator[Carry]:
        Read.times += 1
        return super().__iter__()


def test_what_was_known_is_copied_once_however_many_links_are_found() -> None:
    ana, ben = ClientId(ANA), ClientId(BEN)
    known = Read([Carry(at, at + 1, ana, at) for at in range(0, 20, 2)])
    firsts = Firsts(Columns(carries={ben: known}))
    firsts.add([Link(ben, at, at + 1, ana, at) for at in range(20, 40, 2)])
    firsts.add([Link(ben, at, at + 1, ana, at) for at in range(40, 60, 2)])
    assert [carry.start for carry in firsts.carries()[ben]] == list(range(0, 60, 2))
    assert known.times == 1


def test_who_carries_what_is_read_only_where_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana, ben = ClientId(ANA), ClientId(BEN)
    columns = Columns(births={ben: column([Run(0, 64_000, LEVEL, 2)])})
    links = [Link(ben, at, at + 10, ana, at) for at in range(0, 64_000, 10)]
    born, asked = Columns.born, 0

    def counted(*given: object) -> object:
        nonlocal asked
        asked += 1
        return born(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Columns, "born", counted)
    instances = Instances(columns, links)
    found = [
        list(instances.of(IdRange(ana, at, at + 5), 1, 3)) for at in (100, 105, 102)
    ]
    assert found == [[links[10]]] * 3
    assert 0 < asked <= 2 * 64

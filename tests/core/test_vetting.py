"""A file from a stranger says what a log may say, or is refused by name."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.custody.records import (
    Binding,
    Bookmark,
    Header,
    Person,
    Record,
    Redacted,
)
from documents.custody.relinking import Relinking
from documents.custody.vetting import LATEST, Unfit, Vetting
from documents.storage.chain import START, Entry, link, linked
from documents.storage.verification import End, Stretch, Walk
from documents.yjs.admission import Ledger
from documents.yjs.updates import encode
from tests.core.worlds import World

DOCUMENT: Final = UUID(int=7)
ANA, BO = Person(3, "ana@example.org", "Ana"), Person(5, "bo@example.org", "Bo")
FORMER = Person(9, "", "")
AUTHORS = (3, 5, 9, None)
LENGTH = 12


def entries(seed: int = 1) -> list[Entry]:
    """An honest log of four authors, one of whom is nobody."""
    world, ledger = World(Random(seed)), Ledger()
    found: list[Entry] = []
    while len(found) < LENGTH:
        update = ledger.admit(world.update(), partial=True).update
        world.learn(ledger.state_vector())
        if not update.empty:
            seq = len(found) + 1
            author = AUTHORS[seq % len(AUTHORS)]
            found.append(Entry(seq, author, 1000 + seq, seq % 5 == 0, encode(update)))
    return found


def file(log: Sequence[Entry], redacted: Sequence[Stretch] = ()) -> list[Record]:
    """The records of a log."""
    walk = Walk(DOCUMENT, redacted)
    for entry in log:
        walk.step(entry)
    assert walk.link is not None
    header = Header(DOCUMENT, "Notes", 1000, 3, "editors", len(log), walk.link)
    return [
        ANA,
        header,
        Binding(1, None),
        BO,
        Binding(8, 5),
        *(Redacted(stretch, 5, 2000) for stretch in redacted),
        FORMER,
        *log,
        Bookmark(2, "Sent", 5, 3000, locked=False),
    ]


def vet(records: Sequence[Record]) -> list[Record]:
    return list(Vetting().vetted(records))


@given(st.integers(0, 10**6))
def test_an_honest_log_passes_and_its_ledger_is_that_of_the_log(seed: int) -> None:
    records = file(entries(seed))
    vetting = Vetting()
    assert list(vetting.vetted(records)) == records
    assert vetting.ledger.extent.clocks


Forgery = Callable[[list[Record]], list[Record]]


def without(index: int) -> Forgery:
    return lambda records: records[:index] + records[index + 1 :]


def with_(index: int, *more: Record) -> Forgery:
    return lambda records: [*records[:index], *more, *records[index:]]


def changed(index: int, **values: object) -> Forgery:
    def forge(records: list[Record]) -> list[Record]:
        one = replace(records[index], **values)  # type: ignore[arg-type]
        return [*records[:index], one, *records[index + 1 :]]

    return forge


def linked_anew(forgery: Callable[[list[Entry]], list[Entry]]) -> Forgery:
    """A forger who computes the chain, so that admission alone is between."""

    def forge(_: list[Record]) -> list[Record]:
        return file(forgery(entries()))

    return forge


def entry(seq: int, **values: object) -> Callable[[list[Entry]], list[Entry]]:
    def forge(log: list[Entry]) -> list[Entry]:
        log[seq - 1] = replace(log[seq - 1], **values)  # type: ignore[arg-type]
        return log

    return forge


WORDS = "04010764656661756c7403616263"
POISON = bytes.fromhex(f"0101ff0100{WORDS}00")
"""Text where the editor has elements: no editor would open it."""
SELF = bytes.fromhex("0101ff010084ff01050361626300")
"""A string that comes after its own future."""
LACKING = bytes.fromhex("0101ff010084fe01030361626300")
STRETCH = Stretch(3, 4, bytes(32), bytes(32))

FORGERIES: dict[str, tuple[Forgery, str]] = {
    "nothing": (lambda _: [], "no document"),
    "only people": (lambda records: records[:1], "no document"),
    "no header": (without(1), "does not begin"),
    "two headers": (lambda records: with_(2, records[1])(records), "two documents"),
    "unknown owner": (changed(1, owner=4), "person 4 is not in the file"),
    "owner introduced late": (without(0), "person 3 is not in the file"),
    "former owner": (changed(0, email=""), "person 3 is not in the file"),
    "long title": (changed(1, title="x" * 201), "too long"),
    "title that Postgres cannot hold": (changed(1, title="a\0"), "no name holds"),
    "created never": (changed(1, created=LATEST + 1), "a time in it is none"),
    "created before time": (changed(1, created=-1), "a time in it is none"),
    "empty log": (changed(1, seq=0), "at least one entry"),
    "person twice": (with_(4, ANA), "in the file twice"),
    "e-mail twice": (with_(4, replace(BO, email=ANA.email)), "in the file twice"),
    "nobody": (changed(0, id=0), "has no id"),
    "long name": (changed(0, name="x" * 81), "too long"),
    "long e-mail": (changed(0, email="x" * 255), "too long"),
    "client twice": (with_(3, Binding(1, 3)), "client 1 is bound twice"),
    "client of nobody known": (changed(2, user=4), "person 4 is not"),
    "client of a former member": (with_(6, Binding(4, 9)), "person 9 is not"),
    "binding among entries": (with_(8, Binding(4, 3)), "out of order"),
    "redaction after entries": (with_(8, Redacted(STRETCH, 3, 1)), "out of order"),
    "redaction past the end": (
        with_(5, Redacted(replace(STRETCH, last=99), 3, 1)),
        "outside the log",
    ),
    "redaction of nothing": (
        with_(5, Redacted(replace(STRETCH, last=2), 3, 1)),
        "outside the log",
    ),
    "redaction by a former member": (
        with_(6, Redacted(STRETCH, 9, 1)),
        "person 9 is not",
    ),
    "redaction that hides a change": (
        with_(5, Redacted(STRETCH, 5, 1)),
        "broken at entry 3 or before it: the redaction does not follow",
    ),
    "unknown author": (without(5), "entry 2: its author is not in the file"),
    "time": (changed(9, at=-1), "a time in it is none"),
    "author": (changed(9, author=5), "broken at entry 12 or before it: the head has"),
    "recovered": (changed(9, recovered=True), "broken at entry 12"),
    "missing entry": (without(9), "broken at entry 4 or before it: it is missing"),
    "missing last": (without(17), "broken at entry 12 or before it: it is missing"),
    "no update": (linked_anew(entry(4, payload=b"\1")), "entry 4: .* at byte 0"),
    "poison": (linked_anew(entry(4, payload=POISON)), "entry 4: .* among elements"),
    "own future": (linked_anew(entry(4, payload=SELF)), "entry 4: a reference into"),
    "lacking": (linked_anew(entry(4, payload=LACKING)), "entry 4: it refers to what"),
    "repeated": (
        linked_anew(lambda log: [*log, replace(log[0], seq=LENGTH + 1)]),
        "entry 13: it is not as a server stores it",
    ),
    "bookmark past the head": (changed(-1, seq=13), "a bookmark lies past the head"),
    "bookmark of a former member": (changed(-1, by=9), "person 9 is not"),
    "long bookmark": (changed(-1, name="x" * 201), "too long"),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_what_no_log_says_is_refused(how: str) -> None:
    forgery, named = FORGERIES[how]
    records = forgery(file(entries()))
    with pytest.raises(Unfit, match=named):
        vet(records)


def ends(log: Sequence[Entry], first: int, last: int) -> Stretch:
    links = [START]
    for one in log:
        links.append(link(links[-1], DOCUMENT, one))
    return Stretch(first, last, links[first - 1], links[last])


def test_a_redacted_log_passes() -> None:
    log = entries()
    vet(file(log, [ends(log, 3, 5), ends(log, 6, 6), ends(log, 12, 12)]))


# The chain elsewhere


def relinked(
    log: Sequence[Entry], redacted: Sequence[Stretch], ids: dict[int, int]
) -> tuple[Relinking, list[bytes | None]]:
    relinking = Relinking(DOCUMENT)
    for stretch in redacted:
        relinking.expect(stretch)
    links = [
        relinking.step(one, None if one.author is None else ids[one.author])
        for one in log
    ]
    return relinking, links


def test_where_ids_are_the_same_every_link_is() -> None:
    log = entries()
    redacted = [ends(log, 3, 5), ends(log, 12, 12)]
    rewritten = [replace(one, at=7) if one.seq in {4, 12} else one for one in log]
    relinking, links = relinked(rewritten, redacted, {3: 3, 5: 5, 9: 9})
    assert relinking.end == linked(START, DOCUMENT, log)
    assert relinking.rewritten == redacted
    assert [seq for seq, one in enumerate(links, 1) if one is None] == [3, 4, 5, 12]
    assert links[5] == linked(START, DOCUMENT, log[:6])


@pytest.mark.parametrize(("other", "kept"), [(3, 1), (5, 0), (9, 0)])
def test_where_an_id_is_another_the_chain_is_that_of_what_lies_there(
    other: int, kept: int
) -> None:
    log = entries()
    # The first entry of 5 is entry 1, that of 9 entry 2, that of 3 entry 4.
    redacted = [ends(log, 2, 2), ends(log, 6, 8)]
    if other == 3:
        redacted[0] = ends(log, 1, 2)
    ids = {3: 3, 5: 5, 9: 9} | {other: 77}
    relinking, _ = relinked(log, redacted, ids)
    assert sum(a == b for a, b in zip(relinking.rewritten, redacted, strict=True)) == (
        kept
    )
    here = [replace(one, author=ids.get(one.author or 0)) for one in log]
    walk = Walk(DOCUMENT, relinking.rewritten)
    for one in here:
        walk.step(one)
    walk.end(End(LENGTH, relinking.end))
    assert relinking.end != linked(START, DOCUMENT, log)

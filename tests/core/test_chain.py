"""The chain: every fact of an entry, and its order, changes all links after it."""

from dataclasses import replace
from uuid import UUID

import pytest

from documents.storage.chain import START, Entry, link, linked

DOCUMENT = UUID(int=7)
FIRST = Entry(1, 3, 1_700_000_000_123, recovered=False, payload=b"one")
SECOND = Entry(2, 4, 1_700_000_000_456, recovered=False, payload=b"two")


def test_a_link_is_what_it_was_when_the_format_was_made() -> None:
    known = "17cbfd1594ab725b91e7c878"
    assert link(START, DOCUMENT, FIRST).hex().startswith(known)


def test_links_follow_one_another() -> None:
    first = link(START, DOCUMENT, FIRST)
    assert linked(START, DOCUMENT, [FIRST, SECOND]) == link(first, DOCUMENT, SECOND)
    assert linked(START, DOCUMENT, []) == START


@pytest.mark.parametrize(
    "changed",
    [
        replace(FIRST, seq=2),
        replace(FIRST, author=4),
        replace(FIRST, author=None),
        replace(FIRST, at=FIRST.at + 1),
        replace(FIRST, recovered=True),
        replace(FIRST, payload=b"One"),
    ],
)
def test_every_fact_counts(changed: Entry) -> None:
    assert link(START, DOCUMENT, changed) != link(START, DOCUMENT, FIRST)
    assert linked(START, DOCUMENT, [changed, SECOND]) != linked(
        START, DOCUMENT, [FIRST, SECOND]
    )


def test_the_document_and_the_order_count() -> None:
    assert link(START, UUID(int=8), FIRST) != link(START, DOCUMENT, FIRST)
    assert linked(START, DOCUMENT, [SECOND, FIRST]) != linked(
        START, DOCUMENT, [FIRST, SECOND]
    )

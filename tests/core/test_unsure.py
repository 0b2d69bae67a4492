"""What a browser that declares all cannot tell, it names as from itself."""

import pytest

from documents.yjs.updates import ClientId, Id
from tests.core.test_claims import ANA, BEN, authors, step, written


@pytest.mark.parametrize("unsure", [True, False])
def test_what_is_named_as_from_itself_is_asked_of_its_place(unsure: bool) -> None:
    hands, text, first = written("hello world")
    hands.text(BEN, "!", text, step(first, 10))
    hands.declare(BEN, text)
    hands.row(BEN)
    hands.delete(step(first, 5), 6)
    tail = hands.paragraph(BEN, (ClientId(ANA), 0))
    again = hands.text(BEN, " world", tail)
    claims = [named(again, 6)] if unsure else []
    hands.declare(BEN, tail, *claims)
    hands.row(BEN)
    found = dict(authors(hands))
    assert found["hello"] == ANA
    assert found[" world"] == (ANA if unsure else BEN)


def named(first: Id, length: int) -> tuple[Id, int, Id]:
    return first, length, first

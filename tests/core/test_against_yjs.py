"""Merging, squashing and admission against yjs, over random histories."""

from collections.abc import Callable

import pytest

from documents.yjs import contents
from documents.yjs.merging import squash
from documents.yjs.updates import GC, Item, encode, parse
from tests.core.differential import CHECKS, STEPS
from tests.core.test_merging import embraced
from tests.core.yjs import History, Judge, random_histories

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def made(histories: int, first_seed: int) -> list[History]:
    """Histories with their seeds, which a failing assertion shows."""
    return list(random_histories(first_seed, histories, STEPS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_histories(
    check: Callable[[History, Judge], None], made: list[History], judge: Judge
) -> None:
    for history in made:
        check(history, judge)


def test_what_an_item_has_on_both_sides_stays_before_it(judge: Judge) -> None:
    update = embraced()
    for gc in (True, False):
        squashed = judge.state([encode(squash(update))], gc=gc)
        assert squashed == judge.state([encode(update)], gc=gc)
    assert "abhi" in str(squashed["visible"])


def test_histories_hold_all_that_people_do(made: list[History]) -> None:
    updates = [parse(row) for history in made for row in history.rows]
    structs = [
        s for update in updates for many in update.structs.values() for s in many
    ]
    items = [struct for struct in structs if isinstance(struct, Item)]
    assert any(isinstance(struct, GC) for struct in structs)
    assert {item.kind for item in items} == {
        contents.DELETED,
        contents.BINARY,
        contents.STRING,
        contents.EMBED,
        contents.FORMAT,
        contents.TYPE,
        contents.ANY,
    }
    held = [item.content for item in items]
    for name in (b"bulletList", b"listItem", b"table", b"tableCell", b"heading"):
        assert bytes([contents.XML_ELEMENT, len(name)]) + name in held
    texts = b"".join([content for content in held if isinstance(content, bytes)])
    assert "😀".encode() in texts
    assert "\ufffd".encode() in texts

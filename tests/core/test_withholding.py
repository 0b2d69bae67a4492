"""What those get who may not see a history: the text that is there, and no other."""

from random import Random

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents.history.withholding import withheld, withheld_part
from documents.yjs.extents import extent
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Update, encode, parse
from tests.core.yjs import Judge, random_histories


def test_nothing_of_what_was_deleted_is_left() -> None:
    doc: Doc[XmlFragment] = Doc(skip_gc=True)
    doc["default"] = root = XmlFragment()
    texts: list[XmlText] = []
    for words in ("there, secret, still", "hidden paragraph"):
        paragraph = root.children.append(XmlElement("paragraph"))
        texts.append(paragraph.children.append(XmlText(words)))
    del texts[0][5:13]
    del root.children[1]
    state = doc.get_update()
    assert b"secret" in state
    found = withheld(state)
    assert b"secret" not in found
    assert b"hidden" not in found
    assert b"there" in found
    assert b" still" in found


def test_what_was_written_into_a_deleted_paragraph_is_withheld_too() -> None:
    ana: Doc[XmlFragment] = Doc()
    ana["default"] = root = XmlFragment()
    paragraph = root.children.append(XmlElement("paragraph"))
    words = paragraph.children.append(XmlText("a"))
    bo: Doc[XmlFragment] = Doc()
    bo["default"] = other = XmlFragment()
    first = ana.get_update()
    bo.apply_update(first)
    before = ana.get_state()
    words.insert(1, "concurrent")
    written = ana.get_update(before)
    del other.children[0]
    deleted = bo.get_update(before)
    rows = [parse(row) for row in (first, deleted, written)]
    whole = squash(merge(rows))
    assert b"concurrent" in encode(whole)
    assert b"concurrent" not in withheld(encode(whole))


@pytest.mark.node
def test_yjs_shows_the_same(histories: int, first_seed: int, judge: Judge) -> None:
    for history in random_histories(first_seed, histories, 80):
        whole = encode(squash(merge([parse(row) for row in history.rows])))
        found = withheld(whole)
        shown, expected = (judge.state([state], gc=True) for state in (found, whole))
        assert shown == expected, history.seed
        assert extent(parse(found)) == extent(parse(whole))
        assert withheld(found) == found


@pytest.mark.node
def test_yjs_goes_on_from_any_row(
    histories: int, first_seed: int, judge: Judge
) -> None:
    for history in random_histories(first_seed, histories, 80):
        random = Random(history.seed)
        log = [parse(row) for row in history.rows]
        cut = random.randint(1, len(log) - 1)
        before, later = (encode(merge(part)) for part in (log[:cut], log[cut:]))
        expected = judge.state([before, later], gc=True)
        known = withheld(encode(squash(parse(before))))
        shown = judge.state([known, withheld_part(later)], gc=True)
        assert shown == expected, (history.seed, cut)


def test_nothing_is_withheld_of_nothing() -> None:
    assert parse(withheld(encode(Update()))) == Update()

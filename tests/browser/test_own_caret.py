"""One's own caret goes where one moves it, and can be seen there."""

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Notes, People
from tests.browser.people import FOCUS, Desk, Person

pytestmark = pytest.mark.browser

LETTERS: Final = "abcdefghij " * 20
PRESSES: Final = 200
ACTS: Final = {
    "moves": "getSelection().modify('move', n & 16 ? 'left' : 'right', 'character')",
    "types": "document.execCommand('insertText', false, 'x')",
}
OFTEN: Final = "() => {{ let n = 0; setInterval(() => {{ n++; {} }}, 8) }}"
AT: Final = """text => {
  const { anchorNode, anchorOffset } = getSelection()
  const range = document.createRange()
  range.setStart(text, 0)
  range.setEnd(anchorNode, anchorOffset)
  const before = range.cloneContents()
  for (const caret of before.querySelectorAll('.caret')) caret.remove()
  return before.textContent.replaceAll('\\u2060', '').length
}"""
"""How many letters stand before one's own caret."""


@pytest.mark.parametrize("act", ACTS)
def test_no_press_of_an_arrow_is_lost(
    ana: Person, bo: Person, notes: Notes, act: str
) -> None:
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.insert_text(LETTERS)
    desk.page.keyboard.press("Enter")
    desk.saved()
    other = bo.sit_down(document)
    other.write("Mine. ")
    expect(desk.carets).to_have_count(1)
    other.page.evaluate(OFTEN.format(ACTS[act]))
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.press("Control+Home")
    for _ in range(PRESSES):
        desk.page.keyboard.press("ArrowRight")
    assert desk.editor.evaluate(AT) == PRESSES


def test_a_key_acts_where_the_key_before_it_led(ana: Person, notes: Notes) -> None:
    desk: Desk = ana.sit_down(notes(ana))
    desk.write("ab" * 40)
    for _ in range(40):
        desk.page.keyboard.press("ArrowLeft")
        desk.page.keyboard.press("Shift+Enter")
        desk.page.keyboard.press("ArrowLeft")
        desk.page.keyboard.press("ArrowLeft")
    lines = desk.editor.evaluate("text => text.innerText.trim().split('\\n')")
    assert lines == ["a", *["ba"] * 39, "b"]


UNCOVERED: Final = """() => {
  const { anchorNode } = getSelection()
  const line = anchorNode.nodeType === 3 ? anchorNode.parentElement : anchorNode
  const { top, bottom } = line.getBoundingClientRect()
  const edge = document.querySelector('#toolbar').getBoundingClientRect().bottom
  return top >= edge && bottom <= innerHeight
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_caret_is_never_below_the_toolbar(
    people: People, notes: Notes, width: int
) -> None:
    ana = people("Ana Ferreira", viewport={"width": width, "height": 500})
    desk = ana.sit_down(notes(ana))
    desk.editor.evaluate(FOCUS)
    for line in range(30):
        desk.page.keyboard.type(f"{line}")
        desk.page.keyboard.press("Enter")
        assert desk.page.evaluate(UNCOVERED)
    for _ in range(25):
        desk.page.keyboard.press("ArrowUp")
        desk.page.wait_for_function(UNCOVERED)
    desk.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate(UNCOVERED)


def test_who_scrolls_the_caret_away_is_not_scrolled_back(
    people: People, notes: Notes
) -> None:
    ana = people("Ana Ferreira", viewport={"width": 1280, "height": 500})
    bo = people("Bo Lindqvist")
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.type("one")
    for _ in range(30):
        desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Control+Home")
    desk.saved().page.evaluate("scrollTo(0, 120)")
    bo.sit_down(document).write("Mine.")
    desk.shows("Mine.")
    assert desk.page.evaluate("scrollY") == 120

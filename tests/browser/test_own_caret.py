"""One's own caret goes where one moves it, whatever the others do meanwhile."""

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Notes
from tests.browser.people import FOCUS, Desk, Person

pytestmark = pytest.mark.browser

LETTERS: Final = "abcdefghij " * 30
PRESSES: Final = 300
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

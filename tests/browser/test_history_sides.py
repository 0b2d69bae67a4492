"""Two moments side by side: what is in both stands at the same height."""

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import FOCUS, Person
from tests.browser.test_pages import judged

if TYPE_CHECKING:
    from tests.browser.conftest import Notes

pytestmark = pytest.mark.browser

LINES: Final = ("The bridge is old.", "The road is new.", "Nobody walks.", "Some ride.")
LONG: Final = (
    "It was built when nobody thought of cars, and it shows in every stone. " * 8
)
NEAR: Final = 1
"""Pixels."""
TOP: Final = "line => line.getBoundingClientRect().top"

BEHIND: Final = """(editor, words) => {
  const line = [...editor.querySelectorAll('p')].find(one => one.textContent === words)
  getSelection().collapse(line.firstChild, words.length)
  return new Promise(requestAnimationFrame)
}"""
"""Lets the caret stand at the end of a line."""


@pytest.fixture
def page(ana: Person, notes: "Notes") -> Page:
    """Let Ana write lines, and then a long one behind the first."""
    document = notes(ana)
    desk = ana.sit_down(document)
    desk.editor.evaluate(FOCUS)
    for at, line in enumerate(LINES):
        if at:
            desk.page.keyboard.press("Enter")
        desk.page.keyboard.insert_text(line)
    desk.saved()
    before = ana.head(document)
    desk.editor.evaluate(BEHIND, LINES[0])
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.insert_text(LONG)
    desk.saved()
    desk.page.close()
    path = f"/documents/{document}/history/?from={before}&view=sides"
    return ana.window(path)


def test_what_is_in_both_stands_at_the_same_height(page: Page) -> None:
    _are_level(page)
    judged(page)
    before, after = _sheets(page)
    expect(before).not_to_contain_text("nobody thought of cars")
    new = after.get_by_text("nobody thought of cars")
    tall = new.evaluate("line => line.getBoundingClientRect().height")
    assert _top(before, LINES[1]) - _top(before, LINES[0]) > tall
    width = "sheet => sheet.getBoundingClientRect().width"
    assert before.evaluate(width) == after.evaluate(width)


def test_it_still_does_where_the_window_is_another_one(page: Page) -> None:
    _are_level(page)
    page.set_viewport_size({"width": 1000, "height": 800})
    _are_level(page)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("#past-sheets .past")).to_have_count(1)
    expect(page.locator(".past-bar")).to_contain_text("needs a wider window")
    page.set_viewport_size({"width": 1280, "height": 800})
    _are_level(page)


def _sheets(page: Page) -> tuple[Locator, Locator]:
    """Give the older and the newer text."""
    sheets = page.locator("#past-sheets .past")
    expect(sheets).to_have_count(2)
    return sheets.first, sheets.last


def _top(sheet: Locator, words: str) -> float:
    return float(sheet.get_by_text(words, exact=True).evaluate(TOP))


def _are_level(page: Page) -> None:
    """Wait until every line that is in both texts is where it is in the other."""
    _sheets(page)
    page.wait_for_function(LEVEL, arg=[list(LINES), NEAR])


LEVEL: Final = """([lines, near]) => {
  const sheets = [...document.querySelectorAll('#past-sheets .past')]
  const top = (sheet, words) =>
    [...sheet.querySelectorAll('p')].find(one => one.textContent === words)
      ?.getBoundingClientRect().top
  return sheets.length === 2 && lines.every(words => {
    const [left, right] = sheets.map(sheet => top(sheet, words))
    return Math.abs(left - right) <= near
  })
}"""

"""A drag through the past of a long text: what the window shows follows at once."""

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from tests.browser.past import Past, opened
from tests.browser.people import Person

if TYPE_CHECKING:
    from tests.browser.conftest import Notes

pytestmark = pytest.mark.browser

LINES: Final = 300
MIDDLE: Final = f"Line {LINES // 2} "
LAST: Final = f"Line {LINES - 1} "

PASTE: Final = """(editor, lines) => {
  const clipboardData = new DataTransfer()
  const said = line => `<p>Line ${line} of a text that is longer than the window.</p>`
  const html = Array.from({ length: lines }, (_, line) => said(line)).join('')
  clipboardData.setData('text/html', html)
  editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
}"""
DRAG: Final = """async (handle, [seq, words]) => {
  handle.value = seq
  handle.dispatchEvent(new Event('input', { bubbles: true }))
  await new Promise(requestAnimationFrame)
  const cover = document.querySelector('.past-passing')
  const lines = [...cover.querySelectorAll('p')]
  const line = lines.find(one => one.textContent.includes(words))
  return {
    lines: lines.length,
    bold: cover.querySelectorAll('strong').length,
    top: line?.getBoundingClientRect().top ?? null,
  }
}"""
"""What is shown in the frame after the handle was moved, and where a line of it is."""
NEAR: Final = 6
"""Pixels: bold letters stand a little otherwise in their line, which has 29."""
TOP: Final = "line => line.getBoundingClientRect().top"


@pytest.fixture
def past(ana: Person, notes: "Notes") -> Past:
    """Let Ana paste a long text, and then make all of it bold."""
    desk = ana.sit_down(notes(ana))
    desk.editor.focus()
    desk.editor.evaluate(PASTE, LINES)
    desk.shows(LAST)
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.press("Control+b")
    desk.saved()
    return opened(desk)


def test_a_drag_shows_at_once_what_the_window_holds(past: Past) -> None:
    for seq, bold in _back_and_forth(past):
        shown = past.slider.evaluate(DRAG, [seq, "Line 0 "])
        assert 20 < shown["lines"] < LINES / 2
        assert bool(shown["bold"]) is bold
    _is_at_rest(past, bold=True)


def test_the_line_that_is_read_stays_where_it_is(past: Past) -> None:
    line = past.text.get_by_text(MIDDLE)
    line.scroll_into_view_if_needed()
    top = line.evaluate(TOP)
    for seq, _ in _back_and_forth(past):
        shown = past.slider.evaluate(DRAG, [seq, MIDDLE])
        assert shown["top"] == pytest.approx(top, abs=NEAR)
    _is_at_rest(past, bold=True)
    assert line.evaluate(TOP) == pytest.approx(top, abs=NEAR)


def _back_and_forth(past: Past) -> list[tuple[int, bool]]:
    """Give rows to go to, and whether the text is bold after them."""
    head = int(past.slider.get_attribute("max") or 0)
    return [(head - 1, False), (head, True), (head - 1, False), (head, True)]


def _is_at_rest(past: Past, *, bold: bool) -> None:
    """Wait until the whole text is there."""
    expect(past.page.locator(".past-passing")).to_have_count(0)
    expect(past.text.locator("p")).to_have_count(LINES)
    expect(past.text.locator("strong")).to_have_count(LINES if bold else 0)

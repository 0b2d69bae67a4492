"""Rich text by Markdown, by the toolbar, and without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Notes, People
from tests.browser.people import Desk

pytestmark = pytest.mark.browser

SHORTCUTS = [
    ("# Title", "h1", "Title"),
    ("## Part", "h2", "Part"),
    ("- first", "ul > li", "first"),
    ("1. one", "ol > li", "one"),
    ("[ ] to do", "ul[data-type=taskList] > li", "to do"),
    ("> said", "blockquote", "said"),
    ("``` code", "pre code", "code"),
    ("some **bold** words", "strong", "bold"),
    ("some *slanted* words", "em", "slanted"),
    ("some ~~wrong~~ words", "s", "wrong"),
    ("some `short code` words", "p code", "short code"),
]
BUTTONS = [
    ("H3: Heading 3", "h3"),
    ("Bulleted list", "ul > li"),
    ("Numbered list", "ol > li"),
    ("Task list", "ul[data-type=taskList] > li"),
    ("Quote", "blockquote"),
    ("Code block", "pre"),
]

PAINTED = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""
"""The editor hears of a new selection before the next frame is painted."""


@pytest.fixture
def desk(people: People, notes: Notes) -> Desk:
    """Somebody alone at an empty document."""
    ana = people("Ana")
    return ana.sit_down(notes(ana))


def clear(desk: Desk) -> None:
    """Leave one empty paragraph."""
    desk.write("", at="Control+a")
    desk.page.keyboard.press("Delete")
    desk.page.keyboard.press("Control+Alt+0")
    expect(desk.editor.locator("> p")).to_have_count(1)
    desk.reads("")


def test_markdown_becomes_what_it_means(desk: Desk) -> None:
    for typed, place, words in SHORTCUTS:
        clear(desk)
        desk.page.keyboard.type(typed)
        expect(desk.editor.locator(place)).to_contain_text(words)
    desk.saved()


def test_the_toolbar_makes_blocks_and_marks(desk: Desk) -> None:
    for name, place in BUTTONS:
        clear(desk)
        desk.page.keyboard.type("words")
        desk.tool(name).click()
        expect(desk.editor.locator(place)).to_contain_text("words")
        expect(desk.tool(name)).to_have_attribute("aria-pressed", "true")
        desk.tool(name).click()
        expect(desk.editor.locator("> p")).to_contain_text("words")
    desk.tool("Bold").click()
    desk.page.keyboard.type("bold")
    expect(desk.editor.locator("strong")).to_have_text("bold")
    desk.saved()


def test_a_table_grows_and_goes(desk: Desk) -> None:
    desk.tool("Table").click()
    desk.page.keyboard.type("cell")
    expect(desk.editor.locator("th")).to_have_text(["cell", "", ""])
    desk.tool("Add row").click()
    desk.tool("Add column").click()
    expect(desk.editor.locator("tr")).to_have_count(4)
    expect(desk.editor.locator("th")).to_have_count(4)
    desk.tool("Delete table").click()
    expect(desk.editor.locator("table")).to_have_count(0)
    desk.saved()


def test_a_link_leads_to_web_pages_only(desk: Desk) -> None:
    desk.write("see here")
    desk.page.keyboard.press("Control+Shift+ArrowLeft")
    desk.page.evaluate(PAINTED)
    desk.page.keyboard.press("Control+k")
    field = desk.page.get_by_label("Link address")
    expect(field).to_be_focused()
    field.fill("javascript:alert(1)")
    field.press("Enter")
    expect(desk.page.get_by_text("Only web and mail addresses")).to_be_visible()
    field.fill("example.org")
    field.press("Enter")
    link = desk.editor.get_by_role("link", name="here")
    expect(link).to_have_attribute("href", "https://example.org")
    desk.saved()


def test_the_toolbar_is_one_stop_for_the_tab_key(desk: Desk) -> None:
    desk.write("words")
    desk.tool("Text").focus()
    expect(desk.toolbar.locator("button[tabindex='0']")).to_have_count(1)
    desk.page.keyboard.press("ArrowRight")
    expect(desk.tool("H1: Heading 1")).to_be_focused()
    desk.page.keyboard.press("End")
    expect(desk.tool("Comment")).to_be_focused()
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("Enter")
    expect(desk.editor.locator("h1")).to_have_text("words")
    desk.tool("H1: Heading 1").focus()
    desk.page.keyboard.press("Escape")
    expect(desk.editor).to_be_focused()
    desk.tool("Text").focus()
    desk.page.keyboard.press("Tab")
    expect(desk.editor).to_be_focused()

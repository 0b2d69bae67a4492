"""The past of a document: two people write, and one looks at what became of it."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect

from documents import access
from documents.models import Document, Role
from tests.browser.conftest import Aside, Notes, People
from tests.browser.people import FOCUS, Desk, Person
from tests.browser.test_pages import judged

pytestmark = pytest.mark.browser

FIRST = "The committee met on Tuesday."
GONE = "It wants to keep the old bridge."
LAST = "Nobody spoke against it."


class Past:
    """The past, open on somebody's page."""

    def __init__(self, desk: Desk) -> None:
        """Name the places of the page."""
        self.page = desk.page
        self.text = desk.page.locator("#past-sheets .past").last
        self.slider = desk.page.get_by_role("slider", name="Moment")
        self.bar = desk.page.locator(".past-bar")
        self.panel = desk.page.get_by_role("tabpanel")
        self.said = desk.page.locator(".toast")

    def act(self, name: str) -> None:
        """Press a button of the bar."""
        self.bar.get_by_role("button", name=name).click()

    def tab(self, name: str) -> Locator:
        """Turn to a tab of the panel."""
        self.page.get_by_role("tab", name=name).click()
        return self.panel

    def marks(self, kind: str) -> Locator:
        """Give the changes of one kind, each where it can be reached."""
        return self.text.locator(f".{kind}[tabindex]")


def opened(desk: Desk) -> Past:
    """Open the past with the key for it."""
    desk.page.keyboard.press("Alt+h")
    past = Past(desk)
    expect(past.panel).to_be_visible()
    return past


SELECT: Final = """(editor, words) => {
  const { firstChild } = editor.querySelector('p')
  const range = document.createRange()
  range.setStart(firstChild, firstChild.data.indexOf(words))
  range.setEnd(firstChild, firstChild.data.indexOf(words) + words.length)
  getSelection().removeAllRanges()
  getSelection().addRange(range)
  return new Promise(requestAnimationFrame)
}"""


def erase(desk: Desk, words: str) -> None:
    """Delete words of the one paragraph in one edit."""
    desk.editor.evaluate(FOCUS)
    desk.editor.evaluate(SELECT, words)
    desk.page.keyboard.press("Delete")
    desk.saved()


@pytest.fixture
def ana(people: People) -> Person:
    """Who owns the document, and writes in it first."""
    return people("Ana Ferreira")


@pytest.fixture
def bo(people: People) -> Person:
    """Who deletes a sentence of hers, and writes another."""
    return people("Bo Lindqvist")


@dataclass
class Work:
    """A document in which both were at work, and their windows on it."""

    document: UUID
    ana: Desk
    bo: Desk


@pytest.fixture
def work(ana: Person, bo: Person, notes: Notes) -> Work:
    """Let Ana write and go; let Bo delete, write and stay; let Ana come again."""
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    desk.write(f"{FIRST} {GONE}")
    desk.saved().page.close()
    other = bo.sit_down(document)
    erase(other, GONE)
    other.write(LAST)
    other.saved()
    return Work(document, ana.sit_down(document), other)


def test_what_others_did_since_ones_last_visit_names_who_wrote_and_who_deleted(
    work: Work, bo: Person
) -> None:
    desk = work.ana
    news = desk.page.get_by_text("Since your last visit")
    expect(news).to_contain_text("by Bo Lindqvist")
    desk.page.get_by_role("button", name="Step through").click()
    past = Past(desk)
    gone, new = past.marks("deleted"), past.marks("inserted")
    expect(gone).to_be_focused()
    expect(gone).to_have_text(GONE)
    expect(gone).to_have_accessible_name(
        re.compile("^Deleted by Bo Lindqvist, .*; written by Ana Ferreira$")
    )
    expect(gone).to_have_attribute("data-hue", str(bo.user.hue))
    past.act("Next change")
    expect(new).to_be_focused()
    expect(new).to_have_text(LAST)
    expect(new).to_have_accessible_name(re.compile("^Inserted by Bo Lindqvist"))
    expect(past.bar).to_contain_text("Change 2 of 2")
    judged(past.page)
    past.page.keyboard.press("Escape")
    desk.reads(f"{FIRST} {LAST}")
    desk.page.reload()
    desk.ready().saved()
    expect(news).to_have_count(0)


def test_selected_words_say_who_wrote_them(work: Work) -> None:
    past = opened(work.ana)
    past.act("Authors")
    shares = past.panel.get_by_role("list", name="Whose words these are")
    expect(shares.get_by_role("listitem")).to_contain_text(
        ["Ana Ferreira", "Bo Lindqvist"]
    )
    past.text.focus()
    past.page.keyboard.press("ArrowRight")
    told = past.panel.get_by_role("status")
    expect(told).to_contain_text("The")
    expect(told).to_contain_text("Written by Ana Ferreira")
    past.page.keyboard.press("ArrowDown")
    expect(told.get_by_role("listitem")).to_contain_text(
        ["Written by Ana Ferreira", "Written by Bo Lindqvist"]
    )
    judged(past.page)


def test_a_history_is_walked_through_and_played(work: Work, ana: Person) -> None:
    desk = work.ana
    past = opened(desk)
    end = ana.head(work.document)
    expect(past.slider).to_have_attribute(
        "aria-valuetext", re.compile(f"^Bo Lindqvist, .*, change {end} of {end}$")
    )
    past.slider.press("Home")
    expect(past.bar).to_contain_text(f"{end - 1} changes since then")
    expect(past.text).to_have_text("")
    expect(past.page).to_have_url(re.compile("[?]at=1$"))
    past.slider.press("PageUp")
    expect(past.text).to_have_text(f"{FIRST} {LAST}")
    past.slider.press("Home")
    past.page.get_by_label("How fast").select_option("100")
    past.page.get_by_role("button", name="Play").click()
    expect(past.text).to_have_text(f"{FIRST} {LAST}")
    expect(past.page.get_by_role("button", name="Play")).to_be_visible()
    past.page.go_back()
    expect(desk.editor).to_be_visible()
    past.page.go_forward()
    expect(past.panel).to_be_visible()


def test_a_deleted_sentence_is_found_and_put_back(work: Work) -> None:
    desk, other = work.ana, work.bo
    past = opened(desk)
    panel = past.tab("Search")
    panel.get_by_label("Words that are or were in the text").fill(GONE.lower())
    panel.get_by_role("button", name="Search").click()
    expect(panel).to_contain_text("Found 1 time.")
    expect(panel).to_contain_text("Written by Ana Ferreira")
    expect(panel).to_contain_text("Deleted by Bo Lindqvist")
    judged(past.page)
    panel.get_by_role("button", name="Show", exact=True).click()
    expect(past.text).to_contain_text(GONE)
    assert past.page.evaluate("String(getSelection())") == GONE
    panel.get_by_role("button", name="Put back").click()
    other.reads(f"{FIRST} {GONE}{LAST}")
    expect(desk.editor).to_be_focused()
    past.said.get_by_role("button", name="Undo").click()
    other.reads(f"{FIRST} {LAST}")
    desk.saved()


def test_a_moment_a_paragraph_and_a_persons_changes_are_brought_back(
    work: Work,
) -> None:
    desk, other = work.ana, work.bo
    now = f"{FIRST} {LAST}"
    past = opened(desk)
    panel = past.tab("Versions")
    panel.get_by_role("button", name="Ana Ferreira Bo Lindqvist").click()
    panel.get_by_role("button", name=re.compile("^Take back Bo")).click()
    question = past.page.get_by_role("dialog")
    expect(question.locator(".inserted")).to_have_text(GONE)
    expect(question.locator(".deleted")).to_have_text(LAST)
    judged(past.page)
    question.get_by_role("button", name="Take it back").click()
    other.reads(f"{FIRST} {GONE}")
    past.said.get_by_role("button", name="Undo").click()
    other.reads(now)
    past = opened(desk)
    past.slider.press("Home")
    while GONE not in past.text.inner_text():
        past.slider.press("ArrowRight")
        expect(past.bar).to_contain_text("since then")
    past.text.focus()
    past.page.keyboard.press("ArrowDown")
    past.act("Put back the selection")
    other.reads(f"{FIRST} {GONE}")
    past.said.get_by_role("button", name="Undo").click()
    other.reads(now)


def test_all_of_it_by_keyboard(work: Work) -> None:
    desk, other = work.ana, work.bo
    keys = desk.page.keyboard
    desk.editor.focus()
    past = opened(desk)
    expect(past.slider).to_be_focused()
    keys.press("Home")
    expect(past.text).to_have_text("")
    reach(past, "Compare with now", "button")
    keys.press("Enter")
    written = past.marks("inserted")
    expect(written.first).to_be_focused()
    keys.press("Alt+ArrowDown")
    expect(written.last).to_be_focused()
    reach(past, "Versions", "tab")
    keys.press("ArrowRight")
    reach(past, "Words that are or were in the text", "searchbox")
    keys.type("wants to keep")
    keys.press("Enter")
    reach(past, "Put back", "button")
    keys.press("Enter")
    other.shows("wants to keep")
    expect(desk.editor).to_be_focused()
    keys.press("Control+z")
    other.reads(f"{FIRST} {LAST}")
    keys.press("Alt+h")
    expect(past.slider).to_be_focused()
    keys.press("Escape")
    expect(desk.editor).to_be_focused()


def reach(past: Past, name: str, role: str) -> None:
    """Go on with Tab until the focus is where it should be."""
    place = past.page.locator("#past").get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(60):
        if place.evaluate("node => node === document.activeElement"):
            return
        past.page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {name}")


def test_a_moment_has_a_name_that_is_locked(work: Work) -> None:
    past = opened(work.ana)
    panel = past.panel
    panel.get_by_label("Name this moment").fill("Sent to client")
    panel.get_by_role("button", name="Name it").click()
    marks = panel.get_by_role("region", name="Bookmarks")
    expect(marks.get_by_role("button", name="Sent to client")).to_be_visible()
    marks.get_by_role("button", name="Rename").click()
    panel.get_by_label("Name this moment").first.fill("Sent to the client")
    panel.get_by_role("button", name="Rename").click()
    marks.get_by_role("button", name="Lock").click()
    expect(marks.get_by_role("button", name="Rename")).to_be_disabled()
    past.slider.press("Home")
    marks.get_by_role("button", name="Sent to the client").click()
    expect(past.text).to_have_text(f"{FIRST} {LAST}")
    marks.get_by_role("button", name="Unlock").click()
    marks.get_by_role("button", name="Remove").click()
    expect(marks).to_have_count(0)


def test_what_the_owner_removes_for_ever_is_nowhere_any_more(
    work: Work,
) -> None:
    desk, other = work.ana, work.bo
    past = opened(desk)
    panel = past.tab("Search")
    phrase = panel.get_by_label("Words that are or were in the text")
    phrase.fill("committee")
    panel.get_by_role("button", name="Search").click()
    panel.get_by_role("button", name="Show", exact=True).click()
    past.act("Remove for ever…")
    question = past.page.get_by_role("dialog")
    expect(question.get_by_role("blockquote")).to_have_text("committee")
    question.get_by_role("button", name="Remove for ever").click()
    expect(past.said).to_contain_text("The words are gone")
    other.reads(f"The  met on Tuesday. {LAST}")
    expect(past.text).to_have_text(f"The  met on Tuesday. {LAST}")
    panel.get_by_role("button", name="Search").click()
    expect(panel).to_contain_text("These words were never in the text.")
    told = past.tab("Versions").get_by_role("region", name="Removed for ever")
    expect(told).to_contain_text("Words were removed by Ana Ferreira")
    judged(past.page)


def test_readers_see_it_when_the_owner_says_so_and_change_nothing(
    work: Work, people: People, aside: Aside
) -> None:
    eve = people("Eve Marsh")
    document = Document.objects.get(pk=work.document)
    aside(access.grant, document, eve.user, Role.READER)
    reader = eve.visit(document.pk)
    expect(reader.status).to_have_text("Read only")
    expect(reader.page.get_by_role("button", name="History")).to_have_count(0)
    past = opened(work.ana)
    audience = past.panel.get_by_label("Who may see this history")
    with past.page.expect_response(lambda answer: answer.request.method == "PUT"):
        audience.select_option("Everybody who can read")
    reader.page.reload()
    reader.page.get_by_role("button", name="History").click()
    theirs = Past(reader)
    theirs.slider.press("Home")
    expect(theirs.bar).to_contain_text("since then")
    expect(theirs.bar.get_by_role("button", name="Restore")).to_have_count(0)
    expect(theirs.panel.get_by_label("Name this moment")).to_have_count(0)
    expect(theirs.panel.get_by_label("Who may see this history")).to_have_count(0)

"""What one does with the past to the text of now: each act is an ordinary edit."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Notes
from tests.browser.past import FIRST, GONE, LAST, NOW, Past, Work, opened
from tests.browser.people import FOCUS, Desk, Person
from tests.browser.test_pages import judged

pytestmark = pytest.mark.browser

LONG = "Every bridge in the valley is older than the road that leads to it. " * 9


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
    past.undo()
    other.reads(NOW)
    desk.saved()


def test_a_paragraph_and_a_persons_changes_are_brought_back(work: Work) -> None:
    desk, other = work.ana, work.bo
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
    past.undo()
    other.reads(NOW)
    past = opened(desk)
    past.back_to(GONE)
    past.text.focus()
    past.page.keyboard.press("ArrowDown")
    past.act("Put back the selection")
    other.reads(f"{FIRST} {GONE}")
    past.undo()
    other.reads(NOW)


def test_what_the_owner_removes_for_ever_is_nowhere_any_more(work: Work) -> None:
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
    scar = past.text.get_by_role("img", name="Words were removed here for ever")
    expect(scar).to_have_count(0)
    past.back_to(GONE)
    expect(scar).to_be_visible()
    scar.hover()
    expect(past.tip).to_have_text("Words were removed here for ever")
    judged(past.page)


def test_a_whole_moment_is_brought_back_and_undone_beside_it(work: Work) -> None:
    desk, other = work.ana, work.bo
    past = opened(desk)
    past.back_to(GONE)
    past.act("Restore")
    expect(past.said).to_contain_text("is back.")
    for one in (desk, other):
        one.reads(f"{FIRST} {GONE}")
    past.undo()
    for one in (desk, other):
        one.reads(NOW)
    desk.saved()


def test_undo_after_a_restore_leaves_what_others_wrote_meanwhile(work: Work) -> None:
    desk, other = work.ana, work.bo
    past = opened(desk)
    past.back_to(GONE)
    past.act("Restore")
    other.reads(f"{FIRST} {GONE}")
    other.write("No: ", at="Control+Home")
    desk.reads(f"No: {FIRST} {GONE}")
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.press("Control+z")
    for one in (desk, other):
        one.reads(f"No: {NOW}")
    desk.page.keyboard.press("Control+Shift+z")
    for one in (desk, other):
        one.reads(f"No: {FIRST} {GONE}")
    desk.saved().page.reload()
    desk.ready().reads(f"No: {FIRST} {GONE}")


def test_what_does_not_fit_any_more_is_told(ana: Person, notes: Notes) -> None:
    desk = ana.sit_down(notes(ana))
    keyboard = desk.page.keyboard
    desk.write("one")
    keyboard.press("Control+b")
    keyboard.type(" two")
    desk.saved()
    for _ in " two":
        keyboard.press("Backspace")
    keyboard.press("Control+Alt+c")
    desk.saved()
    past = opened(desk)
    past.back_to("one two")
    past.text.focus()
    keyboard.press("ArrowDown")
    past.act("Put back the selection")
    expect(past.said).to_contain_text("Not all of it could be done")
    judged(past.page)
    desk.reads("one two")
    past.undo()
    desk.reads("one")


def test_a_row_of_equal_letters_comes_back_as_it_was(ana: Person, notes: Notes) -> None:
    desk = ana.sit_down(notes(ana))
    desk.editor.evaluate(FOCUS)
    desk.tool("Table").click()
    for cell in ("a", "a", "a", "b", "", "b3"):
        desk.page.keyboard.type(cell)
        desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Shift+Tab")
    desk.saved()
    desk.tool("Delete row").click()
    expect(desk.text).not_to_contain_text("b3")
    desk.saved()
    past = opened(desk)
    past.back_to("b3")
    past.act("Restore")
    expect(desk.text.locator("tr").nth(1)).to_have_text("bb3")
    past = opened(desk)
    for _ in ("restored", "deleted"):
        past.slider.press("ArrowLeft")
    past.act("Compare with now")
    expect(past.bar).to_contain_text("Nothing changed")


def empty(desk: Desk) -> None:
    """Delete all of the text."""
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.press("Delete")


def test_what_vanished_all_at_once_is_brought_back_by_one_button(
    ana: Person, bo: Person, notes: Notes
) -> None:
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.insert_text(LONG)
    desk.saved().page.close()
    other = bo.sit_down(document)
    empty(other)
    other.saved()
    other.write("Mine.")
    other.saved()
    desk = ana.sit_down(document)
    alarm = desk.page.get_by_role("alert")
    expect(alarm).to_contain_text("Most of this document was deleted by Bo Lindqvist")
    judged(desk.page)
    alarm.get_by_role("button", name="Bring it back").click()
    said = Past(desk).said
    expect(said).to_contain_text("What was deleted is back.")
    expect(alarm).to_have_count(0)
    for one in (desk, other):
        one.shows(LONG.strip())
        one.shows("Mine.")
    said.get_by_role("button", name="Undo").click()
    for one in (desk, other):
        one.reads("Mine.")


def test_what_vanishes_before_ones_eyes_is_told_until_it_is_answered(
    ana: Person, bo: Person, notes: Notes
) -> None:
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    desk.editor.evaluate(FOCUS)
    desk.page.keyboard.insert_text(LONG)
    desk.saved()
    other = bo.sit_down(document)
    other.shows(LONG.strip())
    empty(other)
    alarm = desk.page.get_by_role("alert")
    expect(alarm).to_contain_text("Most of this document was deleted by Bo Lindqvist")
    judged(desk.page)
    desk.page.reload()
    expect(alarm).to_contain_text("Most of this document was deleted by Bo Lindqvist")
    with desk.page.expect_response("**/history/visit"):
        alarm.get_by_role("button", name="Leave it so").click()
    with desk.page.expect_response("**/history"):
        desk.page.reload()
    desk.ready().saved()
    expect(alarm).to_have_count(0)

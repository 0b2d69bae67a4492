"""The past of a document: two people wrote, and one looks at what became of it."""

import re

import pytest
from playwright.sync_api import Locator, expect

from documents import access
from documents.models import Document, Role
from tests.browser.conftest import Aside, People
from tests.browser.past import ALONE, FIRST, GONE, LAST, NOW, Past, Work, opened
from tests.browser.people import FOCUS, Person
from tests.browser.test_pages import judged
from tests.waiting import waited

pytestmark = pytest.mark.browser


def test_what_others_did_since_ones_last_visit_names_who_wrote_and_who_deleted(
    written: Work, bo: Person
) -> None:
    desk = written.ana
    news = desk.page.get_by_text("Since your last visit")
    expect(news).to_contain_text("by Bo Lindqvist")
    with desk.page.expect_response("**/history/visit"):
        desk.page.get_by_role("button", name="Step through").click()
    past = Past(desk)
    gone, new = past.marks("deleted"), past.marks("inserted")
    expect(gone).to_be_focused()
    expect(gone).to_have_text(GONE)
    expect(gone).to_have_accessible_name(
        re.compile("^Deleted by Bo Lindqvist, .*; written by Ana Ferreira$")
    )
    expect(gone).to_have_attribute("data-hue", str(bo.user.hue))
    expect(past.tip).to_contain_text("Deleted by Bo Lindqvist")
    past.act("Next change")
    expect(new).to_be_focused()
    expect(new).to_have_text(LAST)
    expect(new).to_have_accessible_name(re.compile("^Inserted by Bo Lindqvist"))
    expect(past.tip).to_contain_text("Inserted by Bo Lindqvist")
    waited(lambda: is_beside(past.tip, new))
    gone.hover()
    expect(past.tip).to_contain_text("written by Ana Ferreira")
    past.panel.hover()
    expect(past.tip).to_contain_text("Inserted by Bo Lindqvist")
    expect(past.bar).to_contain_text("Change 2 of 2")
    judged(past.page)
    past.page.keyboard.press("Escape")
    past.page.keyboard.press("Escape")
    desk.reads(NOW)
    desk.page.reload()
    desk.ready().saved()
    expect(news).to_have_count(0)


def test_what_a_mark_says_stays_under_the_pointer_until_escape(written: Work) -> None:
    desk = written.ana
    desk.page.get_by_role("button", name="Step through").click()
    past = Past(desk)
    expect(past.marks("deleted")).to_be_focused()
    past.marks("inserted").hover()
    expect(past.tip).to_contain_text("Inserted by Bo Lindqvist")
    told = past.tip.bounding_box()
    assert told
    desk.page.mouse.move(told["x"] + 40, told["y"] - 15)
    desk.page.mouse.move(told["x"] + 40, told["y"] + told["height"] / 2, steps=20)
    expect(desk.page.locator(".past-tip:hover")).to_be_visible()
    expect(past.tip).to_contain_text("Inserted by Bo Lindqvist")
    desk.page.keyboard.press("Escape")
    expect(past.tip).to_be_hidden()
    expect(past.panel).to_be_visible()
    desk.page.keyboard.press("Escape")
    desk.reads(NOW)


GRASPED = """handle => {
  const { left, width, bottom } = handle.getBoundingClientRect()
  const { min, max, value } = handle
  const along = (value - min) / (max - min)
  const middle = left + 12 + along * (width - 24)
  const corners = [[-11, -1], [11, -1], [-11, -23], [11, -23]]
  return corners.every(
    ([x, y]) => document.elementFromPoint(middle + x, bottom + y) === handle
  )
}"""


def test_the_handle_of_the_other_moment_is_large_enough(written: Work) -> None:
    desk = written.ana
    desk.page.get_by_role("button", name="Step through").click()
    handle = desk.page.get_by_role("slider", name="Compared with")
    expect(handle).to_be_visible()
    assert handle.evaluate(GRASPED)


def is_beside(tip: Locator, mark: Locator) -> bool:
    """Tell whether a tip stands just below a mark; it follows a frame behind."""
    told, marked = tip.bounding_box(), mark.bounding_box()
    assert told
    assert marked
    return 0 < told["y"] - (marked["y"] + marked["height"]) < marked["height"]


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
    expect(past.text).to_have_text(NOW)
    past.slider.press("Home")
    past.page.get_by_label("How fast").select_option("100")
    past.page.get_by_role("button", name="Play").click()
    expect(past.text).to_have_text(NOW)
    expect(past.page.get_by_role("button", name="Play")).to_be_visible()
    past.page.go_back()
    expect(desk.editor).to_be_visible()
    past.page.go_forward()
    expect(past.panel).to_be_visible()


def test_any_two_moments_are_compared(work: Work, ana: Person) -> None:
    past = opened(work.ana)
    end = ana.head(work.document)
    other = past.page.get_by_role("slider", name="Compared with")
    expect(other).to_have_count(0)
    past.act("Changes")
    expect(other).to_have_attribute("aria-valuetext", "the beginning")
    expect(past.marks("deleted")).to_have_count(0)
    for key in ["ArrowRight"] * (end - 2):
        other.press(key)
    expect(past.page).to_have_url(re.compile(f"from={end - 2}"))
    past.slider.press("ArrowLeft")
    said = re.compile(f"change {end - 2} of {end}$")
    expect(other).to_have_attribute("aria-valuetext", said)
    expect(past.page).to_have_url(re.compile(f"at={end - 1}&from={end - 2}"))
    other.press("PageDown")
    expect(other).to_have_attribute("aria-valuetext", "the beginning")
    judged(past.page)


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
    expect(past.bar).to_contain_text("Change 1 of")
    waited(lambda: is_beside(past.tip, written.first))
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
    other.reads(NOW)
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
    marks.get_by_label("Name this moment").fill("Sent to the client")
    marks.get_by_role("button", name="Rename").click()
    marks.get_by_role("button", name="Lock").click()
    expect(marks.get_by_role("button", name="Rename")).to_be_disabled()
    past.slider.press("Home")
    marks.get_by_role("button", name="Sent to the client").click()
    expect(past.text).to_have_text(NOW)
    marks.get_by_role("button", name="Unlock").click()
    marks.get_by_role("button", name="Remove").click()
    expect(marks).to_have_count(0)
    expect(panel.get_by_label("Name this moment")).to_be_focused()
    past.undo()
    expect(marks.get_by_role("button", name="Sent to the client")).to_be_visible()


def test_readers_see_it_when_the_owner_says_so_and_change_nothing(
    work: Work, people: People, aside: Aside
) -> None:
    eve = people("Eve Marsh", **ALONE)
    document = Document.objects.get(pk=work.document)
    aside(access.grant, document, eve.user, Role.READER)
    reader = eve.visit(document.pk)
    expect(reader.status).to_have_text("Read only")
    for name in ("History", "Authors"):
        expect(reader.page.get_by_role("button", name=name)).to_have_count(0)
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


def test_the_text_that_is_edited_says_whose_words_it_has(
    work: Work, bo: Person
) -> None:
    desk = work.ana
    keys = desk.page.keyboard
    strip = desk.page.get_by_role("region", name="Authors of this text")
    told = strip.get_by_role("status")
    hers, his = (
        desk.editor.locator(f".blame[data-hue='{one.user.hue}']")
        for one in (work.owner, bo)
    )
    desk.editor.evaluate(FOCUS)
    keys.press("Alt+Shift+h")
    expect(hers).to_have_text(f"{FIRST} ")
    expect(his).to_have_text(LAST)
    expect(desk.editor).to_be_focused()
    keys.press("Control+Home")
    for _ in range(2):
        keys.press("Control+Shift+ArrowRight")
    expect(told).to_contain_text("Written by Ana Ferreira")
    judged(desk.page)
    keys.press("Control+a")
    expect(told.get_by_role("listitem")).to_contain_text(
        ["Written by Ana Ferreira", "Written by Bo Lindqvist"]
    )
    keys.press("Control+End")
    # One edit: letters may be too far apart, in time, for one step of undo.
    keys.insert_text(" Yes.")
    expect(hers).to_have_text([f"{FIRST} ", "Yes."])
    keys.press("Control+z")
    desk.reads(NOW)
    switch = desk.page.get_by_role("button", name="Authors", exact=True)
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.press("Enter")
    expect(strip).to_have_count(0)
    expect(desk.editor.locator(".blame")).to_have_count(0)

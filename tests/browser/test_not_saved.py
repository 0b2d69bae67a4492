"""What was typed and could not be saved is given back to who wrote it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from documents import access
from documents.models import Document, Role
from tests.browser.conftest import Aside, Notes, People
from tests.browser.people import Desk, Person
from tests.browser.test_offline import KEPT, cut_off
from tests.browser.test_pages import judged

pytestmark = pytest.mark.browser

NARROW_AND_DARK = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "dark",
    "permissions": ["clipboard-read", "clipboard-write"],
}
LOST = "This document is not here"
WIDTHS = "() => [document.documentElement.scrollWidth, innerWidth]"
LEFT = """async () => {
  const [{ name }] = await indexedDB.databases()
  const open = indexedDB.open(name)
  await new Promise((resolve) => { open.onsuccess = resolve })
  const count = open.result.transaction('outbox').objectStore('outbox').count()
  await new Promise((resolve) => { count.onsuccess = resolve })
  open.result.close()
  return count.result
}"""


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="not saved")


def words(page: Page) -> Locator:
    return panel(page).get_by_role("textbox", name="What you wrote")


def write_in_the_tunnel(desk: Desk) -> None:
    cut_off(desk)
    desk.write("A tunnel has two ends.")
    expect(desk.status).to_have_text(KEPT)


@pytest.fixture
def ended(people: People, notes: Notes, aside: Aside) -> tuple[Person, Desk]:
    """Somebody who wrote without a network, and lost the right meanwhile."""
    ana, bo = people("Ana"), people("Bo", **NARROW_AND_DARK)
    document = notes(ana, editor=bo)
    desk = bo.sit_down(document)
    write_in_the_tunnel(desk)
    aside(lambda: access.withdraw(Document.objects.get(pk=document), bo.user))
    bo.context.set_offline(False)
    expect(words(desk.page)).to_have_value("A tunnel has two ends.")
    return bo, desk


def test_words_of_who_lost_the_right_can_be_copied_and_downloaded_by_keyboard(
    ended: tuple[Person, Desk], tmp_path: Path
) -> None:
    _, desk = ended
    page = desk.page
    expect(desk.banner).to_contain_text("kept on this device")
    width, most = page.evaluate(WIDTHS)
    assert width <= most
    judged(page)
    words(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "A tunnel has two ends."
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="is copied")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == "A tunnel has two ends."
    page.keyboard.press("Tab")
    with page.expect_download() as told:
        page.keyboard.press("Enter")
    assert told.value.suggested_filename == "Notes (not saved).txt"
    told.value.save_as(tmp_path / "words.txt")
    assert (tmp_path / "words.txt").read_text() == "A tunnel has two ends."


def test_they_wait_on_the_page_of_the_lost_document_until_they_are_discarded(
    ended: tuple[Person, Desk],
) -> None:
    _, desk = ended
    page = desk.page
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Palimpsest: all documents").click()
    told = page.get_by_role("region", name="Not saved")
    expect(told).to_contain_text("in “Notes”")
    judged(page)
    told.get_by_role("link", name="Open it").click()
    expect(
        page.get_by_role("heading", name="This document is not here")
    ).to_be_visible()
    expect(words(page)).to_have_value("A tunnel has two ends.")
    width, most = page.evaluate(WIDTHS)
    assert width <= most
    judged(page)
    panel(page).get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Keep them").click()
    expect(words(page)).to_be_visible()
    panel(page).get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard them").click()
    expect(panel(page)).to_be_hidden()
    page.wait_for_function(f"async () => await ({LEFT})() === 0")
    page.reload()
    expect(
        page.get_by_role("heading", name="This document is not here")
    ).to_be_visible()
    page.get_by_role("link", name="To your documents").click()
    expect(page.get_by_role("heading", name="Documents")).to_be_visible()
    expect(told).to_have_count(0)


def test_who_may_only_read_now_gets_back_what_they_wrote(
    people: People, notes: Notes, aside: Aside
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    desk = bo.sit_down(document)
    write_in_the_tunnel(desk)
    found = aside(lambda: Document.objects.get(pk=document))
    aside(access.grant, found, bo.user, Role.READER)
    bo.context.set_offline(False)
    expect(panel(desk.page)).to_contain_text("You may only read this document now.")
    expect(words(desk.page)).to_have_value("A tunnel has two ends.")
    panel(desk.page).get_by_role("button", name="Discard").click()
    desk.page.get_by_role("button", name="Discard them").click()
    expect(panel(desk.page)).to_be_hidden()
    expect(desk.status).to_have_text("Read only")
    desk.reads("")

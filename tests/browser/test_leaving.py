"""Nobody leaves unsent words behind without being asked."""

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Notes, People
from tests.browser.people import Desk

pytestmark = pytest.mark.browser

SEND_NOTHING = "WebSocket.prototype.send = () => {}"
KEPT = "async () => (await indexedDB.databases()).map(({ name }) => name)"


def with_unsent_words(desk: Desk) -> Desk:
    desk.write("Sent. ")
    desk.saved()
    desk.page.evaluate(SEND_NOTHING)
    desk.write("Unsent. ")
    expect(desk.status).to_have_text("Saving…")
    return desk


def log_out(page: Page) -> None:
    page.get_by_label("Menu").click()
    page.get_by_role("button", name="Log out").click()


def test_leaving_with_unsent_words_asks_first(people: People, notes: Notes) -> None:
    ana = people("Ana")
    desk = with_unsent_words(ana.sit_down(notes(ana)))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.page.once("dialog", stay)
    with desk.page.expect_event("dialog"):
        desk.page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    desk.shows("Unsent. ")


def test_leaving_when_all_is_saved_asks_nothing(people: People, notes: Notes) -> None:
    ana = people("Ana")
    desk = ana.sit_down(notes(ana))
    desk.write("All of it. ")
    desk.saved()
    with desk.page.expect_event("close"):
        desk.page.close(run_before_unload=True)


def test_logging_out_asks_about_unsent_words_then_deletes_the_local_copies(
    people: People, notes: Notes
) -> None:
    ana = people("Ana")
    desk = with_unsent_words(ana.sit_down(notes(ana)))
    page = desk.page
    assert page.evaluate(KEPT) == [f"palimpsest-{ana.user.pk}"]
    log_out(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("kept on this device only")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    desk.shows("Unsent. ")
    log_out(page)
    dialog.get_by_role("button", name="Log out and delete them").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert page.evaluate(KEPT) == []
    assert page.evaluate("Object.keys(localStorage)") == []

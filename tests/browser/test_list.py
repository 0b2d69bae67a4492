"""The list of documents and the share dialog, by keys where there are keys."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from documents import trash
from documents.models import Document
from tests.browser.conftest import Aside, Notes, People
from tests.browser.people import Desk, path_of

pytestmark = pytest.mark.browser


def row(page: Page, title: str) -> Locator:
    named = page.get_by_role("link", name=title, exact=True)
    return page.get_by_role("listitem").filter(has=named)


def test_the_list_shows_live_who_is_in_a_document(people: People, notes: Notes) -> None:
    ana, bo = people("Ana"), people("Bo Lindqvist")
    document = notes(ana, editor=bo)
    here = row(ana.window(), "Notes").get_by_role("group", name="People here")
    expect(here.get_by_role("img")).to_have_count(0)
    desk = bo.sit_down(document)
    expect(here.get_by_role("img")).to_have_accessible_name("Bo Lindqvist — active")
    desk.page.close()
    expect(here.get_by_role("img")).to_have_count(0)


def test_a_document_in_the_trash_says_so_once_and_can_be_read(
    people: People, notes: Notes, aside: Aside
) -> None:
    ana = people("Ana")
    document = notes(ana)
    desk = ana.sit_down(document)
    desk.write("Kept.")
    desk.saved()
    aside(lambda: trash.trash(Document.objects.get(pk=document), timezone.now()))
    expect(desk.banner).to_have_text("This document is in the trash.")
    desk.page.reload()
    expect(desk.status).to_have_text("Read only")
    desk.reads("Kept.")
    expect(desk.page.get_by_text("is in the trash")).to_have_count(1)
    expect(desk.banner).to_be_hidden()


def test_a_document_is_made_by_a_key_named_trashed_and_brought_back(
    people: People,
) -> None:
    page = people("Ana").window()
    expect(page.get_by_text("Nothing written yet.")).to_be_visible()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"/documents/[0-9a-f-]{36}/$"))
    desk = Desk(page).ready().saved()
    expect(desk.editor).to_be_focused()
    page.keyboard.type("The first line.")
    desk.saved()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_label("Title").fill("Plans")
        page.keyboard.press("Enter")
    expect(desk.editor).to_be_focused()
    page.get_by_role("link", name="Palimpsest: all documents").click()
    expect(row(page, "Plans")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Plans")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Better plans")
    page.keyboard.press("Enter")
    expect(row(page, "Better plans")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(page.get_by_text("Moved to the trash.")).to_be_visible()
    expect(page.get_by_role("link", name="Better plans")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Better plans")).to_be_visible()


def test_the_owner_shares_by_mail_and_changes_it_in_an_open_window(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana)
    desk = ana.sit_down(document)
    desk.page.get_by_role("button", name="Share").click()
    dialog = desk.page.get_by_role("dialog", name="Share “Notes”")
    expect(dialog.get_by_label("E-mail address")).to_be_focused()
    desk.page.keyboard.type("bo@example.org")
    desk.page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("can edit now")
    guest = bo.sit_down(document)
    dialog.get_by_label("What Bo can do").select_option("reader")
    expect(guest.status).to_have_text("Read only")
    dialog.get_by_role("button", name="Remove Bo").click()
    expect(guest.banner).to_contain_text("You have no right")
    desk.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(desk.page.get_by_role("button", name="Share")).to_be_focused()


def test_a_link_lets_a_third_person_in_until_it_is_taken_back(
    people: People, notes: Notes
) -> None:
    ana, eve = people("Ana"), people("Eve")
    document = notes(ana)
    desk = ana.sit_down(document)
    desk.page.get_by_role("button", name="Share").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a link").click()
    address = dialog.get_by_label("Address of the link")
    expect(address).to_have_value(re.compile("/share/"))
    page = eve.context.new_page()
    page.goto(address.input_value())
    expect(page).to_have_url(eve.web.origin + path_of(document))
    expect(Desk(page).status).to_have_text("Read only")
    dialog.get_by_role("button", name="Take the link back").click()
    expect(Desk(page).banner).to_contain_text("You have no right")


def test_a_document_is_found_by_its_text(people: People, notes: Notes) -> None:
    ana = people("Ana")
    desk = ana.sit_down(notes(ana))
    desk.write("The first line.")
    desk.page.keyboard.press("Enter")
    desk.write("Then it rained in Zürich, and nobody came.")
    desk.saved()
    desk.page.close()
    page = ana.window()
    expect(page.get_by_text("The first line.")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("nobody ZÜR")
    expect(row(page, "Notes").locator("mark")).to_have_text(["Zürich", "nobody"])
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Notes")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=nobody"))
    expect(row(page, "Notes").locator("mark")).to_have_text(["Zürich", "nobody"])
    page.get_by_label("Search your documents").fill("somebody")
    expect(page.get_by_text("No document has these words")).to_be_visible()
    page.get_by_label("Search your documents").fill("")
    expect(row(page, "Notes")).to_be_visible()

"""Who comes in, and what happens to those whose right changes while they are in."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from collab.boot.web import Web
from documents import access
from documents.models import Document, Role
from tests.browser.conftest import Aside, Notes, People
from tests.browser.people import Desk, path_of

pytestmark = pytest.mark.browser

ENV = {"RECHECK_SECONDS": "3600"}
"""The round is far off: what a window hears, a message told it."""
CLOSE_CODE = """address => new Promise(resolve => {
  new WebSocket(address).onclose = close => resolve(close.code)
})"""


@pytest.fixture
def place(house: Web) -> Web:
    """A server that is told so."""
    return house


def test_the_anonymous_are_sent_to_the_login_page_and_their_socket_is_closed(
    people: People, notes: Notes, browser: Browser, place: Web
) -> None:
    document = notes(people("Ana"))
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(place.origin + path_of(document))
        expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/documents/"))
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        assert page.evaluate(CLOSE_CODE, f"{place.ws}/ws/documents/{document}") == 4401


def test_a_stranger_is_told_that_nothing_is_here(people: People, notes: Notes) -> None:
    document = notes(people("Ana"))
    page = people("Eve").window(path_of(document))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This document is not here"
    )
    expect(page.get_by_text("ask them to share it with you")).to_be_visible()


def reads_only(desk: Desk) -> None:
    expect(desk.status).to_have_text("Read only")
    expect(desk.editor).to_have_attribute("contenteditable", "false")
    expect(desk.toolbar).to_be_hidden()


def test_a_reader_reads_live_and_cannot_type(people: People, notes: Notes) -> None:
    ana, eve = people("Ana"), people("Eve")
    document = notes(ana, reader=eve)
    left, right = ana.sit_down(document), eve.visit(document)
    reads_only(right)
    left.write("For all to read. ")
    right.shows("For all to read. ")
    right.editor.click()
    right.page.keyboard.type("graffiti")
    left.write("And on. ")
    right.reads("For all to read. And on. ")
    expect(right.names).to_have_text("Ana")
    reads_only(right)


def set_role(document: UUID, person: str, role: Role | None) -> None:
    found = Document.objects.get(pk=document)
    member = found.memberships.get(user__name=person).user
    if role:
        access.grant(found, member, role)
    else:
        access.withdraw(found, member)


def test_a_right_that_changes_is_felt_in_the_open_window(
    people: People, notes: Notes, aside: Aside
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    desk = bo.sit_down(document)
    desk.write("While I may. ")
    desk.saved()
    aside(set_role, document, "Bo", Role.READER)
    reads_only(desk)
    desk.page.keyboard.type("while I may not")
    desk.reads("While I may. ")
    aside(set_role, document, "Bo", Role.EDITOR)
    desk.ready().saved().write("Again. ")
    desk.saved()
    aside(set_role, document, "Bo", None)
    expect(desk.banner).to_contain_text("You have no right to this document any more.")
    expect(desk.status).to_have_text("Not connected")
    expect(desk.editor).to_have_attribute("contenteditable", "false")


def test_logging_out_ends_the_other_windows(people: People, notes: Notes) -> None:
    ana = people("Ana")
    document = notes(ana)
    desk, other = ana.sit_down(document), ana.window()
    other.get_by_label("Menu").click()
    other.get_by_role("button", name="Log out").click()
    expect(other).to_have_url(re.compile("/accounts/login/"))
    expect(desk.banner).to_contain_text("You are not signed in any more.")
    expect(desk.editor).to_have_attribute("contenteditable", "false")

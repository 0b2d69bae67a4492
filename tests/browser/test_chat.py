"""People talk beside the text."""

import re
from typing import Final

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, Locator, Page, expect

from documents import access
from documents.models import ChatMessage, Document, Role
from tests.browser.conftest import Aside, Notes, People
from tests.browser.people import Desk
from tests.browser.test_pages import judged

pytestmark = pytest.mark.browser

ALONE: Final = {"service_workers": "block"}
"""Nothing here is about what a browser keeps for later, which takes time to fetch."""
AT_END: Final = """log => log.scrollHeight - log.scrollTop - log.clientHeight < 2"""
WIDTH: Final = "document.documentElement.scrollWidth"
BESIDE: Final = """() => {
  const place = id => document.getElementById(id).getBoundingClientRect()
  return place('text').right <= place('chat-panel').left
}"""


class Chat:
    """The chat beside somebody's text."""

    def __init__(self, page: Page) -> None:
        """Name its places; it is not open by that."""
        self.page = page
        self.button = page.get_by_role("button", name=re.compile("^Chat"))
        self.panel = page.get_by_role("complementary", name="Chat")
        self.log = self.panel.get_by_role("log")
        self.texts = self.panel.locator(".chat-text")
        self.area = self.panel.get_by_role("textbox", name="Message")
        self.hint = self.panel.locator("#chat-hint")

    def open(self) -> "Chat":
        """Open the panel with its key."""
        self.page.keyboard.press("Alt+c")
        expect(self.area).to_be_focused()
        return self

    def say(self, *texts: str) -> None:
        """Say things, one after the other."""
        for text in texts:
            self.area.fill(text)
            self.area.press("Enter")

    def line(self, text: str) -> Locator:
        """Give the message that has this text."""
        return self.panel.locator(".chat-line").filter(has_text=text)

    def remove(self, text: str) -> None:
        """Take a message back, and mean it."""
        self.line(text).hover()
        self.line(text).get_by_role("button", name="Remove").click()
        dialog = self.page.get_by_role("dialog", name="Remove this message?")
        dialog.get_by_role("button", name="Remove").click()


def test_two_people_talk_and_read_the_same_in_the_same_order(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana Ferreira", **ALONE), people("Bo Lindqvist", **ALONE)
    document = notes(ana, commenter=bo)
    desk, other = ana.sit_down(document), bo.visit(document)
    left, right = Chat(desk.page).open(), Chat(other.page)
    expect(left.log).to_contain_text("Nobody has said anything yet.")
    expect(right.button).to_be_visible()
    assert desk.page.evaluate(BESIDE)
    right.open()
    for turn in range(3):
        left.say(f"Ana {turn}")
        right.say(f"Bo {turn}")
    expect(left.texts).to_have_count(6)
    expect(right.texts).to_have_count(6)
    expect(left.panel.locator(".chat-fate")).to_have_count(0)
    whole = left.texts.all_inner_texts()
    assert sorted(whole) == sorted(f"{who} {n}" for who in ("Ana", "Bo") for n in "012")
    assert right.texts.all_inner_texts() == whole
    expect(left.panel.locator(".spoken-name").first).to_have_text(
        re.compile("Ana Ferreira|Bo Lindqvist")
    )
    other.page.reload()
    right.open()
    expect(right.texts).to_have_text(whole)


def test_words_are_words_and_addresses_are_links(people: People, notes: Notes) -> None:
    ana = people("Ana", **ALONE)
    chat = Chat(ana.sit_down(notes(ana)).page).open()
    chat.area.press_sequentially("<b>first</b> line")
    chat.area.press("Shift+Enter")
    chat.area.press_sequentially("see https://example.org/a?b=1.")
    chat.area.press("Enter")
    expect(chat.texts).to_have_text(
        "<b>first</b> line\nsee https://example.org/a?b=1.", use_inner_text=True
    )
    link = chat.texts.get_by_role("link")
    expect(link).to_have_attribute("href", "https://example.org/a?b=1")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    chat.area.press("Enter")
    chat.area.fill("x" * 4001)
    expect(chat.panel.get_by_text("1 character too many")).to_be_visible()
    chat.area.press("Enter")
    expect(chat.area).to_have_value("x" * 4001)
    expect(chat.texts).to_have_count(1)


def test_the_button_counts_what_one_has_not_seen(people: People, notes: Notes) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    desk = ana.sit_down(document)
    left, right = Chat(desk.page), Chat(bo.sit_down(document).page).open()
    expect(left.button).to_have_accessible_name("Chat")
    right.say("Are you there?", "Hello?")
    expect(left.button).to_have_accessible_name("Chat, 2 new")
    expect(left.button).to_have_attribute("data-count", "2")
    desk.page.reload()
    desk.ready()
    expect(left.button).to_have_accessible_name("Chat, 2 new")
    desk.editor.focus()
    left.open()
    expect(left.button).to_have_attribute("aria-expanded", "true")
    expect(left.button).to_have_accessible_name("Chat")
    expect(left.log.get_by_text("New", exact=True)).to_be_visible()
    left.page.keyboard.press("Escape")
    expect(left.panel).to_be_hidden()
    expect(desk.editor).to_be_focused()
    expect(left.button).to_have_accessible_name("Chat")
    desk.page.reload()
    expect(left.button).to_have_accessible_name("Chat")
    left.button.click()
    expect(left.texts).to_have_count(2)
    left.panel.get_by_role("button", name="Close").click()
    expect(left.button).to_be_focused()


def test_what_is_said_offline_waits_and_arrives_once(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    left = Chat(ana.sit_down(document).page).open()
    right = Chat(bo.sit_down(document).page).open()
    left.say("Before")
    expect(right.texts).to_have_text(["Before"])
    ana.context.set_offline(True)
    expect(left.hint).to_have_text("Offline: sent when you are connected again")
    left.say("In the tunnel", "Still there")
    expect(left.line("In the tunnel")).to_contain_text("Waiting for the connection")
    right.say("Meanwhile")
    expect(right.texts).to_have_count(2)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    left.page.on("dialog", stay)
    left.page.close(run_before_unload=True)
    expect(left.texts).to_have_count(3)
    ana.context.set_offline(False)
    whole = ["Before", "Meanwhile", "In the tunnel", "Still there"]
    expect(right.texts).to_have_text(whole)
    expect(left.texts).to_have_text(whole)
    expect(left.panel.locator(".chat-fate")).to_have_count(0)
    assert asked == ["beforeunload"]


def test_one_takes_back_ones_own_words_and_the_owner_all(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    left = Chat(ana.sit_down(document).page).open()
    right = Chat(bo.sit_down(document).page).open()
    left.say("Hers")
    right.say("A slip", "An insult", "Fine")
    expect(left.texts).to_have_count(4)
    expect(right.texts).to_have_count(4)
    expect(right.line("Hers").get_by_role("button")).to_have_count(0)
    right.remove("A slip")
    left.remove("An insult")
    for chat in (left, right):
        lines = chat.panel.locator(".chat-line > p:first-child")
        expect(lines).to_have_text(["Hers", "Removed by Bo", "Removed by Ana", "Fine"])
    left.page.reload()
    left.open()
    expect(left.texts).to_have_text(["Hers", "Fine"])


def test_earlier_messages_come_above_what_one_reads(
    people: People, notes: Notes, aside: Aside
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    said = {"document_id": document, "author": ana.user, "at": timezone.now()}
    aside(
        ChatMessage.objects.bulk_create,
        [
            ChatMessage(number=n, key=f"{n}", text=f"Word {n}", **said)
            for n in range(1, 61)
        ],
    )
    left = Chat(ana.sit_down(document).page).open()
    right = Chat(bo.sit_down(document).page).open()
    expect(left.texts).to_have_count(50)
    assert left.log.evaluate(AT_END)
    earlier = left.panel.get_by_role("button", name="Earlier messages")
    earlier.scroll_into_view_if_needed()
    right.say("Nobody is moved by this")
    below = left.panel.get_by_role("button", name="New messages")
    expect(below).to_be_visible()
    before = left.line("Word 11").bounding_box()
    earlier.click()
    expect(left.texts).to_have_count(61)
    assert left.line("Word 11").bounding_box() == before
    expect(earlier).to_have_count(0)
    below.click()
    expect(left.line("Nobody is moved by this")).to_be_in_viewport()
    expect(below).to_have_count(0)
    right.say("It follows")
    expect(left.line("It follows")).to_be_in_viewport()


def test_readers_have_no_chat_and_who_becomes_one_loses_it(
    people: People, notes: Notes, aside: Aside
) -> None:
    ana, eve = people("Ana", **ALONE), people("Eve", **ALONE)
    document = notes(ana, editor=eve)
    desk = eve.sit_down(document)
    chat = Chat(desk.page).open()
    chat.say("Still an editor")
    expect(chat.texts).to_have_count(1)
    held = Document.objects.get(pk=document)
    aside(access.grant, held, eve.user, Role.READER)
    expect(chat.panel).to_be_hidden()
    expect(chat.button).to_be_hidden()
    expect(desk.page.locator("#chat-panel .chat-text")).to_have_count(0)
    desk.page.reload()
    expect(desk.status).to_have_text("Read only")
    expect(chat.button).to_be_hidden()
    desk.page.keyboard.press("Alt+c")
    expect(desk.page.locator("#chat-panel")).to_have_count(0)
    path = f"{eve.web.origin}/api/documents/{document}/chat"
    assert eve.context.request.get(path).status == 403


def test_chat_and_history_stand_in_one_place(people: People, notes: Notes) -> None:
    ana = people("Ana", **ALONE)
    desk = ana.sit_down(notes(ana))
    chat = Chat(desk.page).open()
    desk.page.keyboard.press("Alt+h")
    expect(desk.page.get_by_role("slider", name="Moment")).to_be_visible()
    expect(chat.panel).to_be_hidden()
    chat.button.click()
    expect(chat.area).to_be_focused()
    expect(desk.page.locator("#past")).to_have_count(0)
    expect(desk.text).to_be_visible()


@pytest.fixture
def narrow() -> dict[str, object]:
    """A phone's screen."""
    return ALONE | {"viewport": {"width": 390, "height": 844}}


def test_on_a_phone_it_takes_the_width(
    people: People, notes: Notes, narrow: dict[str, object]
) -> None:
    ana = people("Ana", **narrow)
    desk = ana.sit_down(notes(ana))
    chat = Chat(desk.page)
    chat.button.click()
    box = chat.panel.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    expect(desk.editor).to_be_hidden()
    chat.say("From the road")
    expect(chat.texts).to_have_text(["From the road"])
    assert desk.page.evaluate(WIDTH) == 390
    judged(desk.page)
    ana.context.set_offline(True)
    expect(desk.status).to_have_text(re.compile("Offline"))
    assert desk.page.evaluate(WIDTH) == 390


def test_the_chat_shuts_nobody_out(people: People, notes: Notes) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    desk: Desk = ana.sit_down(document)
    left, right = Chat(desk.page), Chat(bo.sit_down(document).page).open()
    right.say("See https://example.org/", "A slip")
    expect(left.button).to_have_attribute("data-count", "2")
    judged(desk.page)
    left.open()
    left.say("Mine")
    right.remove("A slip")
    expect(left.log).to_contain_text("Removed by Bo")
    judged(desk.page)
    ana.context.set_offline(True)
    left.say("Not yet")
    left.area.fill("x" * 4100)
    expect(left.panel.get_by_text("100 characters too many")).to_be_visible()
    judged(desk.page)

"""People comment on what stands in the text."""

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from documents import access
from documents.models import Document, Role
from tests.browser.people import FOCUS, Desk
from tests.browser.test_pages import judged

if TYPE_CHECKING:
    from uuid import UUID

    from tests.browser.conftest import Aside, Notes, People
    from tests.browser.people import Person

pytestmark = pytest.mark.browser

ALONE: Final = {"service_workers": "block"}
"""Nothing here is about what a browser keeps for later, which takes time to fetch."""
NARROW: Final = ALONE | {"viewport": {"width": 390, "height": 844}}
PHONE: Final = NARROW | {"has_touch": True, "is_mobile": True}
TEXT: Final = "The old bridge was built for carts. Nobody spoke against it."
ABOUT: Final = "built for carts"
BOX: Final = """(editor, words) => {
  const walk = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT)
  while (!walk.nextNode().data.includes(words));
  const node = walk.currentNode, range = document.createRange()
  range.setStart(node, node.data.indexOf(words))
  range.setEnd(node, node.data.indexOf(words) + words.length)
  const {left, right, top, bottom} = range.getBoundingClientRect()
  return [left, right, (top + bottom) / 2]
}"""
SELECT: Final = """(editor, words) => {
  const walk = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT)
  while (!walk.nextNode().data.includes(words));
  const node = walk.currentNode, at = node.data.indexOf(words)
  getSelection().setBaseAndExtent(node, at, node, at + words.length)
  return new Promise(requestAnimationFrame)
}"""
FACES: Final = "async () => { await document.fonts.ready }"
"""Until they are there, words stand elsewhere."""
STILL: Final = "() => document.getAnimations().length === 0"
WIDTH: Final = "document.documentElement.scrollWidth"


class Comments:
    """The comments beside somebody's text."""

    def __init__(self, desk: Desk) -> None:
        """Name their places; they are not open by that."""
        self.desk = desk
        self.page: Page = desk.page
        self.live = desk.page.locator("#text .live")
        self.marks = self.live.locator(".comment")
        self.button = desk.page.locator("#comments")
        self.panel = desk.page.get_by_role("complementary", name="Comments")
        self.threads = self.panel.get_by_role("article")
        self.tool = desk.tool("Comment")
        self.area = self.panel.get_by_role("textbox", name="Your comment")
        self.said = desk.page.locator(".toast")

    def select(self, words: str) -> None:
        """Select words of the text."""
        if self.live.get_attribute("contenteditable") == "true":
            self.live.evaluate(FOCUS)
        self.live.evaluate(SELECT, words)
        expect(self.tool).to_have_attribute("aria-disabled", "false")

    def begin(self, about: str, text: str) -> None:
        """Comment on words of the text, with the key for it."""
        self.select(about)
        self.page.keyboard.press("Control+Alt+m")
        expect(self.area).to_be_focused()
        self.area.fill(text)
        self.area.press("Enter")
        expect(self.thread(text)).to_be_visible()

    def open(self) -> "Comments":
        """Open the panel with its key."""
        self.page.keyboard.press("Alt+m")
        expect(self.panel).to_be_visible()
        return self

    def thread(self, text: str) -> Locator:
        """Give the thread in which this was said."""
        return self.threads.filter(has_text=text)

    def act(self, text: str, name: str) -> None:
        """Press a button of the thread in which this was said."""
        self.thread(text).get_by_role("button", name=name, exact=True).click()

    def answer(self, text: str, answer: str) -> None:
        """Answer in the thread in which this was said."""
        self.act(text, "Answer")
        self.thread(text).get_by_role("textbox").fill(answer)
        self.thread(text).get_by_role("textbox").press("Enter")
        expect(self.thread(text)).to_contain_text(answer)
        expect(self.thread(text).get_by_role("textbox")).to_have_count(0)


def written(person: "Person", document: "UUID") -> Desk:
    """Write the text, and give the window in which it was."""
    desk = person.sit_down(document)
    desk.write(TEXT)
    return desk.saved()


def reading(person: "Person", document: "UUID") -> Desk:
    """Open a window in which the text is read only, and wait for the live one."""
    desk = person.visit(document)
    expect(desk.status).to_have_text("Read only: you may comment")
    expect(desk.editor).to_have_attribute("aria-readonly", "true")
    return desk


def test_a_comment_stays_with_its_words(people: "People", notes: "Notes") -> None:
    ana, bo = people("Ana Ferreira", **ALONE), people("Bo Lindqvist", **ALONE)
    document = notes(ana, editor=bo)
    desk = written(ana, document)
    left, right = Comments(desk), Comments(bo.sit_down(document))
    left.begin(ABOUT, "Or for cattle?")
    expect(left.marks).to_have_text(ABOUT)
    expect(right.marks).to_have_text(ABOUT)
    expect(right.button).to_have_accessible_name("Comments, 1 open")
    right.open().answer("Or for cattle?", "See https://example.org/.")
    expect(left.thread("Or for cattle?")).to_contain_text("Bo Lindqvist")
    expect(left.panel.get_by_role("link")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    desk.write("So. ", at="Control+Home")
    expect(right.marks).to_have_text(ABOUT)
    desk.tool("H1: Heading 1").click()
    desk.saved()
    for comments in (left, right):
        expect(comments.live.locator("h1 .comment")).to_have_text(ABOUT)
    right.page.reload()
    expect(right.live.locator("h1 .comment")).to_have_text(ABOUT)
    right.open()
    expect(right.thread("Or for cattle?")).to_contain_text("See https://example.org/.")


def test_words_that_are_gone_are_told(people: "People", notes: "Notes") -> None:
    ana = people("Ana", **ALONE)
    document = notes(ana)
    written(ana, document)
    # Another window: to undo takes along what was written half a second before.
    comments = Comments(ana.sit_down(document))
    comments.begin(ABOUT, "Or for cattle?")
    comments.select(ABOUT)
    comments.page.keyboard.press("Delete")
    card = comments.thread("Or for cattle?")
    expect(card).to_contain_text("No longer in the text")
    expect(card).to_contain_text(ABOUT)
    comments.page.keyboard.press("Control+z")
    expect(comments.live).to_contain_text(ABOUT)
    expect(card).not_to_contain_text("No longer in the text")
    card.get_by_role("button", name=ABOUT).click()
    expect(comments.live.locator(".comment-active")).to_have_text(ABOUT)
    expect(comments.live).to_be_focused()


def test_a_thread_is_settled_opened_and_taken_back(
    people: "People", notes: "Notes"
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, editor=bo)
    left, right = (
        Comments(written(ana, document)),
        Comments(bo.sit_down(document)),
    )
    left.begin(ABOUT, "Or for cattle?")
    right.open().answer("Or for cattle?", "A slip")
    left.act("Or for cattle?", "Settle")
    for comments in (left, right):
        expect(comments.threads).to_have_count(0)
        expect(comments.marks).to_have_count(0)
    left.said.get_by_role("button", name="Undo").click()
    expect(right.marks).to_have_text(ABOUT)
    right.act("Or for cattle?", "Settle")
    left.panel.get_by_role("button", name="Settled (1)").click()
    expect(left.thread("Or for cattle?")).to_contain_text("Settled by Bo")
    left.answer("Or for cattle?", "Not yet")
    expect(right.marks).to_have_text(ABOUT)
    remark = right.thread("A slip").locator(".remark", has_text="A slip")
    remark.hover()
    remark.get_by_role("button", name="Remove").click()
    dialog = right.page.get_by_role("dialog", name="Remove this comment?")
    dialog.get_by_role("button", name="Remove").click()
    for comments in (left, right):
        expect(comments.threads.locator(".remark > p:last-of-type")).to_have_text(
            ["Or for cattle?", "Removed", "Not yet"]
        )
    expect(right.thread("Not yet").locator(".remark-remove")).to_have_count(0)


def test_two_answer_at_once_and_lose_no_word(people: "People", notes: "Notes") -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, commenter=bo)
    left = Comments(written(ana, document))
    left.begin(ABOUT, "Or for cattle?")
    right = Comments(reading(bo, document)).open()
    left.act("Or for cattle?", "Answer")
    right.act("Or for cattle?", "Answer")
    mine = left.thread("Or for cattle?").get_by_role("textbox")
    mine.fill("Both, I th")
    right.thread("Or for cattle?").get_by_role("textbox").fill("For both")
    right.page.keyboard.press("Enter")
    expect(left.thread("For both")).to_be_visible()
    expect(mine).to_be_focused()
    left.page.keyboard.type("ink")
    left.page.keyboard.press("Enter")
    for comments in (left, right):
        expect(comments.threads.locator(".spoken")).to_have_text(
            ["Or for cattle?", "For both", "Both, I think"]
        )


def test_who_may_only_comment_selects_by_mouse_and_keyboard(
    people: "People", notes: "Notes"
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana, commenter=bo)
    desk = written(ana, document)
    comments = Comments(reading(bo, document))
    comments.page.evaluate(FACES)
    left, right, y = comments.live.evaluate(BOX, ABOUT)
    comments.page.mouse.move(left + 1, y)
    comments.page.mouse.down()
    comments.page.mouse.move(right - 1, y, steps=4)
    comments.page.mouse.up()
    comments.tool.click()
    expect(comments.panel.locator(".comments-foot")).to_contain_text(ABOUT)
    comments.page.keyboard.type("By mouse")
    comments.page.keyboard.press("Enter")
    expect(comments.thread("By mouse")).to_be_visible()
    comments.page.keyboard.press("Escape")
    expect(comments.panel).to_be_hidden()
    comments.live.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Control+Alt+m"):
        comments.page.keyboard.press(key)
    expect(comments.panel.locator(".comments-foot")).to_contain_text("Nobody spoke")
    comments.page.keyboard.type("By keyboard")
    comments.page.keyboard.press("Enter")
    expect(Comments(desk).marks).to_have_text([ABOUT, "Nobody spoke"])
    assert desk.lines() == TEXT


def test_who_may_only_comment_does_so_on_a_phone(
    people: "People", notes: "Notes"
) -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **PHONE)
    document = notes(ana, commenter=bo)
    written(ana, document)
    comments = Comments(reading(bo, document))
    comments.select(ABOUT)
    comments.tool.tap()
    expect(comments.area).to_be_focused()
    comments.page.wait_for_function(STILL)
    box = comments.panel.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    comments.area.fill("From the road")
    comments.panel.get_by_role("button", name="Send").tap()
    card = comments.thread("From the road")
    expect(card).to_be_visible()
    judged(comments.page)
    card.get_by_role("button", name=ABOUT).tap()
    expect(comments.panel).to_be_hidden()
    expect(comments.marks).to_be_in_viewport()
    comments.marks.tap()
    expect(card).to_be_visible()
    comments.panel.get_by_role("button", name="Close").tap()
    comments.page.get_by_label("Menu").tap()
    comments.page.get_by_role("button", name="Comments, 1 open").tap()
    expect(card).to_be_visible()
    assert comments.page.evaluate(WIDTH) == 390


def test_what_is_not_stored_stays_and_is_sent_again(
    people: "People", notes: "Notes"
) -> None:
    ana = people("Ana", **ALONE)
    comments = Comments(written(ana, notes(ana))).open()
    ana.context.set_offline(True)
    comments.select(ABOUT)
    comments.tool.click()
    comments.area.fill("Or for cattle?")
    comments.area.press("Enter")
    expect(comments.panel.get_by_role("alert")).to_contain_text("Your words stay here")
    expect(comments.area).to_have_value("Or for cattle?")
    comments.page.keyboard.press("Escape")
    ana.context.set_offline(False)
    comments.desk.saved()
    comments.open()
    expect(comments.area).to_have_value("Or for cattle?")
    comments.panel.get_by_role("button", name="Send").click()
    expect(comments.thread("Or for cattle?")).to_have_count(1)
    expect(comments.area).to_have_count(0)


def test_who_becomes_a_reader_loses_the_comments(
    people: "People", notes: "Notes", aside: "Aside"
) -> None:
    ana, eve = people("Ana", **ALONE), people("Eve", **ALONE)
    document = notes(ana, commenter=eve)
    written(ana, document)
    comments = Comments(reading(eve, document))
    comments.begin(ABOUT, "Or for cattle?")
    held = Document.objects.get(pk=document)
    aside(access.grant, held, eve.user, Role.READER)
    expect(comments.panel).to_be_hidden()
    expect(comments.button).to_be_hidden()
    expect(comments.tool).to_be_hidden()
    expect(comments.said).to_contain_text("its comments are closed")
    expect(comments.marks).to_have_count(0)
    assert "cattle" not in comments.page.content()
    comments.page.reload()
    expect(comments.desk.status).to_have_text("Read only")
    comments.page.keyboard.press("Alt+m")
    expect(comments.panel).to_have_count(0)
    aside(access.grant, held, eve.user, Role.COMMENTER)
    expect(comments.button).to_have_accessible_name("Comments, 1 open")
    expect(comments.tool).to_be_visible()
    expect(comments.marks).to_have_text(ABOUT)


def test_chat_comments_and_history_stand_in_one_place(
    people: "People", notes: "Notes"
) -> None:
    ana = people("Ana", **ALONE)
    comments = Comments(written(ana, notes(ana)))
    comments.begin(ABOUT, "Or for cattle?")
    page = comments.page
    chat = page.get_by_role("complementary", name="Chat")
    page.keyboard.press("Alt+c")
    expect(chat).to_be_visible()
    expect(comments.panel).to_be_hidden()
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("slider", name="Moment")).to_be_visible()
    expect(chat).to_be_hidden()
    comments.button.click()
    expect(comments.panel).to_be_visible()
    expect(page.locator("#past")).to_have_count(0)
    expect(comments.marks).to_have_text(ABOUT)


def test_somebody_is_let_comment(people: "People", notes: "Notes") -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE)
    document = notes(ana)
    page = written(ana, document).page
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill(bo.user.email)
    dialog.get_by_label("What they can do").select_option("can comment")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog).to_contain_text(f"{bo.user.email} can comment now.")
    dialog.get_by_label(re.compile("Anyone who")).select_option("can comment")
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog).to_contain_text("Anyone with the link who is logged in can comment")
    reading(bo, document)


def test_the_comments_shut_nobody_out(people: "People", notes: "Notes") -> None:
    ana, bo = people("Ana", **ALONE), people("Bo", **ALONE | {"color_scheme": "dark"})
    document = notes(ana, editor=bo)
    left = Comments(written(ana, document))
    right = Comments(bo.sit_down(document)).open()
    expect(right.panel).to_contain_text("No comments yet.")
    judged(right.page)
    left.begin(ABOUT, "Or for cattle?")
    right.answer("Or for cattle?", "A slip")
    judged(left.page)
    judged(right.page)
    left.act("Or for cattle?", "Answer")
    left.thread("Or for cattle?").get_by_role("textbox").fill("x" * 4100)
    expect(left.panel.get_by_text("100 characters too many")).to_be_visible()
    judged(left.page)
    right.act("Or for cattle?", "Settle")
    right.panel.get_by_role("button", name="Settled (1)").click()
    judged(right.page)

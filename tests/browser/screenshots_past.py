"""Pictures for docs/history.md: `pytest tests/browser/screenshots_past.py`.

No part of the default run. Two browsers write a text in four sittings; their rows are
then laid down anew, a sitting every few hours, and looked at in all the ways there are.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from collab.boot.steps import ROOT
from collab.boot.web import Web
from documents.models import Document
from documents.storage.moments import milliseconds
from tests.browser.past import (
    Past,
    Row,
    Work,
    at_another_time,
    lay_down,
    read,
)
from tests.browser.people import FOCUS, Desk, Person, arrive

if TYPE_CHECKING:
    from tests.browser.conftest import Aside, Notes

pytestmark = pytest.mark.browser

PICTURES: Final = ROOT / "docs" / "images" / "history"
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
Scheme = Literal["light", "dark"]
Look = Callable[[Past], None]

SELECT: Final = """(editor, [words, from]) => {
  const walk = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT)
  while (!walk.nextNode().data.includes(words));
  const node = walk.currentNode, at = node.data.indexOf(words)
  getSelection().setBaseAndExtent(node, at + from, node, at + words.length)
  return new Promise(requestAnimationFrame)
}"""
"""Selects words that stand in one text node, from their so-manieth letter on."""

BEGUN: Final = (
    "The old bridge has carried the valley for a hundred and forty years.",
    "It was built for carts. This is what we will bring to the council in June.",
    "## What is wrong",
    "The eastern pier has sunk by eleven centimetres, and nobody knows why it stopped.",
    "Lorries above seven tonnes go round by Harrow.",
    "## Three ways",
    "1. Mend the pier and leave the weight limit as it is.",
    "Build a second bridge beside it. The old one stays, for feet and bicycles.",
    "Take it down, and build one that lasts.",
)


class Sitting(NamedTuple):
    """Who sat down, so many hours ago, and what they did in so many minutes."""

    by_owner: bool
    ago: timedelta
    minutes: int
    acts: Callable[[Desk], None]


def begins(desk: Desk) -> None:
    """Write most of it."""
    desk.editor.evaluate(FOCUS)
    for at, line in enumerate(BEGUN):
        if at:
            desk.page.keyboard.press("Enter")
        desk.page.keyboard.type(line)


def goes_on(desk: Desk) -> None:
    """Add a quotation and what the ways cost."""
    erase(desk, ", and nobody knows why it stopped")
    behind(desk, "go round by Harrow.")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("> “We hear it when it rains,” says the miller.")
    behind(desk, "build one that lasts.")
    for key in ("Enter", "Enter"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.type("## What it costs")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("Between two and nine millions. Nobody has asked the mill.")


def mends(desk: Desk) -> None:
    """Put some of it better."""
    behind(desk, "one that lasts")
    desk.page.keyboard.type(" another hundred and forty years")
    select(desk, "go round by Harrow")
    desk.page.keyboard.press("Control+b")
    erase(desk, " Nobody has asked the mill.")


def closes(desk: Desk) -> None:
    """Say what the others did not."""
    erase(desk, "It was built for carts. ")
    behind(desk, "says the miller.")
    desk.page.keyboard.type(" “A bridge should not have a voice.”")
    behind(desk, "millions.")
    desk.page.keyboard.type(" The mill would pay a tenth of it.")


SITTINGS: Final = (
    Sitting(by_owner=True, ago=timedelta(hours=29), minutes=24, acts=begins),
    Sitting(by_owner=False, ago=timedelta(hours=26), minutes=11, acts=goes_on),
    Sitting(by_owner=True, ago=timedelta(hours=3), minutes=6, acts=mends),
    Sitting(by_owner=False, ago=timedelta(minutes=20), minutes=9, acts=closes),
)


def select(desk: Desk, words: str, begin: int = 0) -> None:
    """Select words, once they are there."""
    expect(desk.editor).to_contain_text(words)
    desk.editor.evaluate(FOCUS)
    desk.editor.evaluate(SELECT, [words, begin])


def behind(desk: Desk, words: str) -> None:
    """Put the caret behind words."""
    select(desk, words, len(words))


def erase(desk: Desk, words: str) -> None:
    """Delete words."""
    select(desk, words)
    desk.page.keyboard.press("Delete")


def laid_down(sittings: list[list[Row]], work: Work) -> None:
    """Let a document have the rows of each sitting in its own time."""
    now, rows = timezone.now(), []
    for sitting, written in zip(SITTINGS, sittings, strict=True):
        begin = milliseconds(now - sitting.ago)
        pace = sitting.minutes * 60_000 // len(written)
        rows += [
            at_another_time(row, begin + at * pace) for at, row in enumerate(written)
        ]
    lay_down(rows, work)


@pytest.fixture
def bridge(aside: "Aside", notes: "Notes", ana: Person, bo: Person) -> Work:
    """A document that was written by two people in four sittings of two days."""
    draft = Work(notes(ana, editor=bo), ana, bo)
    ends = [0]
    for sitting in SITTINGS:
        desk = (ana if sitting.by_owner else bo).sit_down(draft.document)
        sitting.acts(desk)
        desk.saved().page.close()
        ends.append(ana.head(draft.document))
    rows = aside(read, draft)
    sittings = [rows[begin:end] for begin, end in pairwise(ends)]
    work = Work(notes(ana, editor=bo), ana, bo)
    aside(laid_down, sittings, work)
    aside(rename, work)
    return work


def rename(work: Work) -> None:
    """Give the document its title."""
    Document.objects.filter(pk=work.document).update(title="A bridge for Vell")


def panel_of(past: Past) -> Locator:
    """Give the panel; on a phone it has to be opened."""
    fold = past.page.get_by_role("button", name="Open", exact=True)
    if fold.is_visible():
        fold.click()
    expect(past.panel).to_be_visible()
    return past.panel


def versions(past: Past) -> None:
    """The list of versions, beside the latest text."""
    panel_of(past)


def timeline(past: Past) -> None:
    """The end of a sitting of yesterday."""
    past.slider.press("PageDown")
    past.slider.press("PageDown")


def comparison(past: Past) -> None:
    """The latest text beside what was left yesterday."""
    timeline(past)
    past.act("Compare with now")
    expect(past.marks("inserted").first).to_be_visible()


def sides(past: Past) -> None:
    """The same in two columns, for which a phone is too narrow."""
    comparison(past)
    past.act("Side by side")
    expect(past.page.locator("#past-sheets .past")).to_have_count(2)


def blame(past: Past) -> None:
    """The text in its authors' colours, and some of its words selected."""
    past.act("Authors")
    past.text.evaluate(SELECT, ["Harrow", 0])
    expect(panel_of(past).get_by_role("status")).to_contain_text("Written by")


LOOKS: Final[tuple[Look, ...]] = (versions, timeline, comparison, blame)
WIDE_LOOKS: Final[tuple[Look, ...]] = (*LOOKS, sides)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_pictures_of_the_past(
    browser: Browser, house: Web, bridge: Work, size: ViewportSize, scheme: Scheme
) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for look in WIDE_LOOKS if size is WIDE else LOOKS:
        user = bridge.owner.user
        visitor = arrive(browser, house, user, viewport=size, color_scheme=scheme)
        desk = visitor.sit_down(bridge.document)
        desk.page.keyboard.press("Alt+h")
        past = Past(desk)
        expect(past.slider).to_be_focused()
        look(past)
        past.page.wait_for_load_state("networkidle")
        name = f"{look.__name__}-{size['width']}-{scheme}.png"
        past.page.screenshot(path=PICTURES / name)
        visitor.context.close()

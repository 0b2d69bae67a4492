"""Pictures of the pages, to be looked at: `pytest tests/browser/screenshots.py`.

No part of the default run. Writes `.cache/looks/`, and the README's picture of two
people in one document.
"""

from collections.abc import Callable
from typing import Literal

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings

from collab.boot.steps import ROOT
from collab.boot.web import Web
from documents import demo
from documents.models import Document, User
from tests.browser.conftest import Aside
from tests.browser.people import Desk, Person, arrive

pytestmark = pytest.mark.browser

LOOKS = ROOT / ".cache" / "looks"
README = ROOT / "docs" / "images" / "editor.png"
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
Scheme = Literal["light", "dark"]
Arrive = Callable[[str], Person]


@pytest.fixture(params=[WIDE, NARROW], ids=["1280", "390"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """A desk's screen and a phone's."""
    size: ViewportSize = request.param
    return size


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """What people asked their system for."""
    scheme: Scheme = request.param
    return scheme


@pytest.fixture
def demo_person(
    browser: Browser,
    house: Web,
    aside: Aside,
    settings: Settings,
    size: ViewportSize,
    scheme: Scheme,
) -> Arrive:
    """Call it with an address of the demo."""
    settings.EMBEDDED = True
    aside(call_command, "demo")

    def come(email: str) -> Person:
        user = User.objects.get(email=email)
        return arrive(browser, house, user, viewport=size, color_scheme=scheme)

    return come


def picture(page: Page, name: str, size: ViewportSize, scheme: Scheme) -> None:
    LOOKS.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=LOOKS / f"{name}-{size['width']}-{scheme}.png")


def at_the_end_of(desk: Desk, words: str) -> None:
    """Put the caret behind the paragraph that has these words."""
    desk.editor.focus()
    paragraph = desk.editor.get_by_role("paragraph").filter(has_text=words)
    paragraph.evaluate("""node => {
      getSelection().selectAllChildren(node)
      getSelection().collapseToEnd()
    }""")


def two_at_work(ana: Person, bo: Person) -> Desk:
    """Both write in the demo document; gives Ana's window."""
    document = Document.objects.get(title=demo.TITLE).pk
    desk, other = ana.sit_down(document), bo.sit_down(document)
    at_the_end_of(other, "Nobody else sees a letter")
    at_the_end_of(desk, "in a private window")
    desk.page.keyboard.type(" Both of you see this at once.")
    desk.page.evaluate("scrollTo(0, 0)")
    other.page.keyboard.type(" Not even by a moment.")
    desk.shows("Not even by a moment.")
    desk.saved()
    expect(desk.names).to_have_text(bo.name)
    return desk


def test_pictures_of_the_pages(
    demo_person: Arrive,
    browser: Browser,
    house: Web,
    size: ViewportSize,
    scheme: Scheme,
) -> None:
    with browser.new_context(viewport=size, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(house.origin)
        picture(page, "login", size, scheme)
    ana, bo = demo_person(demo.ANA), demo_person(demo.BO)
    desk = two_at_work(ana, bo)
    picture(desk.page, "editor", size, scheme)
    if size == WIDE and scheme == "light":
        README.parent.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=README)
    page = ana.window()
    expect(page.get_by_role("img", name=bo.name)).to_be_visible()
    picture(page, "list", size, scheme)
    share = ana.visit(Document.objects.get(title=demo.TITLE).pk).ready().page
    if size == NARROW:
        share.get_by_label("Menu").click()
    share.get_by_role("button", name="Share").click()
    expect(share.get_by_label("What Bo Lindqvist can do")).to_be_visible()
    share.get_by_role("button", name="Make a link").click()
    expect(share.get_by_label("Address of the link")).to_be_visible()
    picture(share, "share", size, scheme)
    for person in (ana, bo):
        person.context.close()

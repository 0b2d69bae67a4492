"""Every page: nothing from elsewhere, no broken rule, nothing that shuts people out."""

import pytest
from playwright.sync_api import Browser, Page, expect

from collab.boot.steps import ROOT
from collab.boot.web import Web
from tests.browser.conftest import Notes, People
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

AXE = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
JUDGE = """async () => {
  const fading = () => document.getAnimations()
    .filter((one) => one instanceof CSSTransition && one.playState === 'running')
  while (fading().length > 0) await new Promise(requestAnimationFrame)
  const { violations } = await axe.run()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
}"""


def judged(page: Page) -> None:
    """Find nothing that axe calls serious, in light and in dark."""
    page.evaluate(AXE)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(JUDGE) == [], f"{page.url}, {scheme}"


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_the_pages_of_the_anonymous_shut_nobody_out(
    browser: Browser, place: Web, path: str
) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        watch = Watch(place.origin)
        watch.over(context)
        page = context.new_page()
        page.goto(f"{place.origin}/accounts/{path}")
        judged(page)
    assert watch.faults == []
    assert watch.requests > 3


def test_the_list_shuts_nobody_out(people: People, notes: Notes) -> None:
    ana, bo = people("Ana"), people("Bo")
    page = ana.window()
    judged(page)
    bo.sit_down(notes(ana, editor=bo))
    page.reload()
    expect(page.get_by_role("img", name="Bo — active")).to_be_visible()
    judged(page)
    page.get_by_label("More for Notes").click()
    judged(page)
    page.goto(f"{ana.web.origin}/trash/")
    judged(page)
    page.goto(f"{ana.web.origin}/nowhere/")
    judged(page)


def test_editor_and_share_dialog_shut_nobody_out(people: People, notes: Notes) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    desk, other = ana.sit_down(document), bo.sit_down(document)
    other.write("# Heading")
    desk.shows("Heading")
    desk.tool("Table").click()
    desk.page.keyboard.type("cell")
    desk.saved()
    expect(desk.names).to_have_text("Bo")
    judged(desk.page)
    desk.page.get_by_label("Menu").click()
    judged(desk.page)
    desk.page.keyboard.press("Escape")
    desk.page.get_by_role("button", name="Share").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_label("Address of the link")).to_be_visible()
    judged(desk.page)

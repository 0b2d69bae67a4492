"""Writing without a network, and coming back."""

import re

import pytest
from playwright.sync_api import expect

from collab.boot.web import Web
from tests.browser.conftest import Notes, People
from tests.browser.people import FOCUS, Desk

pytestmark = pytest.mark.browser

AWAY = re.compile("^Offline — ")
KEPT = re.compile(r"^Offline — \d+ changes kept here$")
SHELL_KEPT = """async () => {
  await navigator.serviceWorker.ready
  return Boolean(await caches.match('/shell/'))
}"""
ALL_KEPT = """async () => {
  const told = document.getElementById('status').textContent.match(/(\\d+) changes/)
  const [{ name }] = await indexedDB.databases()
  const open = indexedDB.open(name)
  await new Promise((resolve) => { open.onsuccess = resolve })
  const count = open.result.transaction('outbox').objectStore('outbox').count()
  await new Promise((resolve) => { count.onsuccess = resolve })
  open.result.close()
  return told !== null && count.result === Number(told[1])
}"""
"""What is typed is shown at once, and is in the storage a moment later."""


@pytest.fixture
def place(web: Web) -> Web:
    """A server that may be killed."""
    return web


def go_offline(desk: Desk) -> None:
    desk.page.wait_for_function(SHELL_KEPT)
    cut_off(desk)


def cut_off(desk: Desk) -> None:
    """Take the network away, and wait until the page knows: nothing is sent then."""
    desk.page.context.set_offline(True)
    expect(desk.status).to_have_text(AWAY)


def test_what_is_typed_offline_survives_a_reload_and_arrives_once(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = ana.sit_down(document), bo.sit_down(document)
    left.write("Before. ")
    right.shows("Before. ")
    left.saved()
    go_offline(left)
    left.write("In the tunnel. ")
    expect(left.status).to_have_text(KEPT)
    left.page.wait_for_function(ALL_KEPT)
    left.page.reload()
    left.ready().reads("Before. In the tunnel. ")
    expect(left.status).to_have_text(KEPT)
    left.write("Still there. ")
    right.write("Meanwhile. ", at="Control+Home")
    right.saved()
    ana.context.set_offline(False)
    left.saved()
    whole = "Meanwhile. Before. In the tunnel. Still there. "
    left.reads(whole)
    right.reads(whole)
    left.page.reload()
    left.ready().saved().reads(whole)


def test_undo_takes_back_only_ones_own_changes_even_after_being_offline(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = ana.sit_down(document), bo.sit_down(document)
    # One edit: letters may be too far apart, in time, for one step of undo.
    left.editor.evaluate(FOCUS)
    left.page.keyboard.insert_text("Mine. ")
    right.shows("Mine. ")
    go_offline(left)
    right.write("Yours. ")
    right.saved()
    ana.context.set_offline(False)
    left.saved().reads("Mine. Yours. ")
    left.editor.press("Control+z")
    left.reads("Yours. ")
    right.reads("Yours. ")
    left.editor.press("Control+Shift+z")
    right.reads("Mine. Yours. ")


def test_the_caret_stays_where_it_is_when_the_server_dies_and_comes_back(
    people: People, notes: Notes, place: Web
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = ana.sit_down(document), bo.sit_down(document)
    left.write("One three")
    for _ in "three":
        left.page.keyboard.press("ArrowLeft")
    right.shows("One three")
    right.write("", at="Control+End")
    place.kill9()
    left.page.keyboard.type("two ")
    expect(left.status).to_have_text(re.compile("kept here"))
    expect(left.carets).to_have_count(0)
    place.start()
    left.saved()
    left.page.keyboard.type("and ")
    right.reads("One two and three")
    right.page.keyboard.type(" four")
    left.reads("One two and three four")
    expect(left.names).to_have_text("Bo")
    expect(right.names).to_have_text("Ana")

"""People of the end-to-end tests: each has a browser of their own, signed in.

A person opens windows; a window on a document is a `Desk`, which knows where the page
shows text, status and people, and nothing of how they come there.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
)
from playwright.sync_api import TimeoutError as NeverSo

from collab.boot.web import Web
from documents.models import User
from tests.actors import sign_in
from tests.browser.watch import Watch

SAVED: Final = "Saved"
PATIENCE: Final = 30_000
FOCUS: Final = """editor => new Promise(done => {
  editor.focus()
  setTimeout(done, 20)
})"""
"""ProseMirror puts its selection back 20 ms after a focus; timers keep their order."""


class Desk:
    """One window on one document."""

    def __init__(self, page: Page) -> None:
        """Name the places of the page."""
        self.page = page
        self.text = page.locator("#text")
        self.editor = page.get_by_role("textbox", name="Text of the document")
        self.status = page.locator("#status")
        self.banner = page.locator("#banner")
        self.toolbar = page.get_by_role("toolbar", name="Formatting")
        self.roster = page.get_by_role("group", name="People here").get_by_role("img")
        self.carets = page.locator("#text .caret")
        self.names = page.locator("#text .caret-name")

    def tool(self, name: str) -> Locator:
        """Give a button of the toolbar."""
        return self.toolbar.get_by_role("button", name=name, exact=True)

    def ready(self) -> "Desk":
        """Wait for the live editor."""
        expect(self.editor).to_have_attribute("contenteditable", "true")
        return self

    def saved(self) -> "Desk":
        """Wait for the word Saved."""
        expect(self.status).to_have_text(SAVED)
        return self

    def write(self, words: str, *, at: str = "Control+End") -> None:
        """Go to the end of the text, or where another key leads, and type."""
        self.editor.evaluate(FOCUS)
        self.page.keyboard.press(at)
        self.page.keyboard.type(words)

    def lines(self) -> str:
        """Give the text without the others' carets, a line a block."""
        return str(self.text.evaluate(PLAIN))

    def shows(self, words: str) -> None:
        """Wait until words stand in the text, once."""
        self._until(f"({PLAIN})({TEXT}).split(given).length === 2", words)

    def reads(self, whole: str) -> None:
        """Wait until the whole text is this."""
        self._until(f"({PLAIN})({TEXT}) === given", whole)

    def _until(self, condition: str, words: str) -> None:
        try:
            self.page.wait_for_function(f"given => {condition}", arg=words)
        except NeverSo:
            pytest.fail(f"never read {words!r}; now: {self.lines()!r}")


TEXT: Final = "document.getElementById('text')"
PLAIN: Final = """text => {
  const copy = text.cloneNode(true)
  for (const caret of copy.querySelectorAll('.caret')) caret.remove()
  const blocks = [...copy.querySelectorAll('p, h1, h2, h3, pre')]
  return blocks.map((block) => block.textContent.replaceAll('\\u2060', '')).join('\\n')
}"""


@dataclass
class Person:
    """Somebody with an account and a browser."""

    user: User
    web: Web
    context: BrowserContext
    watch: Watch

    @property
    def name(self) -> str:
        """What others see."""
        return self.user.name

    def window(self, path: str = "/") -> Page:
        """Open a window on a page of the server."""
        page = self.context.new_page()
        page.goto(self.web.origin + path)
        return page

    def visit(self, document: UUID) -> Desk:
        """Open a window on a document, whatever it then shows."""
        return Desk(self.window(path_of(document)))

    def head(self, document: UUID) -> int:
        """Ask the API how many rows the document's log has."""
        answer = self.context.request.get(f"{self.web.origin}/api/documents/{document}")
        return int(answer.json()["head"])

    def sit_down(self, document: UUID) -> Desk:
        """Open a window on a document and wait until one can write."""
        return self.visit(document).ready().saved()


def path_of(document: UUID) -> str:
    """Give the address of a document's page."""
    return f"/documents/{document}/"


def arrive(browser: Browser, web: Web, user: User, **look: object) -> Person:
    """Give a user a browser that knows nobody else, with their session in it."""
    context = browser.new_context(reduced_motion="reduce", **look)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    cookie = {"name": "sessionid", "value": sign_in(user), "url": web.origin}
    context.add_cookies([cookie])  # type: ignore[list-item]
    watch = Watch(web.origin)
    watch.over(context)
    return Person(user, web, context, watch)

"""Text that others write, or that is pasted, to run code in the reader's page.

Without the help of the Content Security Policy, which is there for what we overlook.
"""

from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pycrdt import XmlElement, XmlText

from collab.boot.web import Web
from documents.models import Document, User
from tests.actors import Actor, sign_in
from tests.browser.conftest import Aside, Backstage, Notes, People
from tests.browser.people import Desk

pytestmark = pytest.mark.browser

RUN: Final = "window.ran = true"
IMAGE: Final = f'<img src=x onerror="{RUN}">'
HARMFUL: Final = """() => {
  const all = [...document.querySelectorAll('#text *')]
  const bad = /^\\s*(javascript|data|vbscript)\\s*:/i
  const tags = 'script,iframe,object,embed,form,img,svg,style,link,meta,base'
  return all.filter((one) => one.matches(tags)
    || [...one.attributes].some((a) => /^on/.test(a.name) || bad.test(a.value)))
    .map((one) => one.outerHTML)
}"""
"""What of the text could do something, in any page that shows it."""

LINKS: Final = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"\u0001javascript:{RUN}",
    f"java\nscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f'https://x.example" onmouseover="{RUN}',
]
PASTED: Final = [
    f"<script>{RUN}</script>",
    IMAGE,
    f"<svg onload='{RUN}'><script>{RUN}</script></svg>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<a href='javascript:{RUN}'>there</a>",
    f"<a href=' &#1;java&#10;script:{RUN}'>there</a>",
    f"<p onclick='{RUN}' style='background:url(javascript:{RUN})'>words</p>",
    f"<form action='javascript:{RUN}'><button>go</button></form>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//x'>",
    f"<math><mtext><table><mglyph><style><!--</style>{IMAGE}",
    f"<p data-pm-slice='0 0 []'>{IMAGE}<object data='javascript:{RUN}'></object></p>",
]


def harmless(page: Page) -> None:
    """Assert that nothing ran and nothing waits to."""
    assert page.evaluate(HARMFUL) == []
    assert page.evaluate("window.ran") is None


def would_run(page: Page) -> None:
    """Assert that the page could run what the text holds: nothing else stops it."""
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", IMAGE)
    page.wait_for_function("window.ran")


async def write(place: Web, document: UUID, key: str) -> None:
    """Let somebody without our editor write all that could harm."""
    async with Actor(place, document, key) as mallory:
        await mallory.ready()
        blocks = mallory.fragment.children
        for link in LINKS:
            text = XmlText()
            blocks.append(XmlElement("paragraph", {}, [text]))
            text.insert(0, "there", {"link": {"href": link, "target": "_top"}})
            await mallory.flush()
        hostile: dict[str, Any] = {"onclick": RUN, "style": "position:fixed"}
        for kind in ("paragraph", "heading", "codeBlock", "tableCell"):
            blocks.append(XmlElement(kind, hostile, [XmlText(IMAGE)]))
            await mallory.flush()
        code = {"language": f'x"><script>{RUN}</script>'}
        blocks.append(XmlElement("codeBlock", code, [XmlText("code")]))
        await mallory.flush()
        await mallory.saved()


def named(document: UUID, user: User) -> None:
    """Give the document and the person names that are code."""
    Document.objects.filter(pk=document).update(title=IMAGE, excerpt=IMAGE)
    user.name = IMAGE
    user.save()


def test_what_others_write_runs_nothing(
    people: People, notes: Notes, backstage: Backstage, place: Web, aside: Aside
) -> None:
    ana = people("Ana", bypass_csp=True)
    mallory = people("Mallory", bypass_csp=True)
    document = notes(ana, editor=mallory)
    aside(named, document, mallory.user)
    backstage.run(write(place, document, sign_in(mallory.user)))
    desk = ana.visit(document)
    expect(desk.text).to_contain_text("onerror")
    harmless(desk.page)
    other = mallory.visit(document)
    expect(desk.roster).not_to_have_count(0)
    for link in desk.text.locator("a").all():
        link.hover()
    harmless(desk.page)
    harmless(other.page)
    would_run(other.page)
    page = ana.window("/")
    expect(page.get_by_text(IMAGE).first).to_be_visible()
    assert page.evaluate("window.ran") is None
    assert page.locator("img").count() == 0


PASTE: Final = """(editor, html) => {
  const data = new DataTransfer()
  data.setData('text/html', html)
  data.setData('text/plain', 'plain')
  editor.dispatchEvent(new ClipboardEvent(
    'paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


@pytest.fixture
def desk(people: People, notes: Notes) -> Desk:
    """Somebody alone at an empty document."""
    ana = people("Ana", bypass_csp=True)
    return ana.sit_down(notes(ana))


def test_what_is_pasted_runs_nothing(desk: Desk) -> None:
    for html in PASTED:
        desk.write(" ")
        desk.editor.evaluate(PASTE, f"<p>before</p>{html}<p>after</p>")
        expect(desk.editor).to_contain_text("after")
        harmless(desk.page)
        desk.page.keyboard.press("Control+a")
        desk.page.keyboard.press("Delete")
    desk.saved()
    harmless(desk.page)
    would_run(desk.page)

"""The first thing that anybody does: log in as a demo person and read."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from collab.boot.web import Web
from documents import demo
from tests.browser.conftest import Aside

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("email", demo.NAMES)
def test_a_demo_person_reads_the_demo(
    web: Web, page: Page, settings: Settings, aside: Aside, email: str
) -> None:
    settings.EMBEDDED = True
    aside(call_command, "demo")
    page.goto(web.origin)
    page.get_by_label(re.compile("mail", re.IGNORECASE)).fill(email)
    page.get_by_label("Password", exact=True).fill(demo.PASSWORD)
    page.get_by_role("button", name=re.compile("log in|sign in", re.IGNORECASE)).click()
    page.get_by_role("link", name=demo.TITLE).click()
    editor = page.locator("[contenteditable=true]")
    expect(editor.get_by_role("heading", name="What Saved means")).to_be_visible()
    expect(editor.locator("table")).to_contain_text("Editor")
    expect(page.locator("#status")).to_contain_text("Saved")

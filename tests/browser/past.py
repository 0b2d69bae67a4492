"""The past of a document in a browser, and a document whose past is worth a look.

What two people write in it is written once a session by two browsers, and kept: each
further document begins with a copy of those rows.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Locator, expect

from documents.models import Head, Update, Writer
from documents.storage.chain import START, Entry, link
from documents.storage.moments import milliseconds
from documents.yjs.updates import parse
from tests.browser.people import FOCUS, Desk, Person
from tests.waiting import waited
from tests.writers import entry_of, row_of, rows

if TYPE_CHECKING:
    from tests.browser.conftest import Aside, Notes, People

FIRST: Final = "The committee met on Tuesday."
GONE: Final = "It wants to keep the old bridge."
LAST: Final = "Nobody spoke against it."
NOW: Final = f"{FIRST} {LAST}"
ALONE: Final = {"service_workers": "block"}
"""Nothing here is about what a browser keeps for later, which takes time to fetch."""


class Past:
    """The past, open on somebody's page."""

    def __init__(self, desk: Desk) -> None:
        """Name the places of the page."""
        self.page = desk.page
        self.text = desk.page.locator("#past-sheets .past").last
        self.slider = desk.page.get_by_role("slider", name="Moment")
        self.bar = desk.page.locator(".past-bar")
        self.panel = desk.page.get_by_role("tabpanel")
        self.said = desk.page.locator(".toast")
        self.tip = desk.page.locator(".past-tip")

    def act(self, name: str) -> None:
        """Press a button of the bar."""
        self.bar.get_by_role("button", name=name).click()

    def tab(self, name: str) -> Locator:
        """Turn to a tab of the panel."""
        self.page.get_by_role("tab", name=name).click()
        return self.panel

    def marks(self, kind: str) -> Locator:
        """Give the changes of one kind, each where it can be reached."""
        return self.text.locator(f".{kind}[tabindex]")

    def back_to(self, words: str) -> None:
        """Go back, edit by edit, to the last moment that has these words."""
        edit = int(self.slider.get_attribute("max") or 0)
        while words not in self.text.inner_text():
            edit -= 1
            self.slider.press("ArrowLeft")
            said = re.compile(f"change {edit} of")
            expect(self.slider).to_have_attribute("aria-valuetext", said)

    def undo(self) -> None:
        """Press Undo beside the sentence that tells what was done."""
        self.said.get_by_role("button", name="Undo").click()


def opened(desk: Desk) -> Past:
    """Open the past with the key for it."""
    desk.page.keyboard.press("Alt+h")
    past = Past(desk)
    expect(past.panel).to_be_visible()
    return past


SELECT: Final = """(editor, words) => {
  const { firstChild } = editor.querySelector('p')
  const range = document.createRange()
  range.setStart(firstChild, firstChild.data.indexOf(words))
  range.setEnd(firstChild, firstChild.data.indexOf(words) + words.length)
  getSelection().removeAllRanges()
  getSelection().addRange(range)
  return new Promise(requestAnimationFrame)
}"""


def erase(desk: Desk, words: str) -> None:
    """Delete words of the one paragraph in one edit."""
    desk.editor.evaluate(FOCUS)
    desk.editor.evaluate(SELECT, words)
    desk.page.keyboard.press("Delete")
    desk.saved()


@dataclass
class Work:
    """A document in which two people were at work, and their windows on it."""

    document: UUID
    owner: Person
    other: Person

    @cached_property
    def ana(self) -> Desk:
        """Who owns it, and wrote first."""
        return self.owner.sit_down(self.document)

    @cached_property
    def bo(self) -> Desk:
        """Who deleted a sentence of hers, and wrote another."""
        return self.other.sit_down(self.document)


@pytest.fixture
def ana(people: "People") -> Person:
    """Who owns the document, and writes in it first."""
    return people("Ana Ferreira", **ALONE)


@pytest.fixture
def bo(people: "People") -> Person:
    """Who deletes a sentence of hers, and writes another."""
    return people("Bo Lindqvist", **ALONE)


def history(person: Person, document: UUID, what: str = "") -> Any:
    """Ask the API for the history, until it has been prepared."""
    url = f"{person.web.origin}/api/documents/{document}/history{what}"

    def answer() -> Any:
        found = person.context.request.get(url)
        assert found.status in (200, 202)
        return found if found.status == 200 else None

    return waited(answer).json()


def unseen(person: Person, document: UUID) -> int | None:
    """Tell how many rows a person has yet to see; None: the page has told nothing."""
    told = history(person, document)
    return None if told["seen"] is None else told["head"] - told["seen"]


@dataclass
class Row:
    """A row of the log that browsers wrote: by the owner or by the other one."""

    entry: Entry
    by_owner: bool


@pytest.fixture(scope="session")
def kept() -> list[Row]:
    """What browsers wrote, once they did."""
    return []


@pytest.fixture
def written(
    aside: "Aside", ana: Person, bo: Person, notes: "Notes", kept: list[Row]
) -> Work:
    """Let Ana write and go; let Bo delete, write and stay."""
    work = Work(notes(ana, editor=bo), ana, bo)
    desk = ana.sit_down(work.document)
    desk.write(f"{FIRST} {GONE}")
    desk.saved()
    # It tells what was seen when it is left, once it has asked what is new.
    waited(lambda: unseen(ana, work.document) is not None)
    desk.page.close()
    waited(lambda: unseen(ana, work.document) == 0)
    erase(work.bo, GONE)
    work.bo.write(LAST)
    work.bo.saved()
    kept[:] = aside(read, work)
    return work


@pytest.fixture
def work(
    request: pytest.FixtureRequest,
    aside: "Aside",
    notes: "Notes",
    ana: Person,
    bo: Person,
    kept: list[Row],
) -> Work:
    """Give what `written` gives; only the first time do browsers write it."""
    if not kept:
        first: Work = request.getfixturevalue("written")
        return first
    work = Work(notes(ana, editor=bo), ana, bo)
    aside(_copy, kept, work)
    return work


def read(work: Work) -> list[Row]:
    """Give the rows of a document that two people wrote."""
    owner = work.owner.user.pk
    return [Row(entry_of(row), row.author_id == owner) for row in rows(work.document)]


def _copy(kept: list[Row], work: Work) -> None:
    """Let the log of a new document be these rows, the last of them from just now."""
    since = milliseconds(timezone.now()) - kept[-1].entry.at
    lay_down([at_another_time(row, row.entry.at + since) for row in kept], work)


def at_another_time(row: Row, at: int) -> Row:
    """Give the row as if it had been written at another time, in milliseconds."""
    return replace(row, entry=replace(row.entry, at=at))


def lay_down(kept: list[Row], work: Work) -> None:
    """Let the log of a document that nobody has opened yet be these rows."""
    chain, made = START, []
    for row in kept:
        author = work.owner.user if row.by_owner else work.other.user
        entry = replace(row.entry, author=author.pk)
        chain = link(chain, work.document, entry)
        made.append(row_of(work.document, entry, chain))
        for client in parse(entry.payload).structs:
            Writer.objects.get_or_create(
                document_id=work.document, client_id=client, defaults={"user": author}
            )
    with transaction.atomic():
        Update.objects.filter(document=work.document).delete()
        Update.objects.bulk_create(made)
        last = made[-1]
        Head.objects.filter(document=work.document).update(
            seq=last.seq, chain=chain, at=last.at, author=last.author_id
        )

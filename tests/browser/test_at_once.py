"""What one writes into a paragraph while another joins it to the one before."""

from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Notes, People
from tests.browser.past import history
from tests.browser.people import Desk, Person
from tests.browser.test_offline import ALL_KEPT, KEPT, go_offline

pytestmark = pytest.mark.browser

MORE: Final = " And five."


def two_paragraphs(ana: Person, bo: Person, document: UUID) -> tuple[Desk, Desk]:
    """Bo writes two paragraphs, and Ana has heard of both."""
    left, right = ana.sit_down(document), bo.sit_down(document)
    right.write("One two.")
    right.page.keyboard.press("Enter")
    right.page.keyboard.type("Three four.")
    left.reads("One two.\nThree four.")
    right.saved()
    left.saved()
    return left, right


def join(desk: Desk) -> None:
    """Join the last paragraph to the one before."""
    desk.write("", at="Control+End")
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("Backspace")
    desk.reads("One two.Three four.")


def author_of(person: Person, document: UUID, words: str) -> str:
    """Ask the history who wrote words that stand."""
    told = history(person, document)
    stretch = f"epoch={told['epoch']}&from={told['head']}&to={told['head']}"
    blame = history(person, document, f"/blame?{stretch}")
    names = {one["id"]: one["name"] for one in told["people"]}
    by = [(letter, one["author"]) for one in blame for letter in one["text"]]
    at = "".join(letter for letter, _ in by).index(words)
    return ", ".join({names[author] for _, author in by[at : at + len(words)]})


@pytest.mark.parametrize("reloaded", [False, True])
def test_what_was_written_offline_into_a_paragraph_joined_meanwhile_stands_once(
    people: People, notes: Notes, reloaded: bool
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = two_paragraphs(ana, bo, document)
    go_offline(left)
    left.write(MORE)
    expect(left.status).to_have_text(KEPT)
    join(right)
    right.saved()
    if reloaded:
        left.page.wait_for_function(ALL_KEPT)
        left.page.reload()
        left.ready()
    ana.context.set_offline(False)
    whole = f"One two.Three four.{MORE}"
    left.saved().reads(whole)
    right.saved().reads(whole)
    assert author_of(ana, document, MORE) == "Ana"
    assert author_of(ana, document, "Three four.") == "Bo"


@pytest.mark.parametrize("reloaded", [False, True])
def test_who_joins_offline_what_another_writes_into_keeps_their_words(
    people: People, notes: Notes, reloaded: bool
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    left, right = two_paragraphs(ana, bo, document)
    go_offline(left)
    join(left)
    left.write("Zero. ", at="Control+Home")
    expect(left.status).to_have_text(KEPT)
    right.write(MORE)
    right.saved()
    if reloaded:
        left.page.wait_for_function(ALL_KEPT)
        left.page.reload()
        left.ready()
    ana.context.set_offline(False)
    whole = f"Zero. One two.Three four.{MORE}"
    left.saved().reads(whole)
    right.saved().reads(whole)
    assert author_of(ana, document, MORE) == "Bo"

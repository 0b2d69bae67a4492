"""Several people in one document at once."""

import pytest
from playwright.sync_api import expect

from collab.boot.web import Web
from tests.actors import Actor, sign_in
from tests.browser.conftest import Backstage, Notes, People
from tests.browser.people import Desk, path_of

pytestmark = pytest.mark.browser

EMPTY = "<paragraph></paragraph>"


def test_two_people_type_into_one_paragraph_at_once(
    people: People, notes: Notes
) -> None:
    ana, bo = people("Ana Ferreira"), people("Bo Lindqvist")
    document = notes(ana, editor=bo)
    left, right = ana.sit_down(document), bo.sit_down(document)
    left.write("Shared. ")
    right.shows("Shared. ")
    right.write("", at="Control+End")
    left.write("", at="Control+Home")
    for mine, yours in zip("Good morning, ", "says everybody", strict=True):
        left.page.keyboard.type(mine)
        right.page.keyboard.type(yours)
    whole = "Good morning, Shared. says everybody"
    left.reads(whole)
    right.reads(whole)
    left.saved()
    right.saved()
    expect(left.names).to_have_text("Bo Lindqvist")
    expect(right.names).to_have_text("Ana Ferreira")
    expect(left.carets).to_have_attribute("data-hue", str(bo.user.hue))
    answer = ana.context.request.get(f"{ana.web.origin}/api/documents/{document}/text")
    assert answer.text() == whole


def test_the_roster_names_the_others_and_merges_their_windows(
    people: People, notes: Notes
) -> None:
    ana, bo, eve = people("Ana Ferreira"), people("Bo Lindqvist"), people("Eve Marsh")
    document = notes(ana, editor=bo, reader=eve)
    desk = ana.sit_down(document)
    expect(desk.roster).to_have_count(0)
    bo.sit_down(document)
    second = bo.sit_down(document)
    eve.visit(document)
    expect(desk.roster).to_have_count(2)
    expect(desk.roster.nth(0)).to_have_accessible_name(
        "Bo Lindqvist, 2 windows — active"
    )
    expect(desk.roster.nth(1)).to_have_accessible_name("Eve Marsh — active")
    second.page.close()
    expect(desk.roster.nth(0)).to_have_accessible_name("Bo Lindqvist — active")
    eve.context.close()
    expect(desk.roster).to_have_count(1)


def test_twenty_open_a_new_document_at_once_and_find_one_empty_paragraph(
    people: People, notes: Notes, backstage: Backstage, place: Web
) -> None:
    ana, bo = people("Ana"), people("Bo")
    document = notes(ana, editor=bo)
    key = sign_in(bo.user)
    actors = [Actor(place, document, key) for _ in range(17)]
    coming = backstage.begin(*[actor.join() for actor in actors])
    desks = [Desk(person.context.new_page()) for person in (ana, ana, bo)]
    for desk in desks:
        desk.page.goto(place.origin + path_of(document), wait_until="commit")
    coming.result()
    for actor in actors:
        backstage.run(actor.ready())
        assert [str(block) for block in actor.fragment.children] == [EMPTY]
    for desk in desks:
        desk.ready().saved()
        expect(desk.editor.locator("> *")).to_have_count(1)
        desk.reads("")
    backstage.run(*[actor.leave() for actor in actors])
    assert ana.head(document) == 1

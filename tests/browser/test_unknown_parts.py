"""Documents that the editor does not wholly know, and windows that get no socket."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from pycrdt import XmlElement, XmlText

from collab.boot.web import Web
from tests.actors import Actor, sign_in
from tests.browser.conftest import Backstage, Notes, People
from tests.browser.people import Desk, path_of

pytestmark = pytest.mark.browser

Write = Callable[[Actor], None]


def element(actor: Actor) -> None:
    """Write a block of a kind that no schema of ours has."""
    actor.fragment.children.append(XmlElement("mystery", {}, [XmlText("a riddle")]))


def mark(actor: Actor) -> None:
    """Write words with a mark that no schema of ours has."""
    actor.paragraph().insert(0, "a riddle", {"glow": {}})


async def wrote(place: Web, document: UUID, key: str, *writes: Write) -> Actor:
    """Let an actor join and write."""
    actor = await Actor(place, document, key).join()
    await actor.ready()
    await and_wrote(actor, *writes)
    return actor


async def and_wrote(actor: Actor, *writes: Write) -> Actor:
    for write in writes:
        write(actor)
        await actor.flush()
    await actor.saved()
    return actor


def more(actor: Actor) -> None:
    """Write a paragraph that everybody knows."""
    actor.fragment.children.append(XmlElement("paragraph", {}, [XmlText("and on")]))


def shown_read_only(desk: Desk) -> None:
    expect(desk.banner).to_contain_text("holds parts that this editor does not know")
    expect(desk.status).to_have_text("Read only")
    expect(desk.text).to_contain_text("a riddle")
    expect(desk.page.locator("[contenteditable=true]")).to_have_count(0)
    expect(desk.toolbar).to_be_hidden()


@pytest.mark.parametrize("write", [element, mark])
def test_a_document_with_unknown_parts_opens_read_only_and_loses_nothing(
    people: People, notes: Notes, backstage: Backstage, place: Web, write: Write
) -> None:
    ana = people("Ana")
    document = notes(ana)
    [actor] = backstage.run(wrote(place, document, sign_in(ana.user), write))
    head, before = ana.head(document), str(actor.fragment)
    desk = ana.visit(document)
    shown_read_only(desk)
    desk.text.click()
    desk.page.keyboard.type("graffiti")
    backstage.run(and_wrote(actor, more))
    expect(desk.text).to_contain_text("and on")
    shown_read_only(desk)
    assert ana.head(document) == head + 1
    assert str(actor.fragment) == before + "<paragraph>and on</paragraph>"
    backstage.run(actor.leave())


@pytest.mark.parametrize("write", [element, mark])
def test_unknown_parts_that_arrive_close_the_editor_before_it_meets_them(
    people: People, notes: Notes, backstage: Backstage, place: Web, write: Write
) -> None:
    ana = people("Ana")
    document = notes(ana)
    desk = ana.sit_down(document)
    [actor] = backstage.run(wrote(place, document, sign_in(ana.user), more))
    desk.shows("and on")
    head, sent = ana.head(document), actor.sent
    backstage.run(and_wrote(actor, write))
    shown_read_only(desk)
    assert ana.head(document) - head == actor.sent - sent
    assert "a riddle" in str(actor.fragment)
    backstage.run(actor.leave())


def refuse(socket: WebSocketRoute) -> None:
    socket.close(code=1011)


def without_sockets(page: Page) -> None:
    page.add_init_script(
        """window.WebSocket = class {
          constructor() { throw new DOMException('blocked', 'SecurityError') }
        }"""
    )


def never_through(page: Page) -> None:
    page.route_web_socket("**/ws/**", refuse)


@pytest.mark.parametrize("block", [without_sockets, never_through])
def test_without_a_socket_the_latest_text_is_there_to_read(
    people: People,
    notes: Notes,
    backstage: Backstage,
    place: Web,
    block: Callable[[Page], None],
) -> None:
    ana = people("Ana")
    document = notes(ana)
    [actor] = backstage.run(wrote(place, document, sign_in(ana.user), more))
    backstage.run(actor.leave())
    page = ana.context.new_page()
    block(page)
    page.goto(place.origin + path_of(document))
    desk = Desk(page)
    expect(desk.text).to_contain_text("and on")
    expect(desk.banner).to_have_text(
        "Live connection is blocked; this is the latest saved text, read only."
    )
    expect(page.locator("[contenteditable=true]")).to_have_count(0)

"""`manage.py demo`: what the two people find."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from documents import access, demo
from documents.engine import with_pycrdt
from documents.engine.rendering import text_of
from documents.models import (
    ChatMessage,
    Comment,
    Document,
    Head,
    Thread,
    Update,
    User,
)
from documents.storage import log
from documents.yjs.positions import parse
from documents.yjs.updates import Id, Item
from documents.yjs.updates import parse as parse_update

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def written(settings: Settings) -> Document:
    settings.EMBEDDED = True
    call_command("demo")
    return Document.objects.get()


def test_both_may_write_it(written: Document) -> None:
    assert written.title == demo.TITLE
    for email in demo.NAMES:
        person = User.objects.get(email=email)
        role = access.opened(person, written.pk, timezone.now()).role
        assert access.may_write(role)


@pytest.mark.parametrize("email", demo.NAMES)
def test_both_log_in(written: Document, email: str) -> None:
    given = {"login": email, "password": demo.PASSWORD}
    assert Client().post("/accounts/login/", given).headers["Location"] == "/"


def test_it_holds_what_both_wrote(written: Document) -> None:
    tree = with_pycrdt.tree_of(log.state(written.pk))
    blocks = [block for stretch in demo.STRETCHES for block in stretch.blocks]
    assert [node["type"] for node in tree["content"]] == [one.tag for one in blocks]
    text = text_of(tree)
    assert "What Saved means" in text
    assert "Owner" in text


def test_its_log_tells_who_wrote_when(written: Document) -> None:
    rows = Update.objects.order_by("seq")
    authors = [row.author.email for row in rows if row.author]
    assert authors == [demo.ANA, *(stretch.author for stretch in demo.STRETCHES)]
    times = [row.at for row in rows]
    assert times == sorted(times)
    assert times[-1] < timezone.now()
    assert Head.objects.get().seq == len(authors)


def test_they_talked_about_it(written: Document) -> None:
    said = ChatMessage.objects.filter(document=written).order_by("number")
    told = [(one.author.email, one.text) for one in said if one.author]
    assert told == [(remark.author, remark.text) for remark in demo.REMARKS]
    assert [one.at for one in said] == sorted(one.at for one in said)


def test_they_commented_on_a_passage_of_it(written: Document) -> None:
    (thread,) = Thread.objects.filter(document=written)
    said = Comment.objects.filter(document=written, thread=1).order_by("number")
    told = [(one.author.email, one.text) for one in said if one.author]
    assert told == [(remark.author, remark.text) for remark in demo.COMMENTS]
    tree = with_pycrdt.tree_of(log.state(written.pk))
    assert thread.quote == demo.PASSAGE
    assert demo.PASSAGE in text_of(tree)
    start, end = (parse(bytes(one)).at for one in (thread.start, thread.end))
    assert start is not None
    assert end is not None
    assert letters(written, start, end) == demo.PASSAGE


def letters(written: Document, start: Id, end: Id) -> str:
    """What the log says from one id to another of the same run."""
    assert start[0] == end[0]
    state = parse_update(log.state(written.pk)).structs[start[0]]
    run = next(one for one in state if one.clock <= start[1] < one.end)
    assert isinstance(run, Item)
    assert isinstance(run.content, bytes)
    return run.content.decode()[start[1] - run.clock : end[1] - run.clock + 1]


def test_once_is_enough(written: Document) -> None:
    call_command("demo")
    assert Document.objects.count() == 1
    assert User.objects.count() == 2


def test_only_the_embedded_mode_has_it() -> None:
    with pytest.raises(CommandError, match="make run"):
        call_command("demo")

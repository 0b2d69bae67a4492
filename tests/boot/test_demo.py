"""`manage.py demo`: what the two people find."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from documents import access, demo
from documents.engine import with_pycrdt
from documents.engine.rendering import text_of
from documents.models import ChatMessage, Document, Head, Update, User
from documents.storage import log

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
        role = access.role_of(person, written.pk, timezone.now())
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


def test_once_is_enough(written: Document) -> None:
    call_command("demo")
    assert Document.objects.count() == 1
    assert User.objects.count() == 2


def test_only_the_embedded_mode_has_it() -> None:
    with pytest.raises(CommandError, match="make run"):
        call_command("demo")

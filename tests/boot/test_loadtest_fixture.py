"""`manage.py loadtest_fixture`."""

import json
from io import StringIO
from typing import TypedDict
from uuid import UUID

import pytest
from django.contrib import auth
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from documents import access
from documents.models import Document, User


class Fixture(TypedDict):
    origin: str
    cookies: list[str]
    documents: list[str]


pytestmark = [pytest.mark.server, pytest.mark.django_db]


@pytest.fixture
def embedded(settings: Settings) -> None:
    settings.EMBEDDED = True


def test_everybody_may_edit_everything(embedded: None) -> None:
    told = fixture(documents=3, users=2)
    assert told["origin"] == "http://testserver"
    assert len(told["cookies"]) == 2
    for person in User.objects.all():
        assert not person.has_usable_password()
        for document in told["documents"]:
            role = access.opened(person, UUID(document), timezone.now()).role
            assert access.may_write(role)


def test_the_cookies_sign_in(embedded: None) -> None:
    name, _, key = fixture(documents=1, users=1)["cookies"][0].partition("=")
    client = Client()
    client.cookies[name] = key
    assert auth.get_user(client) == User.objects.get()


def test_each_call_makes_new_ones(embedded: None) -> None:
    fixture(documents=1, users=1)
    fixture(documents=1, users=1)
    assert Document.objects.count() == 2


def test_many_people_take_few_queries(
    embedded: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(100):
        fixture(documents=1, users=20)


def test_only_the_embedded_mode_has_it() -> None:
    with pytest.raises(CommandError, match="make run"):
        fixture(documents=1, users=1)


def fixture(documents: int, users: int) -> Fixture:
    said = StringIO()
    call_command("loadtest_fixture", documents=documents, users=users, stdout=said)
    told: Fixture = json.loads(said.getvalue())
    return told

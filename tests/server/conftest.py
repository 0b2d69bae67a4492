"""People, a document of every kind of right, and pages without a built front end."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone
from django_vite.core.asset_loader import DjangoViteAssetLoader
from pytest_django import Settings

from documents import access
from documents.engine import reading
from documents.models import Document, Role, ShareLink, User
from documents.storage import log

ENTRIES = ("account-page", "list-page", "editor-page")
PASSWORD = "correct horse battery"

Visitor = Callable[[str], Client]
"""Gives the browser of anonymous, stranger, reader, editor, owner, guest (who came by
a link), late (whose link has expired) or refused (whose link was taken back)."""


def role_of(user: User, document: Document, now: datetime) -> Role | None:
    """Who the user is to whoever opens a document for them; None for a stranger."""
    try:
        return access.opened(user, document.pk, now).role
    except Http404:
        return None


class Shared(NamedTuple):
    """A document that every kind of person has a relation to."""

    document: Document
    people: dict[str, User]


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A manifest such as the front end's build writes."""
    manifest = tmp_path / "manifest.json"
    entries = {
        f"src/{name}.ts": {
            "file": f"assets/{name}.js",
            "src": f"src/{name}.ts",
            "isEntry": True,
            "css": [f"assets/{name}.css"],
        }
        for name in ENTRIES
    }
    manifest.write_text(json.dumps(entries))
    settings.DJANGO_VITE = {"default": {"manifest_path": manifest}}
    DjangoViteAssetLoader._instance = None
    yield
    DjangoViteAssetLoader._instance = None


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Spare the tests the seconds that real password hashes take by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db: None) -> Callable[[str], User]:
    """Call it with a name for a new person."""

    def create(name: str) -> User:
        return User.objects.create_user(f"{name}@example.org", PASSWORD, name=name)

    return create


@pytest.fixture
def shared(person: Callable[[str], User]) -> Shared:
    """A document with an owner, members, and people who came by links."""
    now = timezone.now()
    names = ("owner", "editor", "reader", "guest", "late", "refused", "stranger")
    people = {name: person(name) for name in names}
    document = log.create(people["owner"], "Minutes", now)
    access.grant(document, people["editor"], Role.EDITOR)
    access.grant(document, people["reader"], Role.READER)
    token = access.create_link(document, Role.EDITOR, now)
    access.redeem(token, people["refused"], now)
    access.revoke_link(document)
    token = access.create_link(document, Role.READER, now)
    access.redeem(token, people["guest"], now)
    old = ShareLink.objects.create(
        document=document,
        token_hash=b"old",
        role=Role.EDITOR,
        created=now,
        expires=now - timedelta(seconds=1),
    )
    document.memberships.create(user=people["late"], role=Role.EDITOR, link=old)
    return Shared(document, people)


@pytest.fixture
def visitor(shared: Shared) -> Visitor:
    """Browsers of the people of the shared document."""

    def browser(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(shared.people[name])
        return client

    return browser


@pytest.fixture(autouse=True, scope="session")
def _end_of_the_reader() -> Iterator[None]:
    yield
    reading.close()

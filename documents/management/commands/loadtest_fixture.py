"""`manage.py loadtest_fixture`: documents and signed-in people for a load test."""

import json
import secrets
from argparse import ArgumentParser
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from typing_extensions import override

from documents.models import Document, Membership, Role, User
from documents.storage import log

AUTHENTICATION: Final = "allauth.account.auth_backends.AuthenticationBackend"
"""What lets people in at the login page; another backend only counts tries."""


class Command(BaseCommand):
    """Prints JSON: the origin, one session cookie a person, the document ids."""

    help = (
        "Make documents and people who may all edit all of them, and print JSON: "
        "origin, one session cookie a person, document ids. Embedded mode only."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many of each."""
        parser.add_argument("--documents", type=int, required=True, metavar="N")
        parser.add_argument("--users", type=int, required=True, metavar="M")

    @override
    def handle(self, *args: object, **options: int) -> None:
        """Make them in one transaction; each call makes new ones."""
        documents, users = options["documents"], options["users"]
        if not settings.EMBEDDED:
            raise CommandError("only for the embedded mode: start `make run` first")
        if documents < 1 or users < 1:
            raise CommandError("--documents and --users: at least 1 each")
        now = timezone.now()
        with transaction.atomic():
            people = sign_up(users)
            made = share(people, documents, now)
            cookies = [
                f"{settings.SESSION_COOKIE_NAME}={sign_in(one)}" for one in people
            ]
        told = {
            "origin": settings.ORIGINS[0],
            "cookies": cookies,
            "documents": [str(document.pk) for document in made],
        }
        self.stdout.write(json.dumps(told))


def sign_up(count: int) -> list[User]:
    """Store people whose password nobody knows."""
    run = secrets.token_hex(4)
    people = [
        User(email=f"loadtest-{run}-{one}@example.org", name=f"Load test {one}")
        for one in range(1, count + 1)
    ]
    for person in people:
        person.choose_hue()
        person.set_unusable_password()
    return User.objects.bulk_create(people)


def share(people: list[User], count: int, now: datetime) -> list[Document]:
    """Store documents of the first person, and make the others their editors."""
    owner, *editors = people
    made = [log.create(owner, f"Load test {one}", now) for one in range(1, count + 1)]
    Membership.objects.bulk_create(
        (
            Membership(document=document, user=editor, role=Role.EDITOR)
            for document in made
            for editor in editors
        ),
        batch_size=5000,
    )
    return made


def sign_in(person: User) -> str:
    """Store a session as the login page would, and give its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = AUTHENTICATION
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)

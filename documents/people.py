"""How people come to be: accounts by e-mail, each with one of twelve hues."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest

if TYPE_CHECKING:
    from documents.models import User

HUES = 12


def hue_of(email: str) -> int:
    """Give the hue, 1 to 12, that an e-mail address always has."""
    return zlib.crc32(email.strip().lower().encode()) % HUES + 1


class PersonManager(BaseUserManager["User"]):
    """Makes accounts whose name to sign in with is the e-mail address."""

    def create_user(
        self, email: str, password: str | None = None, **fields: object
    ) -> User:
        """Store a new person; without a password nobody can sign in as them."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.name = person.name or email.partition("@")[0]
        person.choose_hue()
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(
        self, email: str, password: str | None = None, **fields: object
    ) -> User:
        """Store a new person who may administer the site."""
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )


def signed_in(request: HttpRequest) -> User:
    """Give the person of a request that only signed-in people can make."""
    user = request.user
    if user.is_anonymous:
        raise PermissionDenied
    return user


def hold(person: User) -> None:
    """Let an account not be deleted until the commit. Raises Http404 if it is gone.

    Before any other lock: who deletes an account takes its row first, too.
    """
    # Django has no lock that lets others name the same person meanwhile.
    with connection.cursor() as cursor:
        held = "SELECT FROM documents_user WHERE id = %s FOR KEY SHARE"
        cursor.execute(held, [person.pk])
        if cursor.rowcount == 0:
            raise Http404

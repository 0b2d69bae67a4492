"""Who a socket belongs to, by the word of its session; and what they may do.

Asked in a thread, over Django's connections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import parse_cookie
from django.utils import timezone

from collab.inquiries import inquiry
from collab.participant import Person
from documents import access
from documents.models import Document, Role, User

Scope = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server knows of a visitor: who, with which role, in what.

    `sees` is whether they may see what is deleted.
    """

    person: Person | None
    role: Role | None
    known: bool
    trashed: bool = False
    sees: bool = False


def headers(scope: Scope) -> Mapping[str, str]:
    """Give the headers of a handshake by lower-case name."""
    return {
        name.decode("latin1").lower(): value.decode("latin1")
        for name, value in cast("Iterable[tuple[bytes, bytes]]", scope["headers"])
    }


def session_key(scope: Scope) -> str:
    """Give the key of the session that the cookie names; empty without one."""
    given = headers(scope)
    if "authorization" in given:
        return ""
    return parse_cookie(given.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")


@inquiry
def standing(session: str, document: UUID) -> Standing:
    """Ask who the session belongs to and what they may do with the document now.

    Raises django.db.OperationalError while Postgres is away.
    """
    user = _user(session)
    if user is None:
        return Standing(None, None, known=False)
    person = Person(user.pk, str(user), user.hue)
    found = Document.objects.filter(pk=document).first()
    if found is None:
        return Standing(person, None, known=False)
    role = access.role_in(found, user, timezone.now())
    trashed = found.trashed is not None
    sees = access.may_see_history(role, found)
    return Standing(person, role, known=True, trashed=trashed, sees=sees)


def _user(session: str) -> User | None:
    if not session:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    return user if isinstance(user, User) and user.is_active else None


def origin_is_ours(scope: Scope) -> bool:
    """Tell whether a cookie may be believed: exactly our scheme, host and port.

    A socket with an Authorization header ignores cookies and needs no Origin.
    """
    given = headers(scope)
    if "authorization" in given:
        return True
    return given.get("origin", "").lower() in settings.ORIGINS

"""Who a socket belongs to, by the word of its session; and what they may do.

Asked in a thread, over Django's connections.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

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


NOBODY: Final = Standing(None, None, known=False)


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
        return NOBODY
    found = Document.objects.filter(pk=document).first()
    if found is None:
        return Standing(_person(user), None, known=False)
    return _standing(user, found, access.role_in(found, user, timezone.now()))


@inquiry
def standings(asked: Sequence[tuple[str, UUID]]) -> list[Standing]:
    """Ask as `standing` does, of many sessions and documents in four questions.

    Gives NOBODY for whoever cannot be told so: a session that a former secret signed
    may be somebody's yet. Raises django.db.OperationalError while Postgres is away.
    """
    now = timezone.now()
    users = _users({session for session, _ in asked}, now)
    documents = Document.objects.in_bulk({document for _, document in asked})
    found = [
        (documents[document], users[session])
        for session, document in asked
        if session in users and document in documents
    ]
    roles = iter(access.roles_in(found, now))
    return [
        _standing(users[session], documents[document], next(roles))
        if session in users and document in documents
        else NOBODY
        for session, document in asked
    ]


def _standing(user: User, document: Document, role: Role | None) -> Standing:
    trashed = document.trashed is not None
    sees = access.may_see_history(role, document)
    return Standing(_person(user), role, known=True, trashed=trashed, sees=sees)


def _person(user: User) -> Person:
    return Person(user.pk, str(user), user.hue)


def _user(session: str) -> User | None:
    if not session:
        return None
    user = get_user(SimpleNamespace(session=_store(session)))  # type: ignore[arg-type]
    return user if isinstance(user, User) and user.is_active else None


def _users(sessions: Iterable[str], now: datetime) -> dict[str, User]:
    store = _store()
    rows = store.get_model_class().objects.filter(
        session_key__in=sessions, expire_date__gt=now
    )
    told = {row.session_key: store.decode(row.session_data) for row in rows}
    named = {key: data for key, data in told.items() if SESSION_KEY in data}
    known = User.objects.in_bulk({int(data[SESSION_KEY]) for data in named.values()})
    return {
        key: user
        for key, data in named.items()
        if (user := known.get(int(data[SESSION_KEY]))) is not None
        and user.is_active
        and constant_time_compare(
            data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        )
    }


def _store(session: str | None = None) -> SessionStore:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session)
    return cast("SessionStore", store)


def origin_is_ours(scope: Scope) -> bool:
    """Tell whether a cookie may be believed: exactly our scheme, host and port.

    A socket with an Authorization header ignores cookies and needs no Origin.
    """
    given = headers(scope)
    if "authorization" in given:
        return True
    return given.get("origin", "").lower() in settings.ORIGINS

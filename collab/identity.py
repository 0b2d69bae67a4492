"""Who a socket belongs to, by the word of its session; and what they may do.

Asked in a thread, over Django's connections.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final, LiteralString, cast
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from psycopg.rows import tuple_row

from collab.inquiries import inquiry
from collab.participant import Person
from documents import access
from documents.aside import own
from documents.models import Role, User
from documents.visits import Visit, visits

Scope = Mapping[str, object]

ASKED_OFTEN: Final = 0
"""After how many times Postgres is to keep the plan of a question: here, at once."""
_SESSIONS: LiteralString = (
    "SELECT session_key, session_data FROM django_session"
    " WHERE session_key = ANY(%s) AND expire_date > %s"
)


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
    (found,) = _standings([(session, document)])
    return found


@inquiry
def standings(asked: Sequence[tuple[str, UUID]]) -> list[Standing]:
    """Ask as `standing` does, of many sessions and documents in two questions.

    Raises django.db.OperationalError while Postgres is away.
    """
    return list(_standings(asked))


def _standings(asked: Sequence[tuple[str, UUID]]) -> Iterator[Standing]:
    now, connection = timezone.now(), own()
    # Django's own cursors prepare nothing, whatever this says.
    connection.prepare_threshold = ASKED_OFTEN
    sessions = _sessions(connection, {session for session, _ in asked}, now)
    known = [one for one in asked if one[0] in sessions]
    named = [
        (int(sessions[session][SESSION_KEY]), document) for session, document in known
    ]
    found = dict(zip(known, visits(connection, named, now), strict=True))
    for one in asked:
        visit = found.get(one)
        signed_in = (
            visit and visit.user.is_active and _vouches(sessions[one[0]], visit.user)
        )
        yield _standing(visit) if visit and signed_in else NOBODY


def _sessions(
    connection: psycopg.Connection, keys: Iterable[str], now: datetime
) -> dict[str, Mapping[str, str]]:
    """Give what is written in those sessions in which somebody is signed in."""
    with psycopg.Cursor(connection, row_factory=tuple_row) as cursor:
        rows = cursor.execute(_SESSIONS, (list(keys), now)).fetchall()
    store = SessionStore()
    written = {key: store.decode(data) for key, data in rows}
    return {key: data for key, data in written.items() if SESSION_KEY in data}


def _vouches(session: Mapping[str, str], user: User) -> bool:
    """Tell whether the session began with the user's password of today.

    A former secret of ours may have signed that, too.
    """
    said = session.get(HASH_SESSION_KEY, "")
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    hashes = chain(
        [user.get_session_auth_hash()], user.get_session_auth_fallback_hash()
    )
    return any(constant_time_compare(said, one) for one in hashes)


def _standing(visit: Visit) -> Standing:
    user, document, role = visit
    person = Person(user.pk, str(user), user.hue)
    if document is None:
        return Standing(person, None, known=False)
    trashed = document.trashed is not None
    sees = access.may_see_history(role, document)
    return Standing(person, role, known=True, trashed=trashed, sees=sees)


def origin_is_ours(scope: Scope) -> bool:
    """Tell whether a cookie may be believed: exactly our scheme, host and port.

    A socket with an Authorization header ignores cookies and needs no Origin.
    """
    given = headers(scope)
    if "authorization" in given:
        return True
    return given.get("origin", "").lower() in settings.ORIGINS

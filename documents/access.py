"""Who may do what with a document: the only place where rights are decided.

Views, the API and sockets all ask here. A change of rights is announced by
`rights_changed`, so that open sockets hear of it without this module knowing them.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.http import Http404

from documents.models import Audience, Document, Membership, Role, ShareLink, User

rights_changed = Signal()
"""Sent after the commit with `document: UUID` and `users: frozenset[int]`."""

_RANK = {Role.OWNER: 4, Role.EDITOR: 3, Role.COMMENTER: 2, Role.READER: 1}


class Opened(NamedTuple):
    """A document, and the role of the person who opened it."""

    document: Document
    role: Role


def may_read(_role: Role) -> bool:
    """Tell that every role may read the text."""
    return True


def may_write(role: Role | None) -> bool:
    """Tell whether the role may change the text and the title."""
    return role in (Role.OWNER, Role.EDITOR)


def may_speak(role: Role | None) -> bool:
    """Tell whether the role may read the chat and the comments, and say something.

    Readers may not: a text is shown to more people than those who make it talk to.
    """
    return role in (Role.OWNER, Role.EDITOR, Role.COMMENTER)


def may_own(role: Role | None) -> bool:
    """Tell whether the role may share the document and put it in the trash."""
    return role is Role.OWNER


def may_see_history(role: Role | None, document: Document) -> bool:
    """Tell whether the role may see what is no longer in the text, and who wrote it.

    A right of its own: what was deleted may be what readers must not see. Commenters
    count as readers; of a document in the trash its owner alone has a role.
    """
    if role is None or document.trashed is not None:
        return role is not None
    match Audience(document.history_for):
        case Audience.OWNER:
            return may_own(role)
        case Audience.EDITORS:
            return may_write(role)
        case Audience.READERS:
            return may_read(role)


def opened(
    user: User,
    document: UUID,
    now: datetime,
    needs: Callable[[Role], bool] = may_read,
) -> Opened:
    """Give the document and the user's role in it.

    Raises Http404 where there is no such document or no role, so that nobody learns
    which of both, and PermissionDenied where the role is not enough.
    """
    found = Document.objects.select_related("head").filter(pk=document).first()
    role = None if found is None else role_in(found, user, now)
    if found is None or role is None:
        raise Http404
    if not needs(role):
        raise PermissionDenied
    return Opened(found, role)


def opened_history(
    user: User,
    document: UUID,
    now: datetime,
    needs: Callable[[Role], bool] = may_read,
) -> Opened:
    """Give the document and the user's role in it, to show its history.

    Raises Http404 as `opened` does, and PermissionDenied where the role is not enough
    or does not see the history.
    """
    found = opened(user, document, now, needs)
    if not may_see_history(found.role, found.document):
        raise PermissionDenied
    return found


def role_in(document: Document, user: User, now: datetime) -> Role | None:
    """Give the greatest role that the user has in a document now; None for none."""
    among = Membership.objects.filter(document=document, user=user)
    own = document.owner_id == user.pk
    grants = () if own else among.values_list("role", "link__expires")
    return role_by(document, user, grants, now)


def role_by(
    document: Document,
    user: User,
    grants: Iterable[tuple[str, datetime | None]],
    now: datetime,
) -> Role | None:
    """Give the greatest role that the user has in a document now; None for none.

    By all their memberships in it: each with its role, and when its link expires. A
    document in the trash gives a role to its owner alone, a reader's.
    """
    if not user.is_active:
        return None
    owns = document.owner_id == user.pk
    if document.trashed is not None:
        return Role.READER if owns else None
    current = [role for role, end in grants if end is None or end > now]
    return Role.OWNER if owns else _greatest(current)


def _greatest(roles: list[str]) -> Role | None:
    return max(map(Role, roles), key=_RANK.__getitem__, default=None)


def _current(grants: QuerySet[Membership], now: datetime) -> QuerySet[Membership]:
    return grants.filter(Q(link__expires=None) | Q(link__expires__gt=now))


def documents_of(user: User, now: datetime) -> QuerySet[Document]:
    """Give the documents that the user can open, not those in the trash."""
    shared = _current(Membership.objects.filter(user=user), now)
    return Document.objects.filter(
        Q(owner=user) | Q(pk__in=shared.values("document")), trashed=None
    )


def shared_roles(user: User, now: datetime) -> dict[UUID, Role]:
    """Give the user's role in each document that others share with them."""
    given: dict[UUID, list[str]] = {}
    grants = _current(Membership.objects.filter(user=user), now)
    for document, role in grants.values_list("document_id", "role"):
        given.setdefault(document, []).append(role)
    return {
        document: greatest
        for document, roles in given.items()
        if (greatest := _greatest(roles)) is not None
    }


def trash_of(user: User) -> QuerySet[Document]:
    """Give the documents that the user owns and has put in the trash."""
    return Document.objects.filter(owner=user).exclude(trashed=None)


def grant(document: Document, user: User, role: Role) -> None:
    """Give the user a role in person, in place of every role that they had."""
    with transaction.atomic():
        given, _created = Membership.objects.update_or_create(
            document=document, user=user, link=None, defaults={"role": role}
        )
        others = Membership.objects.filter(document=document, user=user)
        others.exclude(pk=given.pk).delete()
        announce(document.pk, {user.pk})


def withdraw(document: Document, user: User) -> None:
    """Take every role from the user that is not their ownership."""
    Membership.objects.filter(document=document, user=user).delete()
    announce(document.pk, {user.pk})


def show_history(document: Document, audience: Audience) -> None:
    """Let the history be seen by this audience from now on."""
    document.history_for = audience
    with transaction.atomic():
        document.save(update_fields=["history_for"])
        members = document.memberships.values_list("user_id", flat=True)
        announce(document.pk, {document.owner_id, *members})


def create_link(
    document: Document, role: Role, now: datetime, expires: datetime | None = None
) -> str:
    """Make the document's link in place of an older one and give its token.

    The token is told once: only its SHA-256 is stored.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        revoke_link(document)
        ShareLink.objects.create(
            document=document,
            token_hash=_digest(token),
            role=role,
            created=now,
            expires=expires,
        )
    return token


def revoke_link(document: Document) -> None:
    """Take the document's link back, and every role that was got by it."""
    with transaction.atomic():
        users = Membership.objects.filter(document=document).exclude(link=None)
        affected = set(users.values_list("user_id", flat=True))
        ShareLink.objects.filter(document=document).delete()
        announce(document.pk, affected)


def redeem(token: str, user: User, now: datetime) -> UUID | None:
    """Give the user the role of the link that has this token; None if there is none."""
    current = Q(expires=None) | Q(expires__gt=now)
    link = (
        ShareLink.objects.select_related("document")
        .filter(current, token_hash=_digest(token), document__trashed=None)
        .first()
    )
    if link is None:
        return None
    if link.document.owner_id != user.pk:
        Membership.objects.get_or_create(
            document_id=link.document_id,
            user=user,
            link=link,
            defaults={"role": link.role},
        )
        announce(link.document_id, {user.pk})
    return link.document_id


def announce(document: UUID, users: set[int]) -> None:
    """Tell after the commit that the rights of these users have changed."""
    transaction.on_commit(
        lambda: rights_changed.send(None, document=document, users=frozenset(users))
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

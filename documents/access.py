"""Who may do what with a document: the only place where rights are decided.

Views, the API and sockets all ask here. A change of rights is announced by
`rights_changed`, so that open sockets hear of it without this module knowing them.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal

from documents.models import Document, Membership, Role, ShareLink, User

rights_changed = Signal()
"""Sent after the commit with `document: UUID` and `users: frozenset[int]`."""

_RANK = {Role.OWNER: 4, Role.EDITOR: 3, Role.COMMENTER: 2, Role.READER: 1}


def may_write(role: Role | None) -> bool:
    """Tell whether the role may change the text."""
    return role in (Role.OWNER, Role.EDITOR)


def role_of(user: User, document: UUID, now: datetime) -> Role | None:
    """Give the greatest role that the user has now; None where there is none.

    A document in the trash gives a role to its owner alone, a reader's.
    """
    found = (
        Document.objects.filter(pk=document).values_list("owner_id", "trashed").first()
    )
    if found is None or not user.is_active:
        return None
    owner, trashed = found
    if trashed is not None:
        return Role.READER if owner == user.pk else None
    if owner == user.pk:
        return Role.OWNER
    grants = _current(Membership.objects.filter(document=document, user=user), now)
    roles = [Role(role) for role in grants.values_list("role", flat=True)]
    return max(roles, key=_RANK.__getitem__, default=None)


def _current(grants: QuerySet[Membership], now: datetime) -> QuerySet[Membership]:
    return grants.filter(Q(link__expires=None) | Q(link__expires__gt=now))


def documents_of(user: User, now: datetime) -> QuerySet[Document]:
    """Give the documents that the user can open, not those in the trash."""
    shared = _current(Membership.objects.filter(user=user), now)
    return Document.objects.filter(
        Q(owner=user) | Q(pk__in=shared.values("document")), trashed=None
    )


def grant(document: Document, user: User, role: Role) -> None:
    """Give the user a role in person, in place of the one given before."""
    Membership.objects.update_or_create(
        document=document, user=user, link=None, defaults={"role": role}
    )
    announce(document.pk, {user.pk})


def withdraw(document: Document, user: User) -> None:
    """Take every role from the user that is not their ownership."""
    Membership.objects.filter(document=document, user=user).delete()
    announce(document.pk, {user.pk})


def create_link(
    document: Document, role: Role, now: datetime, expires: datetime | None = None
) -> str:
    """Make the document's link in place of an older one and give its token.

    The token is told once: only its SHA-256 is stored.
    """
    revoke_link(document)
    token = secrets.token_urlsafe(24)
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
    link = ShareLink.objects.filter(current, token_hash=_digest(token)).first()
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

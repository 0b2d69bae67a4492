"""The list of documents as one person sees it; reads no log."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from documents.access import documents_of, shared_roles
from documents.models import Document, Role, User

SEARCH_WORDS = 8
"""Each costs the database two comparisons a document; nobody types more."""


@dataclass(frozen=True)
class Person:
    """Somebody as others see them."""

    id: int
    name: str
    hue: int


@dataclass(frozen=True)
class Entry:
    """One document of somebody's list."""

    id: UUID
    title: str
    excerpt: str
    role: Role
    owner: Person
    head: int
    updated: datetime
    by: Person | None


def entries(user: User, now: datetime, search: str = "") -> list[Entry]:
    """Give the documents that the user can open, the last edited first.

    `search` leaves those whose title or first line has its words.
    """
    found = documents_of(user, now).select_related("owner", "head__author")
    for word in search.split()[:SEARCH_WORDS]:
        found = found.filter(Q(title__icontains=word) | Q(excerpt__icontains=word))
    roles = shared_roles(user, now)
    return [
        _entry(document, roles.get(document.pk, Role.OWNER))
        for document in found.order_by("-head__at", "pk")
    ]


def person(user: User) -> Person:
    """Say who somebody is."""
    return Person(id=user.pk, name=str(user), hue=user.hue)


def _entry(document: Document, role: Role) -> Entry:
    author = document.head.author
    return Entry(
        id=document.pk,
        title=document.title,
        excerpt=document.excerpt,
        role=role,
        owner=person(document.owner),
        head=document.head.seq,
        updated=document.head.at,
        by=person(author) if author else None,
    )

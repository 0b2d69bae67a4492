"""The list of documents as one person sees it; reads no log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.access import documents_of, shared_roles
from documents.models import Document, Role, User
from documents.search.finding import Hit, hits
from documents.search.snippets import Snippet

SEARCH_WORDS = 8
"""More than anybody types; each is looked for in every title and first line."""


@dataclass(frozen=True)
class Person:
    """Somebody as others see them."""

    id: int
    name: str
    hue: int


@dataclass(frozen=True)
class Entry:
    """One document of somebody's list; `snippet` says why a search found its text."""

    id: UUID
    title: str
    excerpt: str
    role: Role
    owner: Person
    head: int
    updated: datetime
    by: Person | None
    snippet: Snippet | None = None


def entries(user: User, now: datetime, search: str = "") -> list[Entry]:
    """Give the documents that the user can open, the last edited first.

    `search` leaves those whose title and text have its words, the best first, then
    those whose title or first line has them as parts of words.
    """
    mine = documents_of(user, now).select_related("owner", "head__author")
    documents = list(mine.order_by("-head__at", "pk"))
    roles = shared_roles(user, now)
    return [
        _entry(document, roles.get(document.pk, Role.OWNER), found)
        for document, found in _chosen(documents, search)
    ]


def person(user: User) -> Person:
    """Say who somebody is."""
    return Person(id=user.pk, name=str(user), hue=user.hue)


def _chosen(
    documents: list[Document], search: str
) -> Iterable[tuple[Document, Snippet | None]]:
    parts = search.lower().split()[:SEARCH_WORDS]
    if not parts:
        return [(document, None) for document in documents]
    by_id = {document.pk: document for document in documents}
    found: list[Hit] = hits({key: one.title for key, one in by_id.items()}, search)
    best = [(by_id.pop(hit.document), hit.snippet) for hit in found]
    return best + [(one, None) for one in by_id.values() if _says(one, parts)]


def _says(document: Document, parts: list[str]) -> bool:
    shown = (document.title.lower(), document.excerpt.lower())
    return all(any(part in words for words in shown) for part in parts)


def _entry(document: Document, role: Role, snippet: Snippet | None) -> Entry:
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
        snippet=snippet,
    )

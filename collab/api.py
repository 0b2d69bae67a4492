"""The API's live part: lists of documents with who is in each right now."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from collab import roster
from documents.access import opened
from documents.api import api
from documents.api.documents import router
from documents.api.schemas import DocumentOut, PersonOut
from documents.api.throttle import spend
from documents.listing import entries
from documents.people import signed_in
from documents.search.snippets import Snippet

__all__ = ["api"]

_logger = structlog.get_logger(__name__)


class Present(Schema):
    """Somebody who is in a document, with all their tabs."""

    user: int
    name: str
    hue: int
    status: Literal["active", "idle", "away"]
    since: int
    tabs: int


class SnippetOut(Schema):
    """Plain text that a search found, and the ranges of it that were looked for.

    Ranges are first and past the last, counted in UTF-16 units as JavaScript does.
    """

    text: str
    ranges: list[tuple[int, int]]


class Listed(DocumentOut):
    """A document of somebody's list; the snippet is there where its text was found."""

    excerpt: str
    updated: datetime
    by: PersonOut | None
    presence: list[Present]
    snippet: SnippetOut | None


@router.get("", response=list[Listed])
def listing(request: HttpRequest, q: str = "") -> list[Listed]:
    """List the documents that you can open, last edited first, with who is there.

    With `q` those that are found by title or text, the best first: all words must
    occur, and the last one may go on; "words in quotes" stand together, -word must not
    occur, `or` stands between alternatives.
    """
    if q:
        spend(request, "searches")
    now = timezone.now()
    found = entries(signed_in(request), now, q)
    here = _present([entry.id for entry in found], now)
    return [
        Listed(
            id=entry.id,
            title=entry.title,
            role=entry.role,
            head=entry.head,
            excerpt=entry.excerpt,
            updated=entry.updated,
            by=PersonOut(**asdict(entry.by)) if entry.by else None,
            presence=here.get(entry.id, []),
            snippet=_snippet(entry.snippet),
        )
        for entry in found
    ]


def _snippet(found: Snippet | None) -> SnippetOut | None:
    return SnippetOut(text=found.text, ranges=found.utf16()) if found else None


@router.get("/{uuid:document}/presence", response=list[Present])
def presence(request: HttpRequest, document: UUID) -> list[Present]:
    """Tell who is in a document now."""
    now = timezone.now()
    opened(signed_in(request), document, now)
    return _present([document], now).get(document, [])


def _present(documents: Sequence[UUID], now: datetime) -> dict[UUID, list[Present]]:
    """Ask Redis; while it is away nobody is shown, and the rest still answers."""
    try:
        here = async_to_sync(roster.present)(documents, int(now.timestamp() * 1000))
    except roster.RosterAway:
        return {}
    return {
        document: [Present(**person.as_json()) for person in people]
        for document, people in here.items()
    }

"""Bookmarks: names that people gave to seqs of a log, so as to find them again.

Knows nothing of what the log says; who may do it is for `documents.access`.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from documents.models import Bookmark, Document, User
from documents.storage.moments import whole_milliseconds

MOST: Final = 1000
"""Bookmarks of a document: more is a script, and every page would list them all."""

_logger = structlog.get_logger(__name__)


class Locked(Exception):
    """The bookmark stays as it is until somebody unlocks it."""


class TooMany(Exception):
    """The document has as many bookmarks as it may have."""


def of(document: Document) -> list[Bookmark]:
    """Give the bookmarks of a document in the order of its log."""
    return list(Bookmark.objects.filter(document=document).order_by("seq", "pk"))


def create(
    document: Document, seq: int, name: str, by: User, now: datetime
) -> Bookmark:
    """Store a new bookmark. Raises TooMany."""
    if Bookmark.objects.filter(document=document).count() >= MOST:
        raise TooMany
    return Bookmark.objects.create(
        document=document, seq=seq, name=name, by=by, at=whole_milliseconds(now)
    )


def change(
    document: Document,
    bookmark: int,
    by: User,
    *,
    name: str | None = None,
    locked: bool | None = None,
) -> Bookmark:
    """Rename, lock or unlock a bookmark; the server's log tells who unlocked one.

    Raises Bookmark.DoesNotExist; Locked for another name of one that stays locked.
    """
    with transaction.atomic():
        found = Bookmark.objects.select_for_update().get(document=document, pk=bookmark)
        stays = found.locked and locked is not False
        if name is not None and stays:
            raise Locked
        if found.locked and not stays:
            _tell_unlocked(document.pk, bookmark, by)
        found.name = found.name if name is None else name
        found.locked = found.locked if locked is None else locked
        found.save(update_fields=["name", "locked"])
    return found


def _tell_unlocked(document: UUID, bookmark: int, by: User) -> None:
    _logger.info(
        "bookmark-unlocked", document=str(document), bookmark=bookmark, user=by.pk
    )


def delete(document: Document, bookmark: int) -> None:
    """Forget a bookmark. Raises Bookmark.DoesNotExist and Locked."""
    with transaction.atomic():
        found = Bookmark.objects.select_for_update().get(document=document, pk=bookmark)
        if found.locked:
            raise Locked
        found.delete()

"""The versions of a document as a plain list, for browsers that run no script.

Knows neither requests nor rights: it is asked for those who may see the history.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from documents import aside
from documents.aside import NotYet
from documents.history import telling
from documents.history.authors import Author, named
from documents.history.chronicle import Behind, Rewritten
from documents.history.telling import Page, Wanted
from documents.history.versions import Version
from documents.storage.moments import moment


@dataclass(frozen=True, slots=True)
class Row:
    """A version as it is shown: when, by whom, and how much."""

    since: datetime
    until: datetime
    authors: list[Author]
    changes: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Versions, the newest first; `more` that end before that row, if not None."""

    rows: list[Row]
    more: int | None


def listed(document: UUID, before: int | None) -> Listed | None:
    """List a page of versions; None where they cannot be told in time."""
    try:
        page = aside.ask(telling.versions, document, Wanted(before=before))
    except (NotYet, Behind, Rewritten):
        return None
    return _listed(page)


def at_hand(document: UUID) -> Listed | None:
    """List the newest versions where that takes no time; most people need no list."""
    rows, size = telling.weight(aside.own(), document)
    if rows > aside.ROWS or size > aside.BYTES:
        return None
    return listed(document, None)


def _listed(page: Page) -> Listed:
    people = named(author for one in page.versions for author in one.authors)
    by_id = {one.id: one for one in people}
    return Listed([_row(one, by_id) for one in page.versions], page.more)


def _row(version: Version, people: dict[int, Author]) -> Row:
    authors = [
        Author(0, _("Somebody unknown"), 1, former=True) if one is None else people[one]
        for one in version.authors
    ]
    since, until = moment(version.since), moment(version.until)
    return Row(since, until, authors, version.changes, version.added, version.removed)

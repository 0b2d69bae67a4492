"""Searching what a person can open, by title and by text.

Only rows of the person's own documents are ever touched: neither what is found nor
the time that it takes says anything about anybody else's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, LiteralString
from uuid import UUID

from django.db import connection

from documents.search.query import query_of
from documents.search.snippets import READ, Snippet, snippet
from documents.search.words import vector

MOST: Final = 50
"""Documents that are found, the best ones; who wants another says more."""

_FOUND: Final[LiteralString] = (
    "SELECT best.id, left(r.text, %s) FROM ("
    " SELECT id, at, ts_rank(words, %s::tsquery, 1) AS rank FROM ("
    # An epoch begins where a log is rewritten: what was read before may be gone.
    " SELECT d.id, h.at, d.title || coalesce(r.words, '') AS words"
    " FROM unnest(%s::uuid[], %s::tsvector[]) AS d(id, title)"
    " JOIN documents_head h ON h.document_id = d.id"
    " LEFT JOIN documents_reading r ON r.document_id = d.id AND r.epoch = h.epoch"
    " OFFSET 0"  # joined once a row
    " ) joined WHERE words @@ %s::tsquery"
    " ORDER BY rank DESC, at DESC LIMIT %s"
    " ) best LEFT JOIN documents_reading r ON r.document_id = best.id"
    " ORDER BY best.rank DESC, best.at DESC"
)
"""Ranked by how often words occur, titles tenfold, in proportion to the length."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and where its text says so; None: the title does."""

    document: UUID
    snippet: Snippet | None


def hits(titles: Mapping[UUID, str], typed: str) -> list[Hit]:
    """Search among documents, given by title, and give the best first.

    The caller gives those that the person can open, and no others.
    """
    query = query_of(typed)
    if query is None or not titles:
        return []
    words = [vector(title, "A") for title in titles.values()]
    given = (READ, query.ranking, list(titles), words, query.tsquery, MOST)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, given)
        found = cursor.fetchall()
    return [Hit(document, snippet(text or "", query)) for document, text in found]

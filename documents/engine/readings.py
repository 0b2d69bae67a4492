"""What an engine read of each document: its first line for lists, its text to search.

A cache, as of a seq; a failing or missing reading costs nothing but being found late.
"""

from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from documents.engine import reading
from documents.engine.reading import Whole
from documents.models import Document, Head, Reading
from documents.storage import log

_KEEP: Final[LiteralString] = (
    "INSERT INTO documents_reading AS r (document_id, seq, epoch, text, words)"
    " SELECT document_id, %s, epoch, %s, %s::tsvector FROM documents_head"
    # Waits for who rewrites the log: its old text must not come back by this.
    " WHERE document_id = %s AND epoch = %s FOR SHARE"
    " ON CONFLICT (document_id) DO UPDATE SET seq = excluded.seq,"
    " epoch = excluded.epoch, text = excluded.text, words = excluded.words"
    " WHERE (r.epoch, r.seq) < (excluded.epoch, excluded.seq)"
)


def refresh(document: UUID) -> None:
    """Read a document anew where its log has grown; blocks.

    Raises reading.Unreadable.
    """
    head = Head.objects.filter(document=document).first()
    if head is not None and not _is_read(head):
        whole = reading.whole(document, log.state(document))
        keep(document, head.epoch, head.seq, whole)


def _is_read(head: Head) -> bool:
    found = Reading.objects.filter(document=head.pk, epoch=head.epoch)
    return found.filter(seq__gte=head.seq).exists()


def keep(document: UUID, epoch: int, seq: int, whole: Whole) -> None:
    """Store what was read as of seq, unless a later reading is stored."""
    given = (seq, whole.text, whole.words, document, epoch)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_KEEP, given)
        if cursor.rowcount:
            Document.objects.filter(pk=document).update(
                excerpt=whole.line, excerpt_seq=seq
            )


def behind(before: datetime, most: int, but: set[UUID]) -> list[UUID]:
    """Give documents edited since they were read, the last edit before this moment."""
    kept = "document__reading__"
    found = Head.objects.filter(
        Q(document__reading=None)
        | Q(epoch__gt=F(f"{kept}epoch"))
        | Q(epoch=F(f"{kept}epoch"), seq__gt=F(f"{kept}seq")),
        at__lt=before,
    ).exclude(pk__in=but)
    return list(found.order_by("-at").values_list("pk", flat=True)[:most])

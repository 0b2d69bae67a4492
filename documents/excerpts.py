"""The first line of each document, kept beside its title for lists: a cache."""

from uuid import UUID

from documents import log, reading
from documents.models import Document, Head


def refresh(document: UUID) -> None:
    """Read the first line anew where the log has grown; blocks.

    Raises reading.Unreadable.
    """
    kept = (
        Head.objects.filter(document=document)
        .values_list("seq", "document__excerpt_seq")
        .first()
    )
    if kept is not None and kept[0] > kept[1]:
        line = reading.excerpt(log.state(document))
        keep(document, kept[0], line)


def keep(document: UUID, seq: int, line: str) -> None:
    """Store the first line as of seq, unless a later one is stored."""
    Document.objects.filter(pk=document, excerpt_seq__lt=seq).update(
        excerpt=line, excerpt_seq=seq
    )

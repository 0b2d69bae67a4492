"""Visits: up to which seq each person has seen a document.

Knows nothing of what came since; that is for the history to tell.
"""

from datetime import datetime

from django.db import connection

from documents.models import Document, User, Visit
from documents.storage.moments import whole_milliseconds


def seen(document: Document, user: User) -> int | None:
    """Tell up to which seq the user has seen a document; None before a first visit.

    What a restored backup took from the log was seen by nobody.
    """
    found = Visit.objects.filter(document=document, user=user).first()
    return None if found is None else min(found.seq, document.head.seq)


def visit(document: Document, user: User, seq: int, now: datetime) -> None:
    """Note that the user has seen all up to seq; of what was seen nothing is unseen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO documents_visit AS v (document_id, user_id, seq, at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (document_id, user_id) DO UPDATE"
            " SET seq = greatest(least(v.seq, %s), excluded.seq), at = excluded.at",
            [document.pk, user.pk, seq, whole_milliseconds(now), document.head.seq],
        )

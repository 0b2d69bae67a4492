"""Deleting a document for ever, with all that is kept of it.

Open rooms notice by their audit that the log is gone, and their sockets come back to
"no such document"; who was in it expires from Redis by itself.
"""

from uuid import UUID

from django.db import transaction

from documents.models import Document, Head


class NotInTrash(Exception):
    """Only what was put in the trash before may be deleted for ever."""


def purge(document: UUID, *, force: bool = False) -> None:
    """Delete a document and everything about it.

    Raises Document.DoesNotExist, and NotInTrash unless forced.
    """
    with transaction.atomic():
        # The head first, as all writers of a log lock it first: no deadlock.
        Head.objects.select_for_update().filter(document=document).first()
        found = Document.objects.select_for_update().get(pk=document)
        if found.trashed is None and not force:
            raise NotInTrash(document)
        found.delete()

"""Putting documents in the trash and taking them out; nothing is deleted here."""

from datetime import datetime

from documents.access import announce
from documents.models import Document


def trash(document: Document, now: datetime) -> None:
    """Put the document in the trash: it closes for everybody but its owner."""
    document.trashed = now
    document.save(update_fields=["trashed"])
    _announce(document)


def restore(document: Document) -> None:
    """Take the document out of the trash, with the rights that it had."""
    document.trashed = None
    document.save(update_fields=["trashed"])
    _announce(document)


def _announce(document: Document) -> None:
    members = document.memberships.values_list("user_id", flat=True)
    announce(document.pk, {document.owner_id, *members})

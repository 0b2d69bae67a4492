"""`manage.py purge_document`: delete a document for ever."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from documents.custody.purging import NotInTrash, purge
from documents.models import Document, Head


class Command(BaseCommand):
    """See the module."""

    help = (
        "Delete a document in the trash for ever: its log, history, rights and names. "
        "Backups, exported files and copies in browsers are not reached."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the document, and how sure the caller is."""
        parser.add_argument("document", type=UUID)
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--force", action="store_true", help="also where it is not in the trash"
        )

    @override
    def handle(
        self, *_: object, document: UUID, yes: bool, force: bool, **__: object
    ) -> None:
        """Ask, delete, and say so."""
        found = Document.objects.filter(pk=document).first()
        if found is None:
            raise CommandError(f"there is no document {document}")
        if found.trashed is None and not force:
            raise CommandError("it is not in the trash: put it there, or say --force")
        if not yes and not self._sure(found):
            raise CommandError("nothing is deleted")
        try:
            purge(document, force=force)
        except (Document.DoesNotExist, NotInTrash):
            raise CommandError("somebody restored or deleted it just now") from None
        self.stdout.write(f"{document} is deleted for ever")

    def _sure(self, document: Document) -> bool:
        head = Head.objects.filter(document=document).first()
        self.stdout.write(
            f"{document.title!r} of {document.owner.email}, {head.seq if head else 0} "
            "entries, will be deleted for ever. Type delete to go on:"
        )
        try:
            return input() == "delete"
        except EOFError:
            return False

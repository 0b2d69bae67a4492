"""`manage.py renew_epoch`: begin a new life of logs restored from a backup."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand

from documents.storage import log


class Command(BaseCommand):
    """See the module."""

    help = (
        "Run this once after restoring the database from a backup, before people come "
        "back: their browsers then send again what the backup lacks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one document, or all."""
        parser.add_argument("--document", type=UUID, help="this one alone")

    def handle(self, *_: object, document: UUID | None, **__: object) -> None:
        """Renew, and say how many."""
        count = log.renew_epoch(document)
        self.stdout.write(f"{count} documents begin a new epoch")

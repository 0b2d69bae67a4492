"""`manage.py verify_log`: show that no entry of a log was changed afterwards."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from documents.custody import logs
from documents.custody.verifying import verdict


class Command(BaseCommand):
    """See the module."""

    help = (
        "Compute the hash chain over all entries of a log, or of all logs, and say "
        "intact, or name the first broken entry. What it shows and what not: "
        "docs/decisions/0010-chain.md."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one document, or all."""
        parser.add_argument("--document", type=UUID, help="this one alone")

    @override
    def handle(self, *_: object, document: UUID | None, **__: object) -> None:
        """Say a line a document; fail if any is broken."""
        count = broken = 0
        for one, connection in logs.moments(document):
            found = verdict(connection, one)
            count += 1
            broken += found.broken
            self.stdout.write(f"{one}: {found.said}")
        if broken:
            raise CommandError(f"broken logs: {broken} of {count}")

"""`manage.py check_log`: whether logs and what is kept beside them are right."""

from argparse import ArgumentParser
from uuid import UUID

import psycopg
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from documents.custody import logs
from documents.custody.checking import Finding, check
from documents.custody.mending import mend


class Command(BaseCommand):
    """See the module."""

    help = (
        "Look whether every log has all its entries, whether each is an update that "
        "may follow the others, and whether snapshots and caches are what the log "
        "gives. Says a line for each fault, after the document's id."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one document, or all, and whether to mend."""
        parser.add_argument("--document", type=UUID, help="this one alone")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="rebuild snapshots and drop wrong caches; the log is never touched",
        )

    @override
    def handle(
        self, *_: object, document: UUID | None, repair: bool, **__: object
    ) -> None:
        """Say what is wrong; fail if anything stays wrong."""
        count = wrong = 0
        for one, connection in logs.moments(document):
            count += 1
            wrong += not self._check(one, connection, repair=repair)
        if wrong:
            raise CommandError(f"wrong: {wrong} of {count} documents")
        self.stdout.write(f"right: {count} documents")

    def _check(
        self, document: UUID, connection: psycopg.Connection, *, repair: bool
    ) -> bool:
        """Check one document; tell whether it is right now."""
        found = check(connection, document)
        for said in lines(found):
            self.stdout.write(f"{document}: {said}")
        mended = mend(found) if repair else []
        for cache in mended:
            self.stdout.write(f"{document}: {cache}: mended")
        return not found.faults and len(mended) == len(found.stale)


def lines(found: Finding) -> list[str]:
    """Give what to say of a document."""
    return [
        *found.faults,
        *(f"{one.cache} as of entry {one.seq}: {one.said}" for one in found.stale),
    ]

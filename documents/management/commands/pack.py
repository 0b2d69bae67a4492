"""`manage.py pack`: pack old updates into chapters, as servers do at quiet times."""

from argparse import ArgumentParser
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from typing_extensions import override

from documents.postgres import conninfo
from documents.storage.packing import Packed, Rules, Unpackable, pack_next, rules, tidy


class Command(BaseCommand):
    """See the module."""

    help = (
        "Pack old updates losslessly into chapters, which take a fiftieth of the room. "
        "Servers do so by themselves; this does it now, and gives the room back."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which updates are old."""
        parser.add_argument("--document", type=UUID, help="this one alone")
        parser.add_argument(
            "--older-than",
            type=float,
            default=settings.CHAPTER_AGE_SECONDS,
            metavar="SECONDS",
            help="instead of %(default)s",
        )
        parser.add_argument(
            "--all", action="store_true", help="also those that do not fill a chapter"
        )

    @override
    def handle(
        self,
        *_: object,
        document: UUID | None,
        older_than: float,
        **options: object,
    ) -> None:
        """Pack, and say how much; fail if a log is not what it should be."""
        age = timedelta(seconds=older_than)
        old = rules(timezone.now(), age, settings.CHAPTER_UPDATES)
        if options["all"]:
            old = replace(old, rests_before=old.before, least=1)
        where = conninfo()
        self._unsound: set[UUID] = set()
        packed = Counter[UUID]()
        while (found := self._next(where, old, document)) is not None:
            packed[found.document] += found.entries
        packed = +packed
        if packed:
            tidy(where)
        self.stdout.write(f"updates packed: {packed.total()}, documents: {len(packed)}")
        if self._unsound:
            raise CommandError(f"logs left as they are: {len(self._unsound)}")

    def _next(self, where: str, old: Rules, document: UUID | None) -> Packed | None:
        while True:
            try:
                return pack_next(where, old, self._unsound, document, patient=True)
            except Unpackable as unpackable:
                self._unsound.add(unpackable.document)
                self.stderr.write(str(unpackable))

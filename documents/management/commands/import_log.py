"""`manage.py import_log`: a document from a file that `export_log` wrote."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from typing_extensions import override

from documents.custody.arrivals import Nobody
from documents.custody.exports import Damaged
from documents.custody.importing import Imported, Taken, import_log
from documents.custody.vetting import Unfit
from documents.models import User


class Command(BaseCommand):
    """See the module."""

    help = (
        "Make a document of an exported log, all of it or nothing. Authors become "
        "those who have their e-mail addresses here; for others inactive accounts are "
        "made. Only the owner can open it until they share it."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and whose the document will be."""
        parser.add_argument("file", help="what export_log wrote, or - for input")
        parser.add_argument(
            "--owner", metavar="EMAIL", help="instead of the owner that the file names"
        )

    @override
    def handle(self, *_: object, file: str, owner: str | None, **__: object) -> None:
        """Import it and say what came of it."""
        try:
            with opened(file) as source:
                found = import_log(source, person(owner), timezone.now())
        except Damaged as damaged:
            raise CommandError(f"{file}: {damaged}. Nothing is imported.") from None
        except Unfit as unfit:
            raise CommandError(f"{file} is refused: {unfit}") from None
        except Taken as taken:
            raise CommandError(
                f"there is a document {taken} already; purge_document ends it"
            ) from None
        except Nobody as nobody:
            raise CommandError(
                f"its owner {nobody} has no account here: say --owner EMAIL"
            ) from None
        self._say(found)

    def _say(self, found: Imported) -> None:
        self.stdout.write(f"{found.document.pk}: {found.entries} entries imported")
        for user in found.made:
            self.stdout.write(f"an inactive account was made for {user.email}")
        if found.chain_here == found.chain_there:
            self.stdout.write("the chain is the file's own")
        else:
            self.stdout.write(
                "the chain is computed anew, because people have other ids here; the "
                f"file's own, which was whole, ended with {found.chain_there.hex()}"
            )


def person(email: str | None) -> User | None:
    """Give the person whose the document will be."""
    if email is None:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise CommandError(f"nobody here has the e-mail address {email}")
    return found


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """Open the file; standard input is kept aside first, for it is read twice."""
    with ExitStack() as closing:
        try:
            source = closing.enter_context(_source(file))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        if file == "-":
            shutil.copyfileobj(sys.stdin.buffer, source)
        yield source


def _source(file: str) -> BinaryIO:
    if file == "-":
        return cast("BinaryIO", tempfile.TemporaryFile())
    return Path(file).open("rb")

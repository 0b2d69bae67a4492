"""`manage.py export_log`: the whole log of a document as one file."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from documents.custody import exporting, exports, logs
from documents.storage.verification import Broken


class Command(BaseCommand):
    """See the module."""

    help = (
        "Write the whole log of a document to a file that only you can read: every "
        "edit with author and time, people, bookmarks and redactions. Follows the "
        "chain first to last and fails if it is broken. Rights stay behind."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the document and where to."""
        parser.add_argument("document", type=UUID)
        parser.add_argument("file", help="a new file, or - for standard output")

    @override
    def handle(self, *_: object, document: UUID, file: str, **__: object) -> None:
        """Write it, or leave nothing."""
        if file == "-":
            write(document, sys.stdout.buffer)
            return
        path = Path(file)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        try:
            with os.fdopen(descriptor, "wb") as out:
                write(document, out)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:
            path.unlink()
            raise


def write(document: UUID, out: BinaryIO) -> None:
    """Export to a stream; a failure is said."""
    try:
        with logs.one_moment() as connection:
            exports.write(out, exporting.records(connection, document))
        out.flush()
    except exporting.NoLog:
        raise CommandError(f"there is no document {document}") from None
    except Broken:
        raise CommandError(
            "not exported: its chain is broken, and verify_log tells where"
        ) from None

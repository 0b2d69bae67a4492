"""Making a document of an exported log: all of it, or nothing.

Beside `documents.storage.log` the one writer of logs. Everything read is vetted first.
Nobody is given any right but the owner, and no cache comes along: they are made here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Final

from django.conf import settings
from django.db import transaction

from documents import models
from documents.custody import exports
from documents.custody.arrivals import Arrivals
from documents.custody.records import (
    Binding,
    Bookmark,
    Header,
    Person,
    Record,
    Redacted,
)
from documents.custody.relinking import Relinking
from documents.custody.vetting import Unfit, Vetting
from documents.history.bookmarks import MOST
from documents.models import Audience, Document, Head, Snapshot, Update, User, Writer
from documents.storage.chain import Entry
from documents.storage.folding import Folding
from documents.storage.moments import moment
from documents.storage.snapshots import verify

_BATCH: Final = 1000
_BATCH_BYTES: Final = 4 * 1024 * 1024
"""What waits to be stored, and so the memory of an import, but for the state."""
_BEGAN: Final = datetime(2020, 1, 1, tzinfo=UTC)


class Taken(Exception):
    """There is a document of this id already."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file; the chain's end as the file said, and as it is here."""

    document: Document
    entries: int
    made: list[User]
    chain_there: bytes
    chain_here: bytes


def import_log(source: BinaryIO, owner: User | None, now: datetime) -> Imported:
    """Store the log of a file as a new document.

    It belongs to `owner`, or else to the person here who has its owner's e-mail
    address. Raises Damaged, Unfit, Taken and Nobody, having stored nothing.
    """
    exports.check(source)
    # Admission may have split what came as the greatest reply.
    records = exports.read(source, 2 * settings.REPLY_BYTES)
    people, vetting = Arrivals(), Vetting()
    loading: _Loading | None = None
    with transaction.atomic():
        for record in vetting.vetted(records):
            if isinstance(record, Person):
                people.introduce(record)
            elif isinstance(record, Header):
                loading = _Loading(record, people, owner)
            elif loading is not None:
                loading.take(record, vetting)
        assert loading is not None  # it was vetted
        return loading.finish(vetting, now)


class _Loading:
    """The storing of one log."""

    def __init__(self, header: Header, people: Arrivals, owner: User | None) -> None:
        self._header = header
        self._people = people
        self._document = _created(header, owner or people.owner(header.owner))
        self._relinking = Relinking(header.document)
        self._folding = Folding()
        self._rows: list[Update] = []
        self._bytes = 0
        self._last: Update | None = None
        self._writers: list[Writer] = []
        self._redacted: list[Redacted] = []
        self._bookmarks: list[models.Bookmark] = []

    def take(self, record: Record, vetting: Vetting) -> None:
        """Store what a vetted record says."""
        match record:
            case Binding(client, user):
                here = self._people.here(user)
                self._writers.append(
                    Writer(document=self._document, client_id=client, user_id=here)
                )
            case Redacted(stretch):
                self._redacted.append(record)
                self._relinking.expect(stretch)
            case Entry():
                self._folding.add(vetting.update)
                self._last = self._row(record)
                self._rows.append(self._last)
                self._bytes += len(record.payload)
            case Bookmark():
                self._mark(record)
        waiting = len(self._rows) + len(self._writers)
        if waiting >= _BATCH or self._bytes >= _BATCH_BYTES:
            self._flush()

    def _row(self, entry: Entry) -> Update:
        author = self._people.here(entry.author)
        return Update(
            document=self._document,
            seq=entry.seq,
            author_id=author,
            at=moment(entry.at),
            recovered=entry.recovered,
            payload=entry.payload,
            chain=self._relinking.step(entry, author),
        )

    def _mark(self, bookmark: Bookmark) -> None:
        if len(self._bookmarks) == MOST:
            raise Unfit("more bookmarks than a document may have")
        self._bookmarks.append(
            models.Bookmark(
                document=self._document,
                seq=bookmark.seq,
                name=bookmark.name,
                by_id=self._people.here(bookmark.by),
                at=moment(bookmark.at),
                locked=bookmark.locked,
            )
        )

    def _flush(self) -> None:
        Writer.objects.bulk_create(self._writers)
        Update.objects.bulk_create(self._rows)
        self._writers.clear()
        self._rows.clear()
        self._bytes = 0

    def finish(self, vetting: Vetting, now: datetime) -> Imported:
        """Store the rest, the head and a snapshot, so that it opens at once."""
        self._flush()
        models.Bookmark.objects.bulk_create(self._bookmarks)
        self._redact()
        here, seq, epoch = self._relinking.end, self._header.seq, epoch_of(now)
        last = self._last
        assert last is not None  # a vetted log has entries
        Head.objects.create(
            document=self._document,
            seq=seq,
            epoch=epoch,
            author=User.objects.filter(id=last.author_id or 0).first(),
            at=last.at,
            chain=here,
        )
        state, ledger = self._folding.state(), vetting.ledger.encode()
        verify(state, ledger)
        Snapshot.objects.create(
            document=self._document, seq=seq, epoch=epoch, state=state, ledger=ledger
        )
        return Imported(
            self._document, seq, self._people.made, self._header.chain, here
        )

    def _redact(self) -> None:
        for there, stretch in zip(
            self._redacted, self._relinking.rewritten, strict=True
        ):
            models.Redaction.objects.create(
                document=self._document,
                first=stretch.first,
                last=stretch.last,
                before=stretch.before,
                after=stretch.after,
                by_id=self._people.here(there.by),
                at=moment(there.at),
            )


def _created(header: Header, owner: User) -> Document:
    if Document.objects.filter(pk=header.document).exists():
        raise Taken(header.document)
    if header.audience not in Audience.values:
        raise Unfit("nobody knows who may see its history")
    return Document.objects.create(
        pk=header.document,
        title=header.title,
        owner=owner,
        created=moment(header.created),
        history_for=header.audience,
    )


def epoch_of(now: datetime) -> int:
    """Give an epoch later than any that a document of this id had here: the seconds.

    Its life before a purge counted from 1, and another import was at another time.
    """
    return (now - _BEGAN) // (now.resolution * 1_000_000)

"""What an exported log says, record by record, and how each is written.

A record is a kind and fields as lib0 writes them. People are introduced before the
first record that names them. Whether records make sense is for
`documents.custody.vetting`.
"""

from dataclasses import dataclass
from uuid import UUID

from documents.storage.chain import Entry
from documents.storage.verification import Stretch
from documents.yjs.lib0 import Malformed, Reader, Writer

_PERSON, _HEADER, _BINDING, _REDACTED, _ENTRY, _RECOVERED, _BOOKMARK = range(1, 8)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom later records name; without an e-mail a former member."""

    id: int
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of the document; `seq` and `chain` are those of its head."""

    document: UUID
    title: str
    created: int
    owner: int
    audience: str
    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Binding:
    """Whose a Yjs client id is."""

    client: int
    user: int | None


@dataclass(frozen=True, slots=True)
class Redacted:
    """A stretch that was rewritten, by whom and when."""

    stretch: Stretch
    by: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A name that a person gave to a seq."""

    seq: int
    name: str
    by: int | None
    at: int
    locked: bool


Record = Person | Header | Binding | Redacted | Entry | Bookmark


class Form:
    """How records are written one after the other: entries count on from the last."""

    def __init__(self) -> None:
        self._seq = 0
        self._at = 0

    def encode(self, record: Record) -> bytes:
        """Write one record."""
        writer = Writer()
        match record:
            case Person():
                writer.byte(_PERSON)
                writer.uint(record.id)
                writer.text(record.email)
                writer.text(record.name)
            case Header():
                _write_header(writer, record)
            case Binding():
                writer.byte(_BINDING)
                writer.uint(record.client)
                writer.uint(record.user or 0)
            case Redacted():
                _write_redacted(writer, record)
            case Entry():
                writer.byte(_RECOVERED if record.recovered else _ENTRY)
                writer.uint(record.author or 0)
                writer.sint(record.at - self._at)
                writer.raw(record.payload)
                self._at = record.at
            case Bookmark():
                _write_bookmark(writer, record)
        return writer.finish()

    def decode(self, body: bytes) -> Record:
        """Mirror of `encode`; raises Malformed."""
        reader = Reader(body)
        kind = reader.byte()
        record: Record
        if kind == _PERSON:
            record = Person(reader.uint(), reader.text(), reader.text())
        elif kind == _HEADER:
            record = _read_header(reader)
        elif kind == _BINDING:
            record = Binding(reader.uint(), reader.uint() or None)
        elif kind == _REDACTED:
            record = _read_redacted(reader)
        elif kind in (_ENTRY, _RECOVERED):
            record = self._read_entry(reader, recovered=kind == _RECOVERED)
        elif kind == _BOOKMARK:
            record = _read_bookmark(reader)
        else:
            raise Malformed("unknown kind of record", 0)
        reader.finish()
        return record

    def _read_entry(self, reader: Reader, *, recovered: bool) -> Entry:
        author = reader.uint() or None
        self._at += reader.sint()
        self._seq += 1
        payload = reader.take(reader.end - reader.at)
        return Entry(self._seq, author, self._at, recovered, payload)


def _write_header(writer: Writer, header: Header) -> None:
    writer.byte(_HEADER)
    writer.raw(header.document.bytes)
    writer.text(header.title)
    writer.sint(header.created)
    writer.uint(header.owner)
    writer.text(header.audience)
    writer.uint(header.seq)
    writer.raw(header.chain)


def _read_header(reader: Reader) -> Header:
    return Header(
        document=UUID(bytes=reader.take(16)),
        title=reader.text(),
        created=reader.sint(),
        owner=reader.uint(),
        audience=reader.text(),
        seq=reader.uint(),
        chain=reader.take(32),
    )


def _write_redacted(writer: Writer, redacted: Redacted) -> None:
    writer.byte(_REDACTED)
    writer.uint(redacted.stretch.first)
    writer.uint(redacted.stretch.last)
    writer.raw(redacted.stretch.before)
    writer.raw(redacted.stretch.after)
    writer.uint(redacted.by or 0)
    writer.sint(redacted.at)


def _read_redacted(reader: Reader) -> Redacted:
    first, last = reader.uint(), reader.uint()
    stretch = Stretch(first, last, reader.take(32), reader.take(32))
    return Redacted(stretch, reader.uint() or None, reader.sint())


def _write_bookmark(writer: Writer, bookmark: Bookmark) -> None:
    writer.byte(_BOOKMARK)
    writer.uint(bookmark.seq)
    writer.text(bookmark.name)
    writer.uint(bookmark.by or 0)
    writer.sint(bookmark.at)
    writer.byte(bookmark.locked)


def _read_bookmark(reader: Reader) -> Bookmark:
    return Bookmark(
        seq=reader.uint(),
        name=reader.text(),
        by=reader.uint() or None,
        at=reader.sint(),
        locked=reader.uint(1) == 1,
    )

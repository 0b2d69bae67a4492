"""Papers: documents whose logs are written by hand, one row after another, for tests.

Each person writes with a Yjs client of their own, as in a browser; what they write is
appended at once, linked and stamped with the time that the test says.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents import aside
from documents.custody.verifying import verdict
from documents.models import Chapter, Document, Head, Update, User, Writer
from documents.storage import log
from documents.storage.chain import Entry, link
from documents.storage.chapters import pack, unpack
from documents.storage.entries import entries
from documents.storage.moments import milliseconds, moment
from documents.yjs.updates import parse

BEGAN: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


def append(document: Document, author: User, payload: bytes, at: datetime) -> int:
    """Append a row to a log and give its seq."""
    head = Head.objects.get(document=document)
    ms = milliseconds(at)
    entry = Entry(head.seq + 1, author.pk, ms, recovered=False, payload=payload)
    head.chain = link(bytes(head.chain), document.pk, entry)
    head.seq, head.author, head.at = entry.seq, author, moment(ms)
    head.save()
    Update.objects.create(
        document=document,
        seq=entry.seq,
        author=author,
        at=head.at,
        payload=payload,
        chain=head.chain,
    )
    for client in parse(payload).structs:
        Writer.objects.get_or_create(
            document=document, client_id=client, defaults={"user": author}
        )
    return entry.seq


class Paper:
    """A document, and the clients of those who write in it."""

    def __init__(self, document: Document, now: datetime = BEGAN) -> None:
        self.document = document
        self.now = now
        self.clients: dict[int, Doc[Any]] = {}

    def client(self, author: User) -> "Doc[Any]":
        """The author's Yjs document, with all that the log holds."""
        doc = self.clients.get(author.pk)
        if doc is None:
            doc = self.clients[author.pk] = Doc()
            doc["default"] = XmlFragment()
        doc.apply_update(log.state(self.document.pk))
        return doc

    def change(self, author: User, how: Callable[[XmlFragment], None]) -> int:
        """Let somebody change the text in one row, a second later; give its seq."""
        doc = self.client(author)
        before = doc.get_state()
        found: list[bytes] = []
        seen = doc.observe(lambda event: found.append(event.update))
        with doc.transaction():
            how(doc["default"])
        doc.unobserve(seen)
        assert doc.get_state() != before or found
        self.now += SECOND
        return append(self.document, author, found[-1], self.now)

    def write(self, author: User, text: str, at: int | None = None) -> int:
        """Write into the first paragraph, at its end or at an index of bytes."""

        def insert(root: XmlFragment) -> None:
            words = words_of(root)
            words.insert(len(str(words).encode()) if at is None else at, text)

        return self.change(author, insert)

    def delete(self, author: User, start: int, end: int) -> int:
        """Delete some bytes of the first paragraph."""

        def remove(root: XmlFragment) -> None:
            del words_of(root)[start:end]

        return self.change(author, remove)

    def ids(self, seq: int) -> list[list[int]]:
        """All ids that a row brought, as the API takes them."""
        payload = bytes(Update.objects.get(document=self.document, seq=seq).payload)
        return [
            [client, struct.clock, struct.length]
            for client, section in parse(payload).structs.items()
            for struct in section
        ]


def words_of(root: XmlFragment) -> XmlText:
    """The text of the first paragraph, made with its first words."""
    block = root.children[0]
    assert isinstance(block, XmlElement)
    if not len(block.children):
        return block.children.append(XmlText())
    found = block.children[0]
    assert isinstance(found, XmlText)
    return found


def everything(document: Document) -> bytes:
    """All bytes that the database holds of a document's text."""
    found = b""
    for table in (
        "documents_update",
        "documents_chapter",
        "documents_snapshot",
        "documents_columns",
        "documents_reading",
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t::text FROM {table} t WHERE document_id = %s", [document.pk]
            )
            found += "".join(row[0] for row in cursor.fetchall()).encode()
    for chapter in Chapter.objects.filter(document=document):
        found += b"".join(
            one.payload.hex().encode() for one in unpack(bytes(chapter.body))
        )
    return found


def holds(document: Document, words: str) -> bool:
    return words.encode().hex().encode() in everything(document)


def chapter(document: Document, first: int, last: int) -> None:
    """Pack some rows, as old ones are."""
    chains = dict(Update.objects.filter(document=document).values_list("seq", "chain"))
    found = list(entries(aside.own(), document.pk, first, last))
    ends = Chapter.objects.filter(document=document, last=first - 1).first()
    before = ends.after if ends else chains.get(first - 1, bytes(32))
    Chapter.objects.create(
        document=document,
        first=first,
        last=last,
        before=before,
        after=chains[last],
        body=pack(found),
    )
    Update.objects.filter(document=document, seq__range=(first, last)).delete()


def verified(document: Document) -> str:
    """What `verify_log` says of a log."""
    with transaction.atomic():
        return verdict(aside.own(), document.pk).said

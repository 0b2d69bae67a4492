"""Logs for tests that look at what lies in Postgres: honest, long, of many people."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db import connection

from documents.models import Document, Head, Redaction, Update, User, Writer
from documents.storage.chain import Entry, link, linked
from documents.storage.entries import entries
from documents.storage.moments import milliseconds, moment
from documents.yjs.admission import Ledger
from documents.yjs.contents import DELETED, STRING
from documents.yjs.ranges import Range, Ranges, normal
from documents.yjs.updates import ClientId, Item, Struct, encode, parse
from documents.yjs.updates import Update as Change
from tests.core.worlds import PLAIN_WORDS, World

BEGAN: Final = datetime(2024, 3, 1, 12, 0, 0, 123_000, tzinfo=UTC)


def rows(document: UUID) -> list[Update]:
    """The rows of a log in order."""
    return list(Update.objects.filter(document=document).order_by("seq"))


def entry_of(row: Update) -> Entry:
    """What the chain says of a row."""
    at, payload = milliseconds(row.at), bytes(row.payload)
    return Entry(row.seq, row.author_id, at, row.recovered, payload)


def grow(document: Document, authors: Sequence[User], count: int, seed: int) -> None:
    """Append so many honest updates, each by one of these, some of them recovered.

    Each seed may be used once a document: its clients begin anew. An author who has
    no account is a former member.
    """
    ledger = Ledger()
    connection.ensure_connection()
    for entry in entries(connection.connection, document.pk, 1):
        ledger.absorb(parse(entry.payload))
    head = Head.objects.get(document=document)
    chain, made = bytes(head.chain), []
    for seq, update in enumerate(_updates(ledger, count, seed), head.seq + 1):
        author = authors[seq % len(authors)].pk
        at = milliseconds(BEGAN + timedelta(milliseconds=seq * 977))
        entry = Entry(seq, author, at, seq % 11 == 0, encode(update))
        chain = link(chain, document.pk, entry)
        made.append(row_of(document.pk, entry, chain))
        for client in update.structs:
            owner = User.objects.filter(pk=author).first()
            Writer.objects.get_or_create(
                document=document, client_id=client, defaults={"user": owner}
            )
    Update.objects.bulk_create(made)
    head.seq, head.chain, head.at = made[-1].seq, chain, made[-1].at
    head.author = User.objects.filter(id=made[-1].author_id or 0).first()
    head.save()


def _updates(ledger: Ledger, count: int, seed: int) -> list[Change]:
    world = World(Random(seed), words=PLAIN_WORDS)
    found: list[Change] = []
    while len(found) < count:
        update = ledger.admit(world.update(), partial=True).update
        world.learn(ledger.state_vector())
        if not update.empty:
            found.append(update)
    return found


def row_of(document: UUID, entry: Entry, chain: bytes) -> Update:
    """Give an entry as the row that holds it; nothing is stored yet."""
    return Update(
        document_id=document,
        seq=entry.seq,
        author_id=entry.author,
        at=moment(entry.at),
        recovered=entry.recovered,
        payload=entry.payload,
        chain=chain,
    )


def forge_links(document: UUID) -> None:
    """Compute all links of the rows anew, as who hides a change would; not the head."""
    before = bytes(32)
    for row in rows(document):
        before = linked(before, document, [entry_of(row)])
        Update.objects.filter(document=document, seq=row.seq).update(chain=before)


def redact(document: UUID, first: int, last: int) -> None:
    """Rewrite a stretch as a redaction leaves it: ids without text, ends of links."""
    chain = {row.seq: bytes(row.chain or b"") for row in rows(document)}
    for row in Update.objects.filter(document=document, seq__range=(first, last)):
        payload = encode(_wordless(parse(bytes(row.payload))))
        Update.objects.filter(pk=row.pk).update(payload=payload, chain=None)
    Redaction.objects.create(
        document_id=document,
        first=first,
        last=last,
        before=chain[first - 1],
        after=chain[last],
        by=None,
        at=BEGAN,
    )


def _wordless(update: Change) -> Change:
    def rewritten(struct: Struct) -> Struct:
        if isinstance(struct, Item) and struct.kind == STRING:
            info = struct.info - STRING + DELETED
            return replace(struct, info=info, content=b"")
        return struct

    structs = {
        client: tuple(map(rewritten, section))
        for client, section in update.structs.items()
    }
    return Change(structs, update.deletes)


def telling(document: UUID) -> list[int]:
    """The seqs of those rows that say something in text."""
    return [
        row.seq
        for row in rows(document)
        if any(
            isinstance(struct, Item) and struct.kind == STRING
            for structs in parse(bytes(row.payload)).structs.values()
            for struct in structs
        )
    ]


def ids_of(document: UUID, seqs: Iterable[int]) -> dict[ClientId, Ranges]:
    """The ids that rows write, as a redaction names them."""
    found: dict[ClientId, list[Range]] = {}
    for row in Update.objects.filter(document=document, seq__in=seqs):
        for client, structs in parse(bytes(row.payload)).structs.items():
            range_ = (structs[0].clock, structs[-1].end)
            found.setdefault(client, []).append(range_)
    return {client: normal(ranges) for client, ranges in found.items()}

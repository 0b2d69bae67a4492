"""What is asked of a history, told as bytes: columns, and logs up to any seq.

Each is a cut out of the whole: nothing is replayed. Works on the connection that it is
given; knows no Django and no rights.
"""

from itertools import islice, takewhile
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from pydantic_core import to_json

from documents.history import columns as columning
from documents.history import prefixes
from documents.history import versions as versioning
from documents.history.alarm import Shrinkage, shrinkage
from documents.history.blame import Blamed, Blaming
from documents.history.chronicle import at_hand, current, expect, lives, written
from documents.history.columns import part
from documents.history.entire import laid, whole
from documents.history.phrases import Find, Ids, Lines, readable
from documents.history.recent import Read, Recent
from documents.history.stamps import Stamps
from documents.history.versions import Version
from documents.storage import chapters, wholes
from documents.storage.entries import Head, entries, head
from documents.yjs.merging import merge, squash
from documents.yjs.updates import Update, encode, parse

PAGE: Final = 50
"""Versions of one answer."""
FINDS: Final = 200
"""Phrases that a search tells; who wants others says more."""
FEW: Final = 1000
"""So many rows are merged sooner than they are cut out of the whole."""

_lines: Final[Recent[Lines]] = Recent()
_blaming: Final[Recent[Blaming]] = Recent()

_WEIGHT: LiteralString = (
    "SELECT h.seq - k.seq, k.size"
    " + coalesce((SELECT sum(octet_length(u.payload)) FROM ("
    " SELECT payload FROM documents_update WHERE document_id = h.document_id"
    " AND seq > k.seq ORDER BY seq LIMIT %s) AS u), 0)::bigint"
    ", ARRAY(SELECT substring(p.body FROM 1 FOR %s) FROM documents_chapter p"
    " WHERE p.document_id = h.document_id AND p.last > k.seq"
    " ORDER BY p.first LIMIT %s)"
    " FROM documents_head h"
    " LEFT JOIN documents_columns c"
    " ON c.document_id = h.document_id AND c.epoch = h.epoch"
    " LEFT JOIN documents_snapshot s"
    " ON s.document_id = h.document_id AND s.epoch = h.epoch"
    " CROSS JOIN LATERAL (SELECT"
    " least(coalesce(c.seq, 0), coalesce(s.seq, 0)) AS seq,"
    " coalesce(octet_length(c.body), 0) + coalesce(octet_length(s.state), 0) AS size"
    " ) AS k WHERE h.document_id = %s"
)


class Stretch(NamedTuple):
    """Entries first..last of a log in an epoch."""

    epoch: int
    first: int
    last: int


class Weight(NamedTuple):
    """How much there is to read: rows that what is kept of it lacks, and bytes.

    Of very many rows the first are weighed; what is packed weighs what it comes to.
    """

    rows: int
    size: int


def weight(connection: psycopg.Connection, document: UUID) -> Weight:
    """Tell how much must be read to tell anything of a history."""
    given = (FEW, chapters.BEGINNING, FEW, document)
    found = connection.execute(_WEIGHT, given).fetchone()
    if found is None:
        return Weight(0, 0)
    rows, size, packed = found
    return Weight(rows, size + sum(map(chapters.size, packed)))


def columns(connection: psycopg.Connection, document: UUID, of: Stretch) -> bytes:
    """Tell the columns of a stretch, with what they carry as far as it is found.

    Raises Rewritten, Beyond, Behind, psycopg.Error.
    """
    end = expect(connection, document, of.epoch, of.last)
    is_whole = (of.first, of.last) == (1, end.seq)
    if is_whole and (body := written(connection, document, end)):
        return body
    found = at_hand(connection, document, end).columns
    if (of.first, of.last) != (found.first, found.last):
        found = part(found, of.first, of.last)
    return columning.encode(found)


class Wanted(NamedTuple):
    """Versions that end before a row, of a person, in a time; None is any."""

    before: int | None = None
    person: int | None = None
    since: int | None = None
    until: int | None = None

    def suits(self, version: Version) -> bool:
        """Tell whether a version is wanted, if it is not too old."""
        if self.until is not None and version.since > self.until:
            return False
        return self.person is None or self.person in version.authors

    def is_too_old(self, version: Version) -> bool:
        """Tell whether a version, and so all before it, ended too early."""
        return self.since is not None and version.until < self.since


class Page(NamedTuple):
    """Versions, the newest first; `more` that end before that row, if not None."""

    versions: list[Version]
    more: int | None


def versions(connection: psycopg.Connection, document: UUID, wanted: Wanted) -> Page:
    """Tell a page of versions; until it is found what carries what, moved text counts.

    Raises Rewritten, Behind, psycopg.Error.
    """
    end = head(connection, document)
    if end is None:
        return Page([], None)
    found = at_hand(connection, document, end).columns
    young = takewhile(
        lambda one: not wanted.is_too_old(one),
        versioning.versions(found.stamps, wanted.before),
    )
    page = list(islice(filter(wanted.suits, young), PAGE + 1))
    more = page[PAGE - 1].first if len(page) > PAGE else None
    texts = laid(connection, document, end).texts
    strings = {client: tuple(texts.ranges(client)) for client in texts.items}
    return Page(versioning.measured(page[:PAGE], found, strings), more)


def blame(connection: psycopg.Connection, document: UUID, of: Stretch) -> bytes:
    """Tell who wrote and who deleted all that could be read after `first` or `last`.

    As JSON: a list of `history.blame.Blamed`, the ids with a length. Raises Rewritten,
    Beyond, Behind, psycopg.Error.
    """
    end = expect(connection, document, of.epoch, of.last)
    found = current(connection, document, end)

    def further(read: Read[Blaming] | None) -> Blaming:
        text = laid(connection, document, end)
        return Blaming(text, found, read.value if read else None)

    blaming = _blaming.grown(document, end.epoch, end.seq, further)
    told = blaming.between(of.first, of.last)
    expect(connection, document, of.epoch)
    return to_json([_word(one) for one in told])


def _word(one: Blamed) -> dict[str, object]:
    client, start, end = one.ids
    ids = client, start, end - start
    return {**one._asdict(), "ids": ids, "text": readable(one.text)}


class Sight(NamedTuple):
    """A phrase that could be read from row `born` on; times in ms since 1970.

    `author` wrote the row with which it was whole, `authors` first wrote its letters;
    `died` and `deleter` are None while it is all there.
    """

    text: str
    born: int
    at: int
    author: int | None
    authors: tuple[int | None, ...]
    died: int | None
    until: int | None
    deleter: int | None
    ids: Ids


def search(connection: psycopg.Connection, document: UUID, phrase: str) -> list[Sight]:
    """Tell where a phrase could ever be read, the latest first.

    Raises Rewritten, Behind, psycopg.Error.
    """
    end = head(connection, document)
    if end is None:
        return []
    found = current(connection, document, end)

    def further(read: Read[Lines] | None) -> Lines:
        text = laid(connection, document, end)
        return Lines(text, found, read.value if read else None)

    lines = _lines.grown(document, end.epoch, end.seq, further)
    finds = lines.find(phrase, FINDS)
    expect(connection, document, end.epoch)
    return [_sight(find, found.stamps) for find in finds]


def _sight(find: Find, stamps: Stamps) -> Sight:
    return Sight(
        text=find.text,
        born=find.born,
        at=stamps.time(find.born),
        author=stamps.author(find.born),
        authors=find.authors,
        died=find.died,
        until=None if find.died is None else stamps.time(find.died),
        deleter=None if find.died is None else stamps.author(find.died),
        ids=find.ids,
    )


def alarm(
    connection: psycopg.Connection, document: UUID, since: int
) -> Shrinkage | None:
    """Tell whether somebody deleted much of a document after row `since`.

    Nothing, until it is found what was only said again. Raises Rewritten, Behind,
    psycopg.Error.
    """
    end = head(connection, document)
    if end is None or since >= end.seq:
        return None
    found, traced = at_hand(connection, document, end)
    return shrinkage(found, since) if traced == end.seq else None


def log(connection: psycopg.Connection, document: UUID, of: Stretch) -> bytes:
    """Tell the squashed merge of a stretch, with the text that is deleted.

    From the first row on it is the state after the last. Raises Rewritten, Beyond,
    Behind, psycopg.Error.
    """
    end = expect(connection, document, of.epoch, of.last)
    if of.last - of.first < FEW:
        rows = entries(connection, document, of.first, of.last)
        found = merge(parse(row.payload) for row in rows)
    elif (of.first, of.last) == (1, end.seq):
        if state := wholes.stored(connection, document, end):
            expect(connection, document, of.epoch)
            return state
        found = whole(connection, document, end)
    else:
        found = _cut(connection, document, end, of)
    expect(connection, document, of.epoch)
    return encode(squash(found))


def _cut(
    connection: psycopg.Connection, document: UUID, end: Head, of: Stretch
) -> Update:
    found = lives(connection, document, end)
    if of.first > found.first:
        found = part(found, of.first, of.last)
    return prefixes.at(whole(connection, document, end), found, of.last)

"""What an exported file must say to be imported: judged as if a stranger had made it.

Follows its chain, parses every update and admits it as if it came from a browser, so
that no import can harm one. Knows neither the file's form nor where logs are kept.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from documents.custody.records import (
    Binding,
    Bookmark,
    Header,
    Person,
    Record,
    Redacted,
)
from documents.storage.chain import Entry
from documents.storage.verification import Broken, End, Stretch, Walk
from documents.yjs.admission import Ledger, Refused
from documents.yjs.lib0 import Malformed
from documents.yjs.updates import EMPTY, Update, parse

LONGEST_TITLE: Final = 200
LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
LATEST: Final = 253_402_300_799_999
"""The last millisecond of the year 9999, and so of what a date can say."""

_ORDER: Final = (Header, Binding, Redacted, Entry, Bookmark)


class Unfit(Exception):
    """What the file says cannot be a log, or would harm whoever opens it."""


class Vetting:
    """Passes the records of one file on.

    `ledger` is that of the log so far, `update` what its last entry holds.
    """

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.update = EMPTY
        self._header: Header | None = None
        self._walk: Walk | None = None
        self._rewritten: list[Stretch] = []
        self._people: dict[int, Person] = {}
        self._emails: set[str] = set()
        self._clients: set[int] = set()
        self._stage = 0

    def vetted(self, records: Iterable[Record]) -> Iterator[Record]:
        """Give all records again. Raises Unfit at the first that may not be so."""
        for record in records:
            self._take(record)
            yield record
        if self._header is None:
            raise Unfit("no document is in the file")
        walk = self._walking(self._header)
        try:
            walk.end(End(self._header.seq, self._header.chain))
        except Broken as broken:
            raise _broken(broken) from None

    def _take(self, record: Record) -> None:
        if isinstance(record, Person):
            self._introduce(record)
        elif isinstance(record, Header):
            self._open(record)
        elif self._header is None:
            raise Unfit("the file does not begin with its document")
        else:
            self._advance(record)
            self._judge(self._header, record)

    def _advance(self, record: Record) -> None:
        stage = _ORDER.index(type(record))
        if stage < self._stage:
            raise Unfit("its records are out of order")
        self._stage = stage

    def _judge(self, header: Header, record: Record) -> None:
        match record:
            case Binding(client, user):
                self._known(user)
                if client in self._clients:
                    raise Unfit(f"client {client} is bound twice")
                self._clients.add(client)
            case Redacted(stretch, by, at):
                self._known(by)
                _in_time(at)
                if not 1 <= stretch.first <= stretch.last <= header.seq:
                    raise Unfit("a redaction lies outside the log")
                self._rewritten.append(stretch)
            case Entry():
                self._admit(header, record)
            case Bookmark(seq, name, by, at):
                self._known(by)
                _in_time(at)
                _clean(name, LONGEST_TITLE)
                if seq > header.seq:
                    raise Unfit("a bookmark lies past the head")

    def _introduce(self, person: Person) -> None:
        if person.id in self._people or person.email in self._emails:
            raise Unfit("somebody is in the file twice")
        if person.id == 0:
            raise Unfit("somebody has no id")
        _clean(person.email, LONGEST_EMAIL)
        _clean(person.name, LONGEST_NAME)
        self._people[person.id] = person
        self._emails |= {person.email} - {""}

    def _open(self, header: Header) -> None:
        if self._header is not None:
            raise Unfit("two documents are in the file")
        self._known(header.owner)
        _clean(header.title, LONGEST_TITLE)
        _in_time(header.created)
        if header.seq == 0:
            raise Unfit("a log has at least one entry")
        self._header = header

    def _known(self, person: int | None) -> None:
        """Raise Unfit unless this is nobody, or somebody who has an account."""
        if person is not None:
            found = self._people.get(person)
            if found is None or not found.email:
                raise Unfit(f"person {person} is not in the file")

    def _admit(self, header: Header, entry: Entry) -> None:
        if entry.author is not None and entry.author not in self._people:
            raise Unfit(f"entry {entry.seq}: its author is not in the file")
        _in_time(entry.at)
        try:
            self._walking(header).step(entry)
        except Broken as broken:
            raise _broken(broken) from None
        try:
            self.update = parse(entry.payload)
            self._enter(self.update)
        except (Malformed, Refused, Unfit) as error:
            raise Unfit(f"entry {entry.seq}: {error}") from None

    def _enter(self, update: Update) -> None:
        found = self.ledger.admit(update)
        if found.lacks:
            raise Unfit("it refers to what is not there")
        if found.update.structs != update.structs:
            raise Unfit("it is not as a server stores it")

    def _walking(self, header: Header) -> Walk:
        if self._walk is None:
            self._walk = Walk(header.document, self._rewritten)
        return self._walk


def _broken(broken: Broken) -> Unfit:
    """A file has no links of single entries, so the fault may lie before."""
    seq, reason = broken.first, broken.reason
    return Unfit(f"its chain is broken at entry {seq} or before it: {reason}")


def _clean(text: str, longest: int) -> None:
    if len(text) > longest or "\0" in text:
        raise Unfit("a name in it is too long, or holds what no name holds")


def _in_time(at: int) -> None:
    if not 0 <= at <= LATEST:
        raise Unfit("a time in it is none")

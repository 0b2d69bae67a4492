"""What the API takes and gives of histories. Times are milliseconds since 1970."""

from typing import Annotated, Final

from ninja import Schema
from pydantic import Field, StringConstraints

from documents.api.schemas import NO_NULL
from documents.history.blame import Change
from documents.models import TITLE_LENGTH, Audience
from documents.storage.entries import LAST
from documents.yjs.lib0 import MAX_CLOCK, MAX_SAFE

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=TITLE_LENGTH, pattern=NO_NULL
    ),
]
Moment = Annotated[int, Field(ge=0, le=MAX_SAFE)]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Seq = Annotated[int, Field(ge=1, le=LAST)]


Client = Annotated[int, Field(ge=0, le=MAX_SAFE)]
Clock = Annotated[int, Field(ge=0, lt=MAX_CLOCK)]
Length = Annotated[int, Field(ge=1, le=MAX_CLOCK)]
MOST_RANGES: Final = 10_000
"""A long text that was typed here and there by many is a range a word."""


class AuthorOut(Schema):
    """Somebody who wrote; `former` when the account is gone."""

    id: int
    name: str
    hue: int
    former: bool


class BookmarkOut(Schema):
    """A name that a person gave to a seq."""

    id: int
    seq: int
    name: str
    by: int | None
    at: int
    locked: bool


class RedactionOut(Schema):
    """A stretch of the log from which somebody took words for ever."""

    first: int
    last: int
    by: int | None
    at: int


class AlarmOut(Schema):
    """Rows before + 1 to `seq` deleted this share of the document within a minute."""

    before: int
    seq: int
    by: int
    at: int
    share: float


class SightOut(Schema):
    """A phrase that could be read from row `born` on, until row `died`.

    `ids` are ranges of ids of its last copy: a client, a clock and a length each.
    """

    text: str
    born: int
    at: int
    author: int | None
    authors: list[int | None]
    died: int | None
    until: int | None
    deleter: int | None
    ids: list[tuple[int, int, int]]


class VersionsIn(Schema):
    """Versions that end before a row, of a person, in a time; left out is any."""

    before: Seq | None = None
    person: Seq | None = None
    since: Moment | None = None
    until: Moment | None = None


class VersionOut(Schema):
    """A sitting: rows first..last, by these people, who added and removed text."""

    first: int
    last: int
    from_: Annotated[int, Field(serialization_alias="from")]
    to: int
    authors: list[int | None]
    changes: int
    added: int
    removed: int


class VersionsOut(Schema):
    """Versions, the newest first; `more` end before that row, unless it is null."""

    versions: list[VersionOut]
    more: int | None


class BlamedOut(Schema):
    """Text that could be read at the first or the last row of a stretch, or at both.

    `ids` are a client, a clock and a length; `author` first wrote it in row `seq`, if
    `carried` under other ids. `died` and `deleter` are null for what is there.
    """

    ids: tuple[int, int, int]
    text: str
    change: Change
    author: int | None
    seq: int
    at: int
    carried: bool
    died: int | None
    deleter: int | None


class HistoryOut(Schema):
    """What a history is shown with; `seen` is null before a first visit.

    It is found what carries what in the rows until `traced`; in a long log that was
    never looked at that takes a while. `alarm` is for the owner and whom it is
    about, until it is over or seen.
    """

    epoch: int
    head: int
    traced: int
    title: str
    people: list[AuthorOut]
    bookmarks: list[BookmarkOut]
    redactions: list[RedactionOut]
    seen: int | None
    alarm: AlarmOut | None
    audience: Audience
    may_write: bool
    may_own: bool


class BookmarkIn(Schema):
    """The seq to name, and its name."""

    seq: Seq
    name: Name


class BookmarkChange(Schema):
    """What to change of a bookmark; what is left out stays."""

    name: Name | None = None
    locked: bool | None = None


class VisitIn(Schema):
    """Up to which seq the person has seen the document."""

    seq: Seq


class AudienceIn(Schema):
    """Who may see the history from now on."""

    audience: Audience


class RedactionIn(Schema):
    """What to take out for ever: ranges of ids, each a client, a clock and a length."""

    ranges: Annotated[
        list[tuple[Client, Clock, Length]],
        Field(min_length=1, max_length=MOST_RANGES),
    ]


class RedactingOut(Schema):
    """Whether a redaction is done that was begun in this epoch."""

    done: bool
    epoch: int


class RedactedOut(Schema):
    """The stretch of the log that says less now, and the epoch that began."""

    first: int
    last: int
    epoch: int

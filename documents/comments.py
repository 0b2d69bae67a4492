"""Comments: what people say about passages of a text, in threads.

Each change of a thread takes the next revision of its document, so that whoever knows
one revision can ask for what came after it. Who may do what is for `documents.access`.
"""

import base64
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.dispatch import Signal
from django.shortcuts import get_object_or_404
from psycopg import AsyncConnection

from documents import wording
from documents.models import ANCHOR_BYTES, Comment, Document, Head, Thread, User
from documents.people import hold
from documents.storage.moments import whole_milliseconds
from documents.yjs import positions
from documents.yjs.contents import units

OPEN: Final = 1000
"""Threads of a document that are open: a browser looks for each in the text."""
THREADS: Final = 10_000
"""Of a document, also settled and taken back: a browser knows them all."""
COMMENTS: Final = 500
"""Of a thread: each change tells it whole."""
QUOTE: Final = 1000
"""Of a passage's words so many UTF-16 units are kept: to find it again, to read it."""
PAGE: Final = 100
"""Threads that are read at once."""
PAGE_COMMENTS: Final = 1000
"""With so many comments, or those of one thread, no more threads are read at once."""

commented = Signal()
"""Sent after the commit with `document: UUID` and `revision: int`."""


class TooLong(Exception):
    """The text is longer than a comment may be."""


class Empty(Exception):
    """Nothing of the text shows."""


class NoPassage(Exception):
    """What should name a passage does not."""


class TooManyThreads(Exception):
    """The document has as many threads as it may have."""


class TooManyComments(Exception):
    """The thread has as many comments as it may have."""


class Anchor(NamedTuple):
    """Where a passage is: two relative positions of Yjs, and its words."""

    start: bytes
    end: bytes
    quote: str


class Seen(NamedTuple):
    """An anchor as a browser saw it in an epoch."""

    anchor: Anchor
    epoch: int


class Remark(NamedTuple):
    """What somebody wants to say; the same key is the same comment."""

    author: User
    key: str
    text: str


class Page(NamedTuple):
    """Threads by revision, and whether there are more after them."""

    threads: Sequence[Thread]
    more: bool


def remark(author: User, key: str, text: str) -> Remark:
    """Take what somebody wants to say. Raises TooLong and Empty."""
    text = wording.said(text)
    match wording.objection(text, settings.SAYING_CHARACTERS):
        case "too-long":
            raise TooLong
        case "empty":
            raise Empty
    return Remark(author, key, text)


def anchor(start: str, end: str, quote: str) -> Anchor:
    """Take what names a passage; positions are in base64. Raises NoPassage."""
    quote = wording.storable(quote)
    if units(quote.encode()) > QUOTE:
        raise NoPassage
    return Anchor(_position(start), _position(end), quote)


def _position(written: str) -> bytes:
    try:
        position = base64.b64decode(written, validate=True)
        if len(position) > ANCHOR_BYTES:
            raise NoPassage
        positions.parse(position)
    except ValueError as error:
        raise NoPassage from error
    return position


# Reading


def revision(document: UUID) -> int:
    """Give the revision of a document's last change of a thread; 0 before the first."""
    threads = Thread.objects.filter(document=document)
    return threads.aggregate(last=Max("revision"))["last"] or 0


def after(document: UUID, known: int) -> Page:
    """Give the threads that have changed after a revision."""
    numbers = Comment.objects.filter(
        document=OuterRef("document"), thread=OuterRef("number")
    ).order_by("-number")
    changed = Thread.objects.filter(document=document, revision__gt=known)
    found = list(
        changed.annotate(length=Subquery(numbers.values("number")[:1]))
        .select_related("settled_by")
        .order_by("revision")[: PAGE + 1]
    )
    before = list(accumulate((thread.length for thread in found), initial=0))
    few = bisect_left(before, PAGE_COMMENTS, hi=min(len(found), PAGE))
    return Page(found[:few], few < len(found))


def said(document: UUID, threads: Collection[Thread]) -> dict[int, list[Comment]]:
    """Give the comments of threads by their number, in order."""
    found: dict[int, list[Comment]] = {thread.number: [] for thread in threads}
    comments = Comment.objects.filter(document=document, thread__in=found)
    for comment in comments.select_related("author").order_by("thread", "number"):
        found[comment.thread].append(comment)
    return found


async def revisions(
    connection: AsyncConnection, documents: Iterable[UUID]
) -> dict[UUID, int]:
    """Give the revision of each of these documents that has any threads."""
    cursor = await connection.execute(
        "SELECT document, revision FROM unnest(%s::uuid[]) AS d(document), LATERAL"
        " (SELECT revision FROM documents_thread t WHERE t.document_id = d.document"
        " ORDER BY t.revision DESC LIMIT 1) AS last",
        (list(documents),),
    )
    return dict(await cursor.fetchall())


# Changing


def begin(
    document: UUID, remark: Remark, seen: Seen, now: datetime
) -> tuple[Thread, bool]:
    """Begin a thread; give it, and whether it is new. Raises TooManyThreads."""
    with transaction.atomic():
        hold(remark.author)
        _lock(document)
        if known := _known(document, remark):
            return known, False
        threads = Thread.objects.filter(document=document)
        number = (threads.aggregate(last=Max("number"))["last"] or 0) + 1
        if number > THREADS:
            raise TooManyThreads
        _check_open(document, number)
        anchor = _current(document, seen)
        thread = Thread(document_id=document, number=number, **anchor._asdict())
        _say(thread, 1, remark, now)
        return thread, True


def answer(
    document: UUID, number: int, remark: Remark, now: datetime
) -> tuple[Thread, bool]:
    """Add a comment to a thread, which opens it again; tell whether it is new.

    Raises Thread.DoesNotExist, TooManyThreads, TooManyComments.
    """
    with transaction.atomic():
        hold(remark.author)
        thread = _held(document, number)
        if known := _known(document, remark):
            return known, False
        comments = Comment.objects.filter(document=document, thread=number)
        count = comments.count()
        if count >= COMMENTS:
            raise TooManyComments
        _check_open(document, number)
        thread.settled = thread.settled_by = None
        _say(thread, count + 1, remark, now)
        return thread, True


def settle(
    document: UUID, number: int, by: User, now: datetime, *, settled: bool
) -> Thread:
    """Settle a thread, or open it again.

    Raises Thread.DoesNotExist, TooManyThreads.
    """
    with transaction.atomic():
        hold(by)
        thread = _held(document, number)
        if not settled:
            _check_open(document, number)
        if settled != (thread.settled is not None):
            thread.settled = whole_milliseconds(now) if settled else None
            thread.settled_by = by if settled else None
            _change(thread)
        return thread


def move(document: UUID, number: int, seen: Seen) -> None:
    """Note where the passage stands of a thread that says something.

    Raises Thread.DoesNotExist.
    """
    with transaction.atomic():
        thread = _held(document, number)
        anchor = _current(document, seen)
        stood = Anchor(bytes(thread.start), bytes(thread.end), thread.quote)
        if anchor != stood and _words(document).filter(thread=number).exists():
            thread.start, thread.end, thread.quote = anchor
            _change(thread)


def take_back(
    document: UUID, number: int, comment: int, by: User, *, anyones: bool
) -> Thread:
    """Take the words of a comment away for ever: one's own, or `anyones`.

    With the last of a thread goes what it quotes. Raises Thread.DoesNotExist,
    Comment.DoesNotExist, PermissionDenied.
    """
    with transaction.atomic():
        thread = _held(document, number)
        found = Comment.objects.get(document=document, thread=number, number=comment)
        if found.author_id != by.pk and not anyones:
            raise PermissionDenied
        if found.text:
            found.text = ""
            found.save(update_fields=["text"])
            if not _words(document).filter(thread=number).exists():
                thread.quote = ""
            _change(thread)
        return thread


def _lock(document: UUID) -> None:
    """Let changes of a document's threads follow one another, until the commit.

    Not by its head: nobody's edit waits for a comment.
    """
    locked = Document.objects.select_for_update(no_key=True)
    get_object_or_404(locked, pk=document)


def _held(document: UUID, number: int) -> Thread:
    _lock(document)
    # The row, too: who settled it may be deleted, and must not be written again.
    threads = Thread.objects.select_for_update(of=("self",), no_key=True)
    found = threads.select_related("settled_by")
    return found.get(document=document, number=number)


def _words(document: UUID) -> QuerySet[Comment]:
    """Give the comments of a document that were not taken back."""
    return Comment.objects.filter(document=document).exclude(text="")


def _check_open(document: UUID, number: int) -> None:
    """Raise TooManyThreads where so many others are open that this one must not be.

    A thread of which all was taken back is not.
    """
    said = _words(document).filter(thread=OuterRef("number"))
    others = Thread.objects.filter(document=document, settled=None).exclude(
        number=number
    )
    if others.filter(Exists(said)).count() >= OPEN:
        raise TooManyThreads


def _current(document: UUID, seen: Seen) -> Anchor:
    """Give an anchor without words of another epoch: they may be redacted since.

    A redaction holds the document's row while it begins an epoch and empties quotes.
    """
    heads = Head.objects.filter(document=document, epoch=seen.epoch)
    return seen.anchor if heads.exists() else seen.anchor._replace(quote="")


def _known(document: UUID, remark: Remark) -> Thread | None:
    """Give the thread in which this was said already."""
    before = Comment.objects.filter(
        document=document, author=remark.author, key=remark.key
    ).first()
    if before is None:
        return None
    threads = Thread.objects.select_related("settled_by")
    return threads.get(document=document, number=before.thread)


def _say(thread: Thread, number: int, remark: Remark, now: datetime) -> None:
    Comment.objects.create(
        document_id=thread.document_id,
        thread=thread.number,
        number=number,
        at=whole_milliseconds(now),
        **remark._asdict(),
    )
    _change(thread)


def _change(thread: Thread) -> None:
    """Store a thread as the next revision, and let it be known after the commit."""
    thread.revision = revision(thread.document_id) + 1
    thread.save()
    told = {"document": thread.document_id, "revision": thread.revision}
    transaction.on_commit(partial(commented.send, None, **told))

"""Comments in the API: read, said, settled, moved along with the text, taken back."""

import base64
from collections.abc import Callable, Collection
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from documents import comments, wording
from documents.access import (
    Opened,
    may_own,
    may_see_history,
    may_speak,
    may_write,
    opened,
)
from documents.api.schemas import Number, PersonOut, person_out
from documents.comments import Seen
from documents.models import Comment, Role, Thread
from documents.people import signed_in
from documents.storage.moments import milliseconds

router = Router()


class AnchorIn(Schema):
    """Where a passage is: relative positions of Yjs in base64, and its words.

    `epoch` is that in which they were read: words of another one are not kept.
    """

    start: str
    end: str
    quote: str
    epoch: Number

    def read(self) -> Seen:
        """Give what it names. Raises NoPassage."""
        return Seen(comments.anchor(self.start, self.end, self.quote), self.epoch)


class Answer(Schema):
    """What somebody says; the same key is the same comment."""

    key: Annotated[str, Field(pattern=f"^{wording.KEY}$")]
    text: str


class Beginning(Answer, AnchorIn):
    """What somebody says first about a passage."""


class Settling(Schema):
    """Whether all is said."""

    settled: bool


class CommentOut(Schema):
    """One comment; `by` is null when there is no such account any more.

    `at` is milliseconds since 1970; one that is `removed` has no text.
    """

    number: int
    at: int
    by: PersonOut | None
    text: str
    key: str
    removed: bool


class SettledOut(Schema):
    """When a thread was settled, and by whom."""

    at: int
    by: PersonOut | None


class ThreadOut(Schema):
    """What is said about one passage; `quote` is for those who may see the history.

    The words may be deleted meanwhile. They are empty after a redaction.
    """

    number: int
    revision: int
    start: str
    end: str
    quote: str | None
    settled: SettledOut | None
    comments: list[CommentOut]


class CommentsOut(Schema):
    """Threads in the order of their last change; `revision` is the document's."""

    revision: int
    threads: list[ThreadOut]
    more: bool


_SAID = {200: ThreadOut, 201: ThreadOut}


@router.get("/{uuid:document}/comments", response=CommentsOut)
def read(
    request: HttpRequest, answer: HttpResponse, document: UUID, after: Number = 0
) -> CommentsOut:
    """Give the threads that have changed after a revision; for who may speak.

    Nobody keeps them: a comment may be taken back later.
    """
    found = _opened(request, answer, document)
    # First, or a change between the two would be passed over.
    revision = comments.revision(document)
    threads, more = comments.after(document, after)
    return CommentsOut(revision=revision, threads=_written(found, threads), more=more)


@router.post("/{uuid:document}/comments", response=_SAID)
def begin(
    request: HttpRequest, answer: HttpResponse, document: UUID, body: Beginning
) -> Status[ThreadOut]:
    """Begin a thread about a passage; said again under its key it is there once."""
    found = _opened(request, answer, document)
    remark = comments.remark(signed_in(request), body.key, body.text)
    begun = comments.begin(document, remark, body.read(), timezone.now())
    return _said(found, *begun)


@router.post("/{uuid:document}/comments/{int:number}", response=_SAID)
def reply(
    request: HttpRequest,
    answer: HttpResponse,
    document: UUID,
    number: int,
    body: Answer,
) -> Status[ThreadOut]:
    """Answer in a thread, which opens it again if it was settled."""
    found = _opened(request, answer, document)
    remark = comments.remark(signed_in(request), body.key, body.text)
    answered = comments.answer(document, number, remark, timezone.now())
    return _said(found, *answered)


@router.put("/{uuid:document}/comments/{int:number}/settled", response=ThreadOut)
def settle(
    request: HttpRequest,
    answer: HttpResponse,
    document: UUID,
    number: int,
    body: Settling,
) -> ThreadOut:
    """Settle a thread, or open it again."""
    found = _opened(request, answer, document)
    by, now = signed_in(request), timezone.now()
    thread = comments.settle(document, number, by, now, settled=body.settled)
    return _one(found, thread)


@router.put("/{uuid:document}/comments/{int:number}/anchor", response={204: None})
def move(
    request: HttpRequest,
    answer: HttpResponse,
    document: UUID,
    number: int,
    body: AnchorIn,
) -> Status[None]:
    """Say where a passage stands whose words were written anew; for who may write."""
    _opened(request, answer, document, may_write)
    comments.move(document, number, body.read())
    return Status(204, None)


@router.delete(
    "/{uuid:document}/comments/{int:number}/{int:comment}", response=ThreadOut
)
def take_back(
    request: HttpRequest,
    answer: HttpResponse,
    document: UUID,
    number: int,
    comment: int,
) -> ThreadOut:
    """Take a comment's words away for ever: one's own; the owner anybody's."""
    found = _opened(request, answer, document)
    by, anyones = signed_in(request), may_own(found.role)
    thread = comments.take_back(document, number, comment, by, anyones=anyones)
    return _one(found, thread)


def _opened(
    request: HttpRequest,
    answer: HttpResponse,
    document: UUID,
    needs: Callable[[Role], bool] = may_speak,
) -> Opened:
    answer["Cache-Control"] = "private, no-store"
    return opened(signed_in(request), document, timezone.now(), needs)


def _said(found: Opened, thread: Thread, is_new: bool) -> Status[ThreadOut]:  # noqa: FBT001
    return Status(201 if is_new else 200, _one(found, thread))


def _one(found: Opened, thread: Thread) -> ThreadOut:
    (written,) = _written(found, [thread])
    return written


def _written(found: Opened, threads: Collection[Thread]) -> list[ThreadOut]:
    sees = may_see_history(found.role, found.document)
    said = comments.said(found.document.pk, threads)
    return [
        ThreadOut(
            number=thread.number,
            revision=thread.revision,
            start=base64.b64encode(thread.start).decode(),
            end=base64.b64encode(thread.end).decode(),
            quote=thread.quote if sees else None,
            settled=_settled(thread),
            comments=[_comment(one) for one in said[thread.number]],
        )
        for thread in threads
    ]


def _settled(thread: Thread) -> SettledOut | None:
    if thread.settled is None:
        return None
    by = person_out(thread.settled_by)
    return SettledOut(at=milliseconds(thread.settled), by=by)


def _comment(comment: Comment) -> CommentOut:
    return CommentOut(
        number=comment.number,
        at=milliseconds(comment.at),
        by=person_out(comment.author),
        text=comment.text,
        key=comment.key,
        removed=not comment.text,
    )

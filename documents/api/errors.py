"""Errors of the API: each says what happened in one sentence."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import Throttled

from documents import comments, redacting
from documents.aside import NotYet
from documents.custody import redaction
from documents.engine.reading import Unreadable
from documents.history.bookmarks import Locked, TooMany
from documents.history.chronicle import Behind, Beyond, Rewritten
from documents.models import Bookmark, Comment, Thread

Told = tuple[HTTPStatus, Callable[[], str]]

_NOT_YET: Told = (
    HTTPStatus.ACCEPTED,
    lambda: _("This takes longer, and goes on. Ask again in a moment."),
)
AGAIN: Final = "2"
"""Seconds after which it is worth asking again."""

# Words are looked up for each answer, in the language of whoever asks.
ANSWERS: dict[type[Exception], Told] = {
    Http404: (
        HTTPStatus.NOT_FOUND,
        lambda: _("You have no access to this document, or it does not exist."),
    ),
    PermissionDenied: (
        HTTPStatus.FORBIDDEN,
        lambda: _("Your role in this document does not allow that."),
    ),
    Unreadable: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        lambda: _("The text cannot be read now. It is safe; try again later."),
    ),
    Beyond: (
        HTTPStatus.NOT_FOUND,
        lambda: _("The history does not reach that far."),
    ),
    Bookmark.DoesNotExist: (
        HTTPStatus.NOT_FOUND,
        lambda: _("There is no such bookmark."),
    ),
    Locked: (
        HTTPStatus.LOCKED,
        lambda: _("This bookmark is locked. Unlock it first."),
    ),
    TooMany: (
        HTTPStatus.CONFLICT,
        lambda: _("This document has too many bookmarks."),
    ),
    Thread.DoesNotExist: (
        HTTPStatus.NOT_FOUND,
        lambda: _("There is no such thread of comments."),
    ),
    Comment.DoesNotExist: (
        HTTPStatus.NOT_FOUND,
        lambda: _("There is no such comment."),
    ),
    comments.TooLong: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda: _("This is too long for a comment. Say less, or in two."),
    ),
    comments.Empty: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda: _("There is nothing to be read in this comment."),
    ),
    comments.NoPassage: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda: _("This names no passage of the text."),
    ),
    comments.TooManyThreads: (
        HTTPStatus.CONFLICT,
        lambda: _("This document has too many comments. Settle some first."),
    ),
    comments.TooManyComments: (
        HTTPStatus.CONFLICT,
        lambda: _("This thread has too many comments. Begin another one."),
    ),
    redaction.Unknown: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda: _("This document does not hold what is to be taken out."),
    ),
    redaction.Nothing: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        lambda: _("There is nothing left to take out."),
    ),
    redaction.Moved: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        lambda: _("The document changes too fast. Try again."),
    ),
    redacting.Busy: (
        HTTPStatus.CONFLICT,
        lambda: _("Words are being taken out already. Wait until that is done."),
    ),
    redacting.Failed: (
        HTTPStatus.CONFLICT,
        lambda: _("The words could not be taken out. Nothing has changed; try again."),
    ),
    Rewritten: (
        HTTPStatus.CONFLICT,
        lambda: _("The history was rewritten. Load it again."),
    ),
    Throttled: (
        HTTPStatus.TOO_MANY_REQUESTS,
        lambda: _(
            "Too much was asked in your name in this minute, so this was not done."
            " Try again in the next."
        ),
    ),
    Behind: _NOT_YET,
    NotYet: _NOT_YET,
}


def answer_errors(api: NinjaAPI) -> None:
    """Make the API answer the errors that our own modules raise."""

    def answer(
        request: HttpRequest, error: Exception | type[Exception]
    ) -> HttpResponse:
        status, words = ANSWERS[error if isinstance(error, type) else type(error)]
        answer = api.create_response(request, {"detail": words()}, status=status)
        if status is HTTPStatus.ACCEPTED:
            answer["Retry-After"] = AGAIN
        if isinstance(error, Throttled):
            answer["Retry-After"] = str(error.wait)
        return answer

    for kind in ANSWERS:
        api.add_exception_handler(kind, answer)

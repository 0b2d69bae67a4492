"""Histories in the API as bytes, for a browser that draws them by itself.

Answers may be kept by the browser, but rights are asked of `documents.access` each
time, before it is told that what it kept is still good.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError
from psycopg import Connection
from pydantic import Field

from documents import aside
from documents.access import opened_history
from documents.api.answers import kept
from documents.api.history_schemas import Seq
from documents.api.throttle import spend
from documents.history import chronicle, telling
from documents.history.chronicle import Beyond, Rewritten
from documents.history.kept import FORM
from documents.history.telling import Stretch
from documents.people import signed_in

router = Router()

MOST_ROWS: Final = 2**18
"""Rows of one answer, whose columns take some 2.5 bytes each; more come in parts."""
LONG: Final = 4096
"""Rows that are dear to tell; who has a history open asks again for the last few."""
BYTES: Final = "application/octet-stream"
_BINARY: Final[dict[str, object]] = {"responses": {200: {"content": {BYTES: {}}}}}

First = Annotated[Seq, Query(alias="from")]
Last = Annotated[Seq, Query(alias="to")]
Epoch = Annotated[int, Field(ge=1, lt=2**31)]


@router.get("/{uuid:document}/history/log", openapi_extra=_BINARY)
def log(
    request: HttpRequest, document: UUID, epoch: Epoch, first: First, last: Last
) -> HttpResponse:
    """Give rows from..to merged into one Yjs V1 update, with the text deleted since."""
    of = stretch(epoch, first, last, MOST_ROWS)
    return _told(request, document, telling.log, of)


@router.get("/{uuid:document}/history/columns", openapi_extra=_BINARY)
def columns(
    request: HttpRequest, document: UUID, epoch: Epoch, first: First, last: Last
) -> HttpResponse:
    """Give who inserted and deleted what in rows from..to: see docs/protocol.md."""
    of = stretch(epoch, first, last, MOST_ROWS)
    head = shown(request, document, of)
    _count(request, of)
    tag = tag_of(of) + told_until(document, of.epoch, head)
    return kept(request, tag, BYTES, lambda: aside.ask(telling.columns, document, of))


@router.get("/{uuid:document}/history/at/{int:seq}", openapi_extra=_BINARY)
def at(request: HttpRequest, document: UUID, seq: int, epoch: Epoch) -> HttpResponse:
    """Give the whole document as it was after a row, as one Yjs V1 update."""
    if seq < 1:
        raise Beyond
    return _told(request, document, telling.log, Stretch(epoch, 1, seq))


def stretch(epoch: int, first: int, last: int, most: int) -> Stretch:
    """Give a stretch of so many rows at most. Raises HttpError."""
    if not 0 <= last - first < most:
        words = _("One answer tells at least one row and at most %(most)d.")
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, words % {"most": most})
    return Stretch(epoch, first, last)


Telling = Callable[[Connection, UUID, Stretch], bytes]


def _told(
    request: HttpRequest, document: UUID, told: Telling, of: Stretch
) -> HttpResponse:
    shown(request, document, of)
    _count(request, of)
    return kept(request, tag_of(of), BYTES, lambda: aside.ask(told, document, of))


def _count(request: HttpRequest, of: Stretch) -> None:
    if of.last - of.first >= LONG:
        spend(request, "labours")


def shown(request: HttpRequest, document: UUID, of: Stretch) -> int:
    """Let only those on who may see this stretch of a history; give its last row.

    Raises Http404, PermissionDenied, Rewritten, Beyond.
    """
    user = signed_in(request)
    head = opened_history(user, document, timezone.now()).document.head
    if of.epoch != head.epoch:
        raise Rewritten
    if of.last > head.seq:
        raise Beyond
    return head.seq


def told_until(document: UUID, epoch: int, last: int) -> str:
    """Give what a tag says while it is not yet found for all rows what carries what."""
    found = chronicle.reached(aside.own(), document, epoch, last)
    return "" if found == last else f"-{found}"


def tag_of(of: Stretch) -> str:
    """Give the tag of what is told of a stretch."""
    return f"{FORM}-{of.epoch}-{of.first}-{of.last}"

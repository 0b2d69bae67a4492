"""Histories in the API as bytes, for a browser that draws them by itself.

Answers may be kept by the browser, but rights are asked of `documents.access` each
time, before it is told that what it kept is still good.
"""

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from psycopg import Connection
from pydantic import Field

from documents import aside, telling
from documents.access import opened_history
from documents.api.answers import kept, kept_json
from documents.api.history_schemas import Phrase, Seq, SightOut
from documents.chronicle import Beyond, Rewritten
from documents.models import Document
from documents.people import signed_in
from documents.telling import Stretch

router = Router()

FORM: Final = 1
"""Goes into each tag; to be raised when the same rows are told in another form."""
MOST_ROWS: Final = 2**18
"""Rows of one answer, whose columns take some 2.5 bytes each; more come in parts."""
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
    of = _stretch(epoch, first, last)
    return _told(request, document, telling.log, of)


@router.get("/{uuid:document}/history/columns", openapi_extra=_BINARY)
def columns(
    request: HttpRequest, document: UUID, epoch: Epoch, first: First, last: Last
) -> HttpResponse:
    """Give who inserted and deleted what in rows from..to: see docs/protocol.md."""
    of = _stretch(epoch, first, last)
    return _told(request, document, telling.columns, of)


@router.get("/{uuid:document}/history/at/{int:seq}", openapi_extra=_BINARY)
def at(request: HttpRequest, document: UUID, seq: int, epoch: Epoch) -> HttpResponse:
    """Give the whole document as it was after a row, as one Yjs V1 update."""
    if seq < 1:
        raise Beyond
    return _told(request, document, telling.log, Stretch(epoch, 1, seq))


def _stretch(epoch: int, first: int, last: int) -> Stretch:
    if not 0 <= last - first < MOST_ROWS:
        words = _("One answer tells at least one row and at most %(most)d.")
        raise HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, words % {"most": MOST_ROWS})
    return Stretch(epoch, first, last)


@router.get("/{uuid:document}/history/search", response=list[SightOut])
def search(request: HttpRequest, document: UUID, q: Phrase) -> HttpResponse:
    """Find a phrase in all text that ever was, in whatever case, the latest first."""
    found = opened_history(signed_in(request), document, timezone.now()).document

    def sights() -> list[Schema]:
        many = aside.ask(telling.search, document, q)
        return [SightOut(**one._asdict()) for one in many]

    digest = sha256(q.encode()).hexdigest()[:16]
    tag = f"{FORM}-{found.head.epoch}-{found.head.seq}-{digest}"
    return kept_json(request, tag, sights)


Telling = Callable[[Connection, UUID, Stretch], bytes]


def _told(
    request: HttpRequest, document: UUID, told: Telling, of: Stretch
) -> HttpResponse:
    found = opened_history(signed_in(request), document, timezone.now()).document
    _expect(found, of)

    tag = f"{FORM}-{of.epoch}-{of.first}-{of.last}"
    return kept(request, tag, BYTES, lambda: aside.ask(told, document, of))


def _expect(document: Document, of: Stretch) -> None:
    if of.epoch != document.head.epoch:
        raise Rewritten
    if of.last > document.head.seq:
        raise Beyond

"""Documents in the API: create, describe, rename, trash, restore, read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status

from documents import trash
from documents.access import may_own, may_see_history, may_write, opened, trash_of
from documents.api.schemas import DocumentOut, Titled
from documents.api.throttle import spend
from documents.engine import reading
from documents.history.withholding import withheld
from documents.models import Document, Role
from documents.people import signed_in
from documents.storage import log

router = Router()


@router.post("", response={201: DocumentOut})
def create(request: HttpRequest, body: Titled) -> Status[DocumentOut]:
    """Store a new document, owned by whoever asks."""
    document = log.create(signed_in(request), body.title, timezone.now())
    return Status(201, _described(document, Role.OWNER))


@router.get("/{uuid:document}", response=DocumentOut)
def describe(request: HttpRequest, document: UUID) -> DocumentOut:
    """Give title, role and the last seq of a document."""
    found = opened(signed_in(request), document, timezone.now())
    return _described(found.document, found.role)


@router.patch("/{uuid:document}", response=DocumentOut)
def rename(request: HttpRequest, document: UUID, body: Titled) -> DocumentOut:
    """Give a document another title."""
    found = opened(signed_in(request), document, timezone.now(), may_write)
    found.document.title = body.title
    found.document.save(update_fields=["title"])
    return _described(found.document, found.role)


@router.delete("/{uuid:document}", response={204: None})
def discard(request: HttpRequest, document: UUID) -> Status[None]:
    """Put a document in the trash, from where it can be restored."""
    now = timezone.now()
    trash.trash(opened(signed_in(request), document, now, may_own).document, now)
    return Status(204, None)


@router.post("/{uuid:document}/restore", response=DocumentOut)
def restore(request: HttpRequest, document: UUID) -> DocumentOut:
    """Take a document out of the trash."""
    trashed = trash_of(signed_in(request)).select_related("head")
    found = get_object_or_404(trashed, pk=document)
    trash.restore(found)
    return _described(found, Role.OWNER)


@router.get(
    "/{uuid:document}/state",
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {}}}}},
)
def state(request: HttpRequest, document: UUID) -> HttpResponse:
    """Give the whole document as one Yjs V1 update.

    It holds the deleted text for those alone who may see the history.
    """
    found = opened(signed_in(request), document, timezone.now())
    spend(request, "labours")
    whole = log.state(document)
    if not may_see_history(found.role, found.document):
        whole = withheld(whole)
    return _private(whole, "application/octet-stream")


@router.get(
    "/{uuid:document}/text",
    openapi_extra={"responses": {200: {"content": {"text/plain": {}}}}},
)
def text(request: HttpRequest, document: UUID) -> HttpResponse:
    """Give the text of a document, a line a block."""
    opened(signed_in(request), document, timezone.now())
    spend(request, "labours")
    words = reading.text(document, log.state(document))
    return _private(words.encode(), "text/plain; charset=utf-8")


@router.get(
    "/{uuid:document}/json",
    openapi_extra={"responses": {200: {"content": {"application/json": {}}}}},
)
def prosemirror(request: HttpRequest, document: UUID) -> HttpResponse:
    """Give a document as ProseMirror's JSON, which any Tiptap editor can be given.

    What stands at its default is left out. A server whose engine is y-py gives no
    marks, and every attribute as a string.
    """
    opened(signed_in(request), document, timezone.now())
    spend(request, "labours")
    tree = reading.prosemirror(document, log.state(document))
    return _private(tree.encode(), "application/json")


def _private(body: bytes, content_type: str) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=content_type,
        headers={"Cache-Control": "private, no-store"},
    )


def _described(document: Document, role: Role) -> DocumentOut:
    return DocumentOut(
        id=document.pk, title=document.title, role=role, head=document.head.seq
    )

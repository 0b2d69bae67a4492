"""The page of one document, the empty shell of it, and the service worker."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from documents.access import Opened, opened
from documents.engine import reading
from documents.people import signed_in
from documents.storage import log
from documents.views.counted import counted
from documents.views.plain_history import Listed
from documents.views.session import Session, session_of


@login_required
@counted("labours")
@require_GET
@cache_control(private=True, no_store=True)
def document(request: HttpRequest, document: UUID) -> HttpResponse:
    """Show a document with its latest text, which the live editor then replaces."""
    user = signed_in(request)
    found = opened(user, document, timezone.now())
    return page(request, found, session_of(user, found))


def page(
    request: HttpRequest,
    found: Opened,
    session: Session,
    versions: Listed | None = None,
) -> HttpResponse:
    """Draw the page on which a document is written, and its past is looked at.

    `versions` are listed where no script runs.
    """
    told = {
        "document": found.document,
        "session": session,
        "html": _html(found),
        "versions": versions,
    }
    return render(request, "documents/editor.html", told)


def _html(found: Opened) -> str | None:
    """Give the text as HTML; None where it cannot be read, which harms nothing."""
    document = found.document.pk
    try:
        return reading.html(document, log.state(document))
    except reading.Unreadable:
        return None


@require_GET
@cache_control(public=True, no_cache=True)
def shell(request: HttpRequest) -> HttpResponse:
    """Show the page without document and person: what a browser keeps for offline."""
    session: Session = {
        "document": None,
        "user": None,
        "role": None,
        "socket": None,
        "title": None,
        "history": False,
        "past": False,
    }
    nobody = {"session": session, "user": None, "messages": ()}
    return render(request, "documents/editor.html", nobody)


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse | FileResponse:
    """Serve the service worker from the root, so that it may serve every page."""
    try:
        script = (settings.FRONTEND_DIST / "service-worker.js").open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        script,
        content_type="text/javascript",
        headers={"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"},
    )

"""The page of a document's history, which its script draws from the API."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from documents.access import opened_history
from documents.people import signed_in
from documents.views.session import session_of


@login_required
@require_GET
@cache_control(private=True, no_store=True)
def history(request: HttpRequest, document: UUID) -> HttpResponse:
    """Show the history of a document to those who may see it."""
    user = signed_in(request)
    found = opened_history(user, document, timezone.now())
    return render(
        request,
        "documents/history.html",
        {"document": found.document, "session": session_of(user, found)},
    )

"""The editor's page, beginning in the past of its document; and that past as a list."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from documents.access import Opened, opened_history
from documents.people import signed_in
from documents.views import editor
from documents.views.counted import counted
from documents.views.plain_history import at_hand, listed
from documents.views.session import session_of

AGAIN: Final = "5"
"""Seconds after which a browser looks again for what takes longer."""
LIST = "list"
"""The word in an address that asks for the list, whether a script could run or not."""


@login_required
@counted("labours")
@require_GET
@cache_control(private=True, no_store=True)
def history(request: HttpRequest, document: UUID) -> HttpResponse:
    """Show the history of a document to those who may see it."""
    user = signed_in(request)
    found = opened_history(user, document, timezone.now())
    if LIST in request.GET:
        return _list(request, found)
    session = session_of(user, found, past=True)
    return editor.page(request, found, session, at_hand(document))


def _list(request: HttpRequest, found: Opened) -> HttpResponse:
    """List versions; where that takes longer than anybody waits, say so."""
    before = request.GET.get("before", "")
    versions = listed(
        found.document.pk,
        int(before) if before.isascii() and before.isdigit() else None,
    )
    told = {"document": found.document, "versions": versions}
    answer = render(request, "documents/versions.html", told)
    if versions is None:
        answer.status_code = HTTPStatus.ACCEPTED
        answer["Refresh"] = AGAIN
    return answer

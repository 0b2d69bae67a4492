"""The editor's page, beginning in the past of its document."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from documents.access import opened_history
from documents.people import signed_in
from documents.views import editor
from documents.views.session import session_of


@login_required
@require_GET
@cache_control(private=True, no_store=True)
def history(request: HttpRequest, document: UUID) -> HttpResponse:
    """Show the history of a document to those who may see it."""
    user = signed_in(request)
    found = opened_history(user, document, timezone.now())
    return editor.page(request, found, session_of(user, found, past=True))

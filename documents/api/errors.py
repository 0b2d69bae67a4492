"""Errors of the API: each says what happened in one sentence."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from documents.reading import Unreadable


def answer_errors(api: NinjaAPI) -> None:
    """Make the API answer the errors that our own modules raise."""

    @api.exception_handler(Http404)
    def hidden(request: HttpRequest, _error: Http404) -> HttpResponse:
        words = _("You have no access to this document, or it does not exist.")
        return api.create_response(request, {"detail": words}, status=404)

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
        words = _("Your role in this document does not allow that.")
        return api.create_response(request, {"detail": words}, status=403)

    @api.exception_handler(Unreadable)
    def unreadable(request: HttpRequest, _error: Unreadable) -> HttpResponse:
        words = _("The text cannot be read now. It is safe; try again later.")
        return api.create_response(request, {"detail": words}, status=503)

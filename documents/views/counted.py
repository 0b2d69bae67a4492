"""Pages that one person gets only so often in a minute; see `documents.allowance`."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from documents import allowance
from documents.allowance import Kind
from documents.people import signed_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def counted(kind: Kind | None = None) -> Callable[[View[P]], View[P]]:
    """Count each request for a page: as this, or as reading or writing."""

    def count(view: View[P]) -> View[P]:
        @wraps(view)
        def asked(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            return refusal(request, kind) or view(request, *args, **kwargs)

        return asked

    return count


def refusal(request: HttpRequest, kind: Kind | None = None) -> HttpResponse | None:
    """Count something; give the page that says that it is too much, or None."""
    spent = kind or allowance.usual(request.method)
    if allowance.allows(signed_in(request).pk, spent):
        return None
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = render(request, "documents/too_often.html", status=status)
    answer["Retry-After"] = str(allowance.wait())
    return answer

"""Opening a share link: the token becomes a cookie, then a role, and is forgotten."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from documents.access import redeem
from documents.people import signed_in
from documents.views.counted import counted

COOKIE = "share"
COOKIE_SECONDS = 3600
"""Long enough to sign up on the way."""


@never_cache
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Put the token in a cookie that no script reads, and go on to a clean URL."""
    response = redirect("share")
    response["Referrer-Policy"] = "no-referrer"
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        path=response["Location"],
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@never_cache
@login_required
@counted()
@require_GET
def share(request: HttpRequest) -> HttpResponse:
    """Give the person the role of the link whose token the cookie holds."""
    token = request.get_signed_cookie(
        COOKIE, default=None, salt=COOKIE, max_age=COOKIE_SECONDS
    )
    now = timezone.now()
    document = redeem(token, signed_in(request), now) if token else None
    if document is None:
        response = render(request, "documents/link_gone.html", status=404)
    else:
        response = redirect("document", document)
    response.delete_cookie(COOKIE, path=request.path, samesite="Lax")
    return response

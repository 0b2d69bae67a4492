"""Tries at passwords, as django-axes counts them: by address and by who is tried.

Both together: by the address alone a whole office would be shut out by one colleague,
by the account alone any stranger could shut anybody out. The table of tries holds no
e-mail address: people type passwords into the wrong field.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

import structlog
from axes.utils import reset
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from documents.models import User

IPV6_PREFIX: Final = 64
"""What one customer of a provider has: within it, addresses are free for the taking."""

_log = structlog.get_logger(__name__)


def tried(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> str:
    """Name the account that is tried, so that nobody can read it."""
    given = credentials or {}
    said = given.get("email") or given.get("username") or request.POST.get("login")
    return _hidden(str(said or ""))


def address(request: HttpRequest) -> str | None:
    """Give the address that a try comes from, of IPv6 its network; None is unknown."""
    try:
        found = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        network = ip_network((found, IPV6_PREFIX), strict=False)
        return str(found.ipv4_mapped or network.network_address)
    return str(found)


def locked(request: HttpRequest, *_: object) -> HttpResponse:
    """Say that there were too many tries, and what to do."""
    _log.warning("login locked", address=address(request))
    return render(request, "account/locked.html", status=429)


def closed(_request: HttpRequest) -> HttpResponse:
    """Say that there is no such page."""
    raise Http404


def release(user: User, **_: object) -> None:
    """Let somebody in again who has shown, by mail, whose account it is."""
    reset(username=_hidden(user.email))


def _hidden(said: str) -> str:
    text = said.strip().casefold()
    return salted_hmac("collab.doors", text, algorithm="sha256").hexdigest()

"""The administration's page of live connections: who is where, and ending one.

For staff who may view documents; to end a connection takes the right to change them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collab.connections import Connection, Told, asked, end
from collab.roster import REDIS_ERRORS, RosterAway
from documents.models import Document, User

SLOW: Final = 64 * 1024
"""Bytes that wait for a reader from which it is called slow: more than a network holds
for a moment."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One connection as the page shows it."""

    process: str
    connection: Connection
    title: str
    since: datetime
    active: datetime
    slow: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("documents.view_document", raise_exception=True)
def connections(request: HttpRequest) -> HttpResponse:
    """Show the live connections of all processes, or end one."""
    if request.method == "POST":
        return _end(request)
    words = request.GET.get("q", "").strip()
    try:
        told = async_to_sync(asked)(words)
    except (RosterAway, *REDIS_ERRORS):
        told = Told({})
        messages.error(request, _("Redis is away: the processes cannot be asked."))
    shown = {
        **admin.site.each_context(request),
        "title": _("Live connections"),
        "words": words,
        "lines": _lines(told),
        "count": told.count,
        "silent": sorted(told.silent.values()),
        "may_end": request.user.has_perm("documents.change_document"),
    }
    return render(request, "admin/connections.html", shown)


@permission_required("documents.change_document", raise_exception=True)
def _end(request: HttpRequest) -> HttpResponse:
    given = request.POST
    process, socket = given.get("process", ""), given.get("socket", "")
    try:
        async_to_sync(end)(process, socket)
    except REDIS_ERRORS:
        messages.error(request, _("Redis is away: the process cannot be asked."))
    else:
        assert isinstance(request.user, User)
        _log.info("connection ended", by=request.user.pk, socket=socket)
        messages.success(request, _("The process was asked to end the connection."))
    return HttpResponseRedirect(reverse("connections"))


def _lines(told: Told) -> list[Line]:
    found = sorted(told.connections, key=lambda one: -one[1].unsent)
    documents = {UUID(one.document) for _process, one in found}
    titles = {
        str(pk): title
        for pk, title in Document.objects.filter(pk__in=documents).values_list(
            "pk", "title"
        )
    }
    return [
        Line(
            process=process,
            connection=one,
            title=titles.get(one.document, one.document),
            since=_moment(one.since),
            active=_moment(one.active),
            slow=one.unsent >= SLOW,
        )
        for process, one in found
    ]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

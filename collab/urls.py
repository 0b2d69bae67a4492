"""The routes of HTTP; those of sockets are in `collab.asgi`."""

from typing import Final

from django.contrib import admin
from django.urls import include, path

from collab.admin import connections
from collab.api import api
from collab.doors import closed
from collab.health import healthz

CLOSED: Final = ("email/", "reauthenticate/", "password/set/", "login/code/confirm/")
"""What allauth brings and nothing here leads to: more addresses, log-in by code.

An address is what a document is shared with, and nobody would have to prove a new one.
"""

urlpatterns = [
    path("", include("documents.urls")),
    path("api/", api.urls),
    *(path(f"accounts/{page}", closed) for page in CLOSED),
    path("accounts/", include("allauth.urls")),
    path(
        "admin/connections/",
        admin.site.admin_view(connections),
        name="connections",
    ),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]

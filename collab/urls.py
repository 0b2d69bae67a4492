"""The routes of HTTP; those of sockets are in `collab.asgi`."""

from django.contrib import admin
from django.urls import include, path

from collab.admin import connections
from collab.api import api
from collab.health import healthz

urlpatterns = [
    path("", include("documents.urls")),
    path("api/", api.urls),
    path("accounts/", include("allauth.urls")),
    path(
        "admin/connections/",
        admin.site.admin_view(connections),
        name="connections",
    ),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]

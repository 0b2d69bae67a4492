"""The ASGI application: pages over HTTP, documents over WebSocket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from collab.consumers import DocumentConsumer  # noqa: E402
from collab.scrape import metrics  # noqa: E402

document = DocumentConsumer.as_asgi()
application = ProtocolTypeRouter(
    {
        "http": URLRouter(
            [re_path(r"^metrics$", metrics), re_path("", pages)]  # type: ignore[arg-type, list-item]
        ),
        "websocket": URLRouter(
            # Any path: one that names no document is told so after the handshake.
            # Django's routes and Channels' router agree on more than their stubs do.
            [
                re_path(r"^ws/documents/(?P<document>.*)$", document),  # type: ignore[arg-type, list-item]
                re_path("", document),  # type: ignore[arg-type, list-item]
            ]
        ),
    }
)

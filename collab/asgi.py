"""The ASGI application: pages over HTTP, documents over WebSocket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from collab.consumers import DocumentConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": URLRouter(
            # Django's `path` and Channels' router agree on more than their stubs do.
            [path("ws/documents/<uuid:document>", DocumentConsumer.as_asgi())]  # type: ignore[arg-type, list-item]
        ),
    }
)

"""`GET /metrics` as an ASGI application of its own, beside Django.

It answers on the event loop while all of Django's threads are busy, and a scraper may
call the process by any name. Who may ask: whoever has METRICS_TOKEN; without one only
this very machine, and nothing that came through a proxy.
"""

import hmac
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST

from collab import process as processes
from collab.identity import headers
from collab.metrics import exposition

FORWARDED: Final = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
)
"""Where one of these is, a proxy stands between, and a near address means nothing."""
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

# The border where types end: ASGI's messages.
Message = Any


async def metrics(scope: Message, _receive: object, send: Message) -> None:
    """Answer one request."""
    told = headers(scope)
    if scope["method"] not in ("GET", "HEAD"):
        await _answer(send, 405, "Only GET.", allow="GET, HEAD")
    elif settings.METRICS_TOKEN and not _has_token(told):
        await _answer(send, 401, "Send METRICS_TOKEN.", www_authenticate="Bearer")
    elif not settings.METRICS_TOKEN and not _from_here(scope, told):
        await _answer(send, 403, "Ask from this machine, or set METRICS_TOKEN.")
    else:
        content = await exposition(await processes.current())
        await _answer(send, 200, content, content_type=CONTENT_TYPE_LATEST)


def _has_token(told: Message) -> bool:
    scheme, _, given = told.get("authorization", "").partition(" ")
    token = settings.METRICS_TOKEN.encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode(), token
    )


def _from_here(scope: Message, told: Message) -> bool:
    """Whether a program of this machine asks us, and asks for us.

    The name is looked at as well: a page of some other site can make its own name
    point here and let a browser of this machine ask.
    """
    if any(name in told for name in FORWARDED):
        return False
    try:
        near = ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False
    return near and urlsplit(f"//{told.get('host', '')}").hostname in HERE


async def _answer(
    send: Message, status: int, content: str | bytes, **more: str
) -> None:
    body = content.encode() + b"\n" if isinstance(content, str) else content
    told = {
        "content_type": "text/plain; charset=utf-8",
        "content_length": str(len(body)),
        "cache_control": "no-store",
        "x_content_type_options": "nosniff",
        **more,
    }
    pairs = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in told.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})

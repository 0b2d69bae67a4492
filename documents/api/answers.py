"""Answers that a browser may keep for itself, and asks about before it uses them.

Rights are for the caller: they are checked before a tag is looked at, so that nobody
whose right is gone is told that what they kept is still good.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import compress_string
from ninja import Schema
from pydantic_core import to_json

GZIP_BYTES: Final = 1024
"""Smaller bodies gain nothing."""
PADDING: Final = 100
"""Bytes of a random file name in gzip's header, as in Django: lengths tell less."""


def kept(
    request: HttpRequest, tag: str, content_type: str, body: Callable[[], bytes]
) -> HttpResponse:
    """Answer with a body, which is made only if the browser lacks this tag of it.

    The tag is weak: the same bytes go out with gzip and without.
    """
    etag = f'W/"{tag}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(content_type=content_type)
        _fill(answer, request, body())
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie", "Accept-Encoding"])
    return answer


Json = Schema | list[Schema]


def kept_json(request: HttpRequest, tag: str, made: Callable[[], Json]) -> HttpResponse:
    """Answer with JSON, which is made only if the browser lacks this tag of it."""
    return kept(request, tag, "application/json", lambda: to_json(made()))


def _fill(answer: HttpResponse, request: HttpRequest, body: bytes) -> None:
    if len(body) > GZIP_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = compress_string(body, max_random_bytes=PADDING)
        answer["Content-Encoding"] = "gzip"
    answer.content = body
    answer["Content-Length"] = str(len(body))

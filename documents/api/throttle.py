"""Where the API counts what people ask: every request, and again what is dear."""

from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.throttling import BaseThrottle
from typing_extensions import override

from documents import allowance
from documents.allowance import Kind
from documents.people import signed_in


class Throttle(BaseThrottle):
    """Counts each request once it is known who asks; of others nothing is done."""

    @override
    def allow_request(self, request: HttpRequest) -> bool:
        """Count a request, and tell whether it is answered."""
        kind = allowance.usual(request.method)
        return allowance.allows(signed_in(request).pk, kind)

    @override
    def wait(self) -> float:
        """Tell after how many seconds to ask again."""
        return allowance.wait()


def spend(request: HttpRequest, kind: Kind) -> None:
    """Count what is dear about a request. Raises Throttled."""
    if not allowance.allows(signed_in(request).pk, kind):
        raise Throttled(allowance.wait())

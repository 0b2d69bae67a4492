"""Watches a browser for what no page may do: ask elsewhere, break the CSP, fail."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

INSIDE = ("data", "blob", "about")
"""Addresses that no network is asked for."""


@dataclass
class Watch:
    """What one browser did wrong; empty after a good test."""

    origin: str
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    def over(self, context: BrowserContext) -> None:
        """Listen from now on, to all windows and to the service worker."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", self._failed)

    def _requested(self, request: Request) -> None:
        self.requests += 1
        url = urlsplit(request.url)
        if url.scheme not in INSIDE and url.netloc != urlsplit(self.origin).netloc:
            self.faults.append(f"asks elsewhere: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _failed(self, error: WebError) -> None:
        self.faults.append(f"page error: {error.error}")

"""What a person waits for at the real page of a history, in headless Chromium."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Error as Never
from playwright.sync_api import Page, sync_playwright

from collab.boot import chromium

__all__ = ["Never", "dragged", "opened", "window", "without_an_event_loop"]

PATIENCE: Final = 120_000.0
"""Milliseconds."""
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDE: Final = {"width": 1280, "height": 900}

_DRAGGED: Final = """async seqs => {
  const handle = document.querySelector('input[type=range]')
  const times = []
  for (const seq of seqs) {
    const began = performance.now()
    handle.value = seq
    handle.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise(requestAnimationFrame)
    await new Promise(done => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = done
      port2.postMessage(0)
    })
    times.push(performance.now() - began)
  }
  return times
}"""
"""From the moving of the handle until the frame that shows it has been drawn."""


@contextmanager
def window(origin: str, cookie: str) -> Iterator[Page]:
    """Open a browser for somebody with this cookie."""
    name, _, value = cookie.partition("=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(FLAGS)
        )
        try:
            context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
            context.add_cookies([{"name": name, "value": value, "url": origin}])
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            yield page
        finally:
            browser.close()


def opened(page: Page, origin: str, document: str, query: str = "") -> float:
    """Open a history and wait for its text; milliseconds."""
    began = time.perf_counter()
    page.goto(f"{origin}/documents/{document}/history/{query}")
    page.wait_for_selector("#past-sheets .past > *")
    page.wait_for_selector("input[type=range]")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    return (time.perf_counter() - began) * 1000


def dragged(page: Page, seqs: Sequence[int]) -> list[float]:
    """Drag the handle over these seqs; milliseconds of each, until it is drawn."""
    return [float(one) for one in page.evaluate(_DRAGGED, list(seqs))]


def without_an_event_loop() -> None:
    """Let Django be used beside Playwright, whose loop is in this thread."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

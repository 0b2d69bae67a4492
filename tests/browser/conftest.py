"""Chromium for the end-to-end tests: the machine's own, headless, talking to nobody."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connections

from collab.boot import chromium

T = TypeVar("T")
Aside = Callable[[Callable[[], T]], T]

SILENT = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Tell pytest-playwright which browser to start, and how."""
    found = chromium.find()
    assert found, "no Chromium: make browser installs it"
    return {"executable_path": found, "args": SILENT}


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    """Let pytest-django flush: Playwright keeps an event loop in this thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def aside(transactional_db: None) -> Aside[object]:
    """Call Django in a thread of its own, where Playwright's event loop is not."""

    def call(work: Callable[[], object]) -> object:
        with ThreadPoolExecutor(1) as thread:
            try:
                return thread.submit(work).result()
            finally:
                thread.submit(connections.close_all).result()

    return call

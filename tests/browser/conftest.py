"""Chromium for the end-to-end tests: the machine's own, headless, talking to nobody."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from typing import Any, Protocol, TypeVar
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, expect

from collab.boot import chromium
from collab.boot.web import Web
from documents import access
from documents.models import Role, User
from documents.storage import log
from tests.browser.past import ana, bo, kept, work, written
from tests.browser.people import PATIENCE, Person, arrive
from tests.conftest import keep

__all__ = ["ana", "bo", "kept", "work", "written"]
"""Fixtures from elsewhere, for all tests here."""

T = TypeVar("T")
Notes = Callable[..., UUID]

ABSENT = [
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
"""Playwright's own list, which this one replaces, and what hangs from the address bar:
pages of Chromium's own, which take most of a second of each new window."""

SILENT = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(ABSENT)}",
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
    """Let fixtures use the ORM: Playwright keeps an event loop in this thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Wait as long as a busy machine needs: only what never comes costs that time."""
    expect.set_options(timeout=PATIENCE)


class Aside(Protocol):
    """Calls Django in a thread of its own, where Playwright's event loop is not."""

    def __call__(self, work: Callable[..., T], *args: object) -> T: ...


@pytest.fixture
def aside(transactional_db: None) -> Aside:
    """Call it with a function and its arguments."""

    def call(work: Callable[..., T], *args: object) -> T:
        with ThreadPoolExecutor(1) as thread:
            try:
                return thread.submit(work, *args).result()
            finally:
                thread.submit(connections.close_all).result()

    return call


@pytest.fixture(scope="session")
def inn(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    """One server for all modules; nobody kills it."""
    yield from keep({}, tmp_path_factory)


@pytest.fixture
def place(inn: Web) -> Web:
    """The server that people come to; a module that needs its own names another."""
    return inn


class People(Protocol):
    """Call it with a name for somebody new; keywords are those of a browser context."""

    def __call__(self, name: str, **look: object) -> Person: ...


@pytest.fixture
def people(browser: Browser, place: Web, transactional_db: None) -> Iterator[People]:
    """People at browsers of their own; in the end none of them did what none may."""
    came: list[Person] = []

    def arrives(name: str, **look: object) -> Person:
        mail = f"{name.split(maxsplit=1)[0].lower()}@example.org"
        user = User.objects.create_user(mail, name=name)
        came.append(arrive(browser, place, user, **look))
        return came[-1]

    yield arrives
    for person in came:
        person.context.close()
    assert [person.watch.faults for person in came if person.watch.faults] == []


@pytest.fixture
def notes(aside: Aside) -> Notes:
    """Call it with an owner, and others by their role, for a new document."""

    def make(owner: Person, **roles: Person) -> UUID:
        made = aside(log.create, owner.user, "Notes", timezone.now())
        for role, person in roles.items():
            aside(access.grant, made, person.user, Role(role))
        return made.pk

    return make


class Backstage:
    """An event loop in a thread of its own, for actors: Playwright's is in ours."""

    def __init__(self) -> None:
        """Start the loop."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()

    def begin(self, *work: Coroutine[Any, Any, T]) -> Future[list[T]]:
        """Begin things at once, and leave them to end by themselves."""

        async def all_of_it() -> list[T]:
            return await asyncio.gather(*work)

        return asyncio.run_coroutine_threadsafe(all_of_it(), self._loop)

    def run(self, *work: Coroutine[Any, Any, T]) -> list[T]:
        """Run things at once, to their end, and give what they give."""
        return self.begin(*work).result(PATIENCE / 1000)

    def close(self) -> None:
        """End the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def backstage() -> Iterator[Backstage]:
    """Where actors play."""
    stage = Backstage()
    yield stage
    stage.close()

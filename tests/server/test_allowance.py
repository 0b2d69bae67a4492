"""How often one person may ask over HTTP in a minute, in all processes together."""

import re
from collections.abc import Callable
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.urls import reverse
from pytest_django import Settings

from collab.boot.web import Web
from collab.cache import _Outage
from documents import allowance
from documents.urls import urlpatterns
from tests.actors import sign_in
from tests.server.conftest import Shared, Visitor
from tests.server.test_api import ask
from tests.server.test_metrics import series
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV: Final = {
    "READS_PER_MINUTE": "6",
    "LABOURS_PER_MINUTE": "2",
    "METRICS_TOKEN": "let-me-see",
}
TOO_OFTEN: Final = "Too much was asked in your name in this minute"

FOR_ANYBODY: Final = {"follow", "shell", "service-worker"}
PAGES: Final = [str(one.name) for one in urlpatterns if one.name not in FOR_ANYBODY]
OF_NO_DOCUMENT: Final = {"documents", "trash", "create", "share"}

Limit = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_outage_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Outage, "until", 0.0)


@pytest.fixture
def limit(settings: Settings) -> Limit:
    """Call it for other limits: `limit(reads=3)`."""

    def to(**numbers: int) -> None:
        settings.ASKED_PER_MINUTE = settings.ASKED_PER_MINUTE | numbers

    return to


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands 15 s after the full minute."""
    hands = SimpleNamespace(now=1_800_000_015.0)
    monkeypatch.setattr(allowance, "time", SimpleNamespace(time=lambda: hands.now))
    return hands


def is_refused(answer: Any) -> bool:
    """Whether an answer says that one asks too often."""
    return answer.status_code == 429 and TOO_OFTEN in answer.json()["detail"]


def test_the_next_minute_begins_anew(
    shared: Shared, visitor: Visitor, limit: Limit, clock: SimpleNamespace
) -> None:
    limit(reads=3)
    editor, path = visitor("editor"), f"/{shared.document.pk}"
    assert not any(is_refused(ask(editor, "GET", path)) for _ in range(3))
    refused = ask(editor, "GET", path)
    assert is_refused(refused)
    assert refused["Retry-After"] == "45"
    assert ask(visitor("owner"), "GET", path).status_code == 200
    assert ask(editor, "PATCH", path, {"title": "Other"}).status_code == 200
    clock.now += 44.5
    refused = ask(editor, "GET", path)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    clock.now += 0.5
    assert ask(editor, "GET", path).status_code == 200


def test_every_route_is_counted(shared: Shared, visitor: Visitor, limit: Limit) -> None:
    owner = visitor("owner")
    schema = owner.get("/api/openapi.json").json()
    routes = [
        (method.upper(), path.replace("{document}", str(shared.document.pk)))
        for path, methods in schema["paths"].items()
        for method in methods
    ]
    limit(reads=0, writes=0)
    missed = [
        (method, path)
        for method, path in routes
        if not is_refused(owner.generic(method, re.sub(r"{\w+}", "1", path)))
    ]
    assert len(routes) > 30
    assert missed == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_person_is_counted(
    shared: Shared, visitor: Visitor, limit: Limit, built: None, page: str
) -> None:
    limit(reads=0, writes=0, labours=0)
    args = [] if page in OF_NO_DOCUMENT else [shared.document.pk]
    for ask_for in (visitor("owner").get, visitor("owner").post):
        answer = ask_for(reverse(page, args=args))
        assert answer.status_code == 429
        assert TOO_OFTEN in answer.content.decode()
        assert 1 <= int(answer["Retry-After"]) <= 60


LONG: Final = "?epoch=1&from=1&to=4097"
LABOURS: Final = [
    "/state",
    "/text",
    "/json",
    f"/history/log{LONG}",
    f"/history/columns{LONG}",
    "/history/at/4097?epoch=1",
    "/history/blame?epoch=1&from=1&to=1",
    "/history/search?q=word",
    "/history/versions",
]


@pytest.mark.parametrize("path", LABOURS)
def test_what_is_dear_is_counted_as_such_for_those_who_may(
    shared: Shared,
    visitor: Visitor,
    limit: Limit,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    monkeypatch.setattr("documents.api.past.shown", lambda *_: 5000)
    limit(labours=0)
    full = f"/{shared.document.pk}{path}"
    refused = ask(visitor("owner"), "GET", full)
    assert is_refused(refused)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_a_redaction_is_a_labour(
    shared: Shared, visitor: Visitor, limit: Limit
) -> None:
    limit(labours=0)
    path = f"/{shared.document.pk}/history/redact"
    body = {"ranges": [[1, 0, 1]]}
    assert is_refused(ask(visitor("owner"), "POST", path, body))
    assert ask(visitor("editor"), "POST", path, body).status_code == 403


def test_who_has_a_history_open_reads_on(
    shared: Shared, visitor: Visitor, limit: Limit
) -> None:
    limit(labours=0)
    for what in ("", "/log?epoch=1&from=1&to=1", "/columns?epoch=1&from=1&to=1"):
        path = f"/{shared.document.pk}/history{what}"
        assert ask(visitor("owner"), "GET", path).status_code == 200


def test_searching_is_counted_apart_from_the_list(
    visitor: Visitor, limit: Limit, clock: SimpleNamespace, built: None
) -> None:
    limit(searches=1)
    owner = visitor("owner")
    assert ask(owner, "GET", "?q=word").status_code == 200
    assert is_refused(ask(owner, "GET", "?q=word"))
    assert ask(owner, "GET", "").status_code == 200
    assert TOO_OFTEN in owner.get("/?q=word").content.decode()
    assert owner.get("/").status_code == 200


def test_who_may_not_ask_is_told_that_first_and_not_counted(
    shared: Shared, visitor: Visitor, limit: Limit
) -> None:
    limit(labours=0)
    path = f"/{shared.document.pk}/text"
    assert ask(visitor("stranger"), "GET", path).status_code == 404
    limit(reads=0)
    assert ask(visitor("anonymous"), "GET", path).status_code == 401


def test_without_redis_nobody_is_refused(
    shared: Shared, visitor: Visitor, limit: Limit, settings: Settings
) -> None:
    one = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": one}
    limit(reads=1)
    for _ in range(3):
        assert ask(visitor("owner"), "GET", f"/{shared.document.pk}").status_code == 200


def test_nobody_is_kept_longer_than_a_minute(clock: SimpleNamespace) -> None:
    allowance.allows(0, "reads")
    key = cache.make_key(f"reads:0:{int(clock.now // 60)}")
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    assert 0 < client.ttl(key) <= 60
    assert client.delete(key)


# Real processes


def status(web: Web, cookie: str, document: UUID, what: str = "") -> int:
    """Ask one process."""
    wire = HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    wire.request("GET", f"/api/documents/{document}{what}", headers={"Cookie": cookie})
    found = wire.getresponse().status
    wire.close()
    return found


def told(web: Web, reason: str) -> float:
    """Tell how often a process says that it refused."""
    wire = HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    wire.request("GET", "/metrics", headers={"Authorization": "Bearer let-me-see"})
    seen = series(wire.getresponse().read().decode())
    wire.close()
    name = "palimpsest_requests_refused_total"
    return seen[name, frozenset({("reason", reason)})]


def test_all_processes_count_together_and_tell_what_they_refused(
    house: Web, annex: Web, shared: Shared
) -> None:
    def asked(name: str) -> list[int]:
        cookie = f"sessionid={sign_in(shared.people[name])}"
        return [status(web, cookie, shared.document.pk) for web in [house, annex] * 4]

    # In one minute: two of three people ask in one, whatever the clock says.
    before = told(house, "reads") + told(annex, "reads")
    answers = [asked(name) for name in ("owner", "editor", "reader")]
    assert answers.count([200] * 6 + [429] * 2) >= 2
    assert told(house, "reads") + told(annex, "reads") - before >= 4
    assert told(house, "labours") == 0

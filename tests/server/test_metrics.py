"""GET /metrics: who may ask, and that the numbers are what happened."""

import json
import re
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from channels.db import database_sync_to_async
from django.core.management import get_commands
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from collab.boot.steps import ROOT
from collab.boot.web import Web
from collab.protocol import Change, Close
from collab.scrape import metrics
from documents.models import Head, Update
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.deploy.proxy import Nginx, echoing
from tests.server.test_limits import stuck, text
from tests.sockets import connected, opened
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV: Final = {"METRICS_TOKEN": "let-me-see", "AUDIT_SECONDS": "1"}
BEARER: Final = {"Authorization": "Bearer let-me-see"}

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
Told = Callable[..., float]
"""Looks a number of one scrape up, by its name without the prefix, and its labels."""


def ask(
    web: Web, headers: Mapping[str, str] = BEARER, method: str = "GET"
) -> tuple[int, str]:
    """Ask one process; gives status and body."""
    wire = HTTPConnection("127.0.0.1", web.port, timeout=20)
    try:
        wire.request(method, "/metrics", headers=dict(headers))
        answer = wire.getresponse()
        return answer.status, answer.read().decode()
    finally:
        wire.close()


def series(text: str) -> Series:
    """Read an exposition as Prometheus does."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def told(web: Web) -> Told:
    """Scrape once."""
    status, text = await database_sync_to_async(ask)(web)
    assert status == 200
    seen = series(text)
    return lambda name, **labels: seen["palimpsest_" + name, frozenset(labels.items())]


# Who may ask


async def asked(
    settings: Settings,
    token: str = "",
    client: str | None = "127.0.0.1",
    method: str = "GET",
    **headers: str,
) -> int:
    """Ask the application itself; gives the status."""
    settings.METRICS_TOKEN = token
    named = {"host": "127.0.0.1:8000"} | headers
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "client": None if client is None else (client, 4000),
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in named.items()
        ],
    }
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await metrics(scope, None, send)
    return int(sent[0]["status"])


REFUSED: Final[dict[str, dict[str, Any]]] = {
    "another machine": {"client": "192.0.2.1"},
    "another machine, IPv6": {"client": "2001:db8::1"},
    "nobody knows who": {"client": None},
    "through a socket file": {"client": ""},
    "a proxy told for whom": {"x_forwarded_for": "127.0.0.1"},
    "a proxy told nothing but the scheme": {"x_forwarded_proto": "https"},
    "a proxy of the standard": {"forwarded": "for=127.0.0.1"},
    "a proxy's other word": {"x_real_ip": "127.0.0.1"},
    "a page whose name points here": {"host": "rebound.example:8000"},
    "no name": {"host": ""},
}


@pytest.mark.parametrize("case", REFUSED)
async def test_without_a_token_only_this_machine_is_answered(
    settings: Settings, case: str
) -> None:
    assert await asked(settings, **REFUSED[case]) == 403


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Bearer s3cret1", "Basic s3cret", "s3cret"]
)
async def test_with_a_token_only_who_has_it_is_answered(
    settings: Settings, given: str
) -> None:
    headers = {"authorization": given} if given else {}
    assert await asked(settings, "s3cret", **headers) == 401


async def test_nothing_can_be_posted(settings: Settings) -> None:
    assert await asked(settings, method="POST") == 405


# What a process tells


def test_the_token_opens_it_from_anywhere_and_by_any_name(house: Web) -> None:
    assert ask(house, {})[0] == 401
    proxied = {"X-Forwarded-For": "192.0.2.1", "Host": "10.0.0.7:8000"}
    assert ask(house, BEARER | proxied)[0] == 200


def test_this_machine_needs_no_token_where_there_is_none(webs: Webs) -> None:
    web = webs(BEHIND_PROXY="1")
    assert ask(web, {})[0] == 200
    assert ask(web, {}, "HEAD") == (200, "")
    assert ask(web, {"X-Forwarded-For": "127.0.0.1"})[0] == 403


async def told_once(web: Web, so: Callable[[Told], bool]) -> Told:
    """Scrape until something is so."""

    async def look() -> Told | None:
        now = await told(web)
        return now if so(now) else None

    now = await until(look)
    assert now is not None
    return now


def empty(now: Told) -> bool:
    """Whether nobody is here any more, of another test."""
    return not now("rooms") and not now("sockets", state="joining")


def is_up(now: Told, service: str) -> bool:
    return now("service_up", service=service) == 1


def at_rest(now: Told) -> bool:
    """Whether nothing waits any more, empty answers to Step1 neither."""
    up = is_up(now, "postgres") and is_up(now, "redis")
    return up and not now("waiting_updates")


async def test_edits_deliveries_and_people(house: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    before = await told_once(house, empty)
    async with (
        Actor(house, notes, ana_session) as a,
        Actor(house, notes, bo_session) as b,
        opened(house, notes, bo_session, palimpsest=False) as stock,
    ):
        await a.ready()
        await b.ready()
        await stock.heard(0)
        await a.write("one two")
        await b.until(lambda: b.text() == "one two")
        await a.saved()
        now = await told_once(house, at_rest)
        assert now("rooms") == 1
        assert now("people") == 2
        assert now("sockets", state="live") == 3
        assert now("sockets", state="joining") == 0
        assert now("participants", protocol="palimpsest.1") == 2
        assert now("participants", protocol="y-websocket") == 1
        rows = await stored()
        assert now("edits_total") - before("edits_total") == rows - 1
        assert now("deliveries_total") - before("deliveries_total") == 2 * (rows - 1)
        assert now("commit_seconds_count") > before("commit_seconds_count")
        assert now("batch_updates_sum") - before("batch_updates_sum") == rows - 1
        assert now("waiting_bytes") == 0
        assert now("commit_under_way_seconds") == 0
        assert now("bytes_received_total") > before("bytes_received_total")
        assert now("bytes_sent_total") > before("bytes_sent_total")


async def test_refusals_and_closes(house: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, reader=bo)
    before = await told(house)
    async with opened(house, notes, ana_session) as socket:
        await socket.send(b"\xff")
        assert await socket.gone() == Close.MALFORMED
    async with opened(house, notes, bo_session) as reader:
        await reader.send(Change(b"\x00\x00"))
        await reader.wire.close(code=4999)
        await reader.gone()
    stranger = await connected(house, notes)
    assert await stranger.gone() == Close.NOT_SIGNED_IN

    async def peers() -> float:
        rose = (await told(house))("closes_total", by="peer", code="other")
        return rose - before("closes_total", by="peer", code="other")

    assert await until(peers) == 1
    now = await told(house)

    def rose(name: str, **labels: str) -> float:
        return now(name, **labels) - before(name, **labels)

    assert rose("frames_refused_total", reason="malformed") == 1
    assert rose("frames_refused_total", reason="read-only") == 1
    assert rose("closes_total", by="server", code="4400") == 1
    assert rose("closes_total", by="server", code="4401") == 1
    assert not any(code == "4999" for _, code in labels_of(house, "code"))


async def test_who_is_refused_leaves_no_room_open(webs: Webs) -> None:
    house = webs(**ENV, SOCKETS_PER_USER="1", SOCKETS_PER_DOCUMENT="1")
    ana, session = await person("Ana")
    notes, other = await document(ana), await document(ana)
    async with opened(house, notes, session):
        assert await (await connected(house, other, session)).gone() == Close.TOO_MANY
        assert (await told(house))("rooms") == 1


async def test_who_is_away_is_told_and_what_waits(webs: Webs) -> None:
    web = webs(**ENV)
    ana, session = await person("Ana")
    notes = await document(ana)
    async with opened(web, notes, session) as socket:
        async with stuck(notes):
            await socket.send(Change(text(10)))

            def waiting(now: Told) -> bool:
                waits = now("waiting_updates") == 1 and now("waiting_bytes") > 10
                return waits and is_up(now, "postgres")

            await told_once(web, waiting)
        await socket.heard(18)
    web.stop()
    web.child.env = {**(web.child.env or {}), "REDIS_URL": "redis://127.0.0.1:1/0"}
    web.child.start()

    async def without_redis() -> bool:
        try:
            now = await told(web)
        except OSError:
            return False
        return now("service_up", service="redis") == 0

    assert await until(without_redis)


async def test_an_audit_that_repaired(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    before = await told(house)
    async with Actor(house, notes, session) as a:
        await a.ready()
        await database_sync_to_async(slip_in)(notes)
        await a.until(lambda: a.cursor == 2)
        now = await told(house)
        assert now("audits_repaired_total") == before("audits_repaired_total") + 1
        assert now("audits_total") > before("audits_total")


def test_every_process_tells_of_itself(webs: Webs) -> None:
    ids = {labels_of(webs(**ENV), "id")[0] for _ in range(2)}
    assert len(ids) == 2


async def stored() -> int:
    """How many rows the log has."""
    return await database_sync_to_async(Update.objects.count)()


def slip_in(notes: Any) -> None:
    """Append a row that no message tells of."""
    first = Update.objects.get(document=notes)
    first.pk, first.seq = None, 2
    Update.objects.create(
        document_id=notes,
        seq=2,
        author=first.author,
        at=first.at,
        payload=b"\x00\x00",
        chain=first.chain,
    )
    Head.objects.filter(document=notes).update(seq=2)


def labels_of(web: Web, label: str) -> list[tuple[str, str]]:
    """Every value that a label has, with its metric's name."""
    return [
        (name, value)
        for name, labels in series(ask(web)[1])
        for key, value in labels
        if key == label
    ]


# Behind nginx


def test_nginx_hides_the_path_however_it_is_spelled(tmp_path: Path) -> None:
    with echoing() as port:
        nginx = Nginx(tmp_path, [port])
        nginx.start()
        for path in ("/metrics", "//metrics", "/%6detrics", "/x/../metrics?a=1"):
            assert nginx.ask(path)[0].status == 404
        assert nginx.ask("/metrics/")[0].status == 200  # Django's own 404, elsewhere
        nginx.child.stop()


async def test_a_neighbour_of_nginx_is_not_taken_for_this_machine(
    webs: Webs, tmp_path: Path
) -> None:
    """Also where an nginx of somebody else's passes the path on."""
    web = webs(BEHIND_PROXY="1")
    conf = tmp_path / "nginx.conf"
    nginx = Nginx(tmp_path, [web.port])
    text = conf.read_text().replace("location = /metrics {", "location = /hidden {")
    conf.write_text(text)
    nginx.start()
    for headers in ({}, {"Host": "127.0.0.1"}, {"X-Forwarded-For": ""}):
        assert nginx.ask("/metrics", headers)[0].status == 403
    nginx.child.stop()


# What operators are given

DASHBOARD: Final = ROOT / "deploy" / "grafana" / "palimpsest.json"
ALERTS: Final = ROOT / "deploy" / "prometheus" / "alerts.yml"
SCRAPE: Final = ROOT / "deploy" / "prometheus" / "prometheus.yml"
NAME: Final = re.compile(r"\b((?:palimpsest|process)_\w+)(?:\{([^}]*)\})?")
MATCHER: Final = re.compile(r'(\w+)(=~|=)"([^"]*)"')
TARGET: Final = {"job", "instance"}
"""Labels that Prometheus puts on."""


def questions() -> list[str]:
    """Give every expression of the dashboard and of the alerts."""
    shown = json.loads(DASHBOARD.read_text())
    targets = [one for panel in shown["panels"] for one in panel.get("targets", [])]
    asked = [*targets, *shown["annotations"]["list"], *alerts()]
    variables = [
        one["query"]["query"].partition("(")[2]
        for one in shown["templating"]["list"]
        if one["type"] == "query"
    ]
    return [*variables, *(str(one["expr"]) for one in asked)]


def alerts() -> list[dict[str, Any]]:
    """Give every alert."""
    [group] = yaml.safe_load(ALERTS.read_text())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def answers(known: Series, name: str, matchers: str) -> bool:
    """Tell whether some series has that name and such labels."""
    wanted = [one for one in MATCHER.findall(matchers or "") if one[0] not in TARGET]
    return any(
        all(
            re.fullmatch(value if sign == "=~" else re.escape(value), dict(labels)[key])
            for key, sign, value in wanted
        )
        for series_name, labels in known
        if series_name == name
    )


def test_whatever_dashboard_and_alerts_ask_for_is_told(house: Web) -> None:
    known = series(ask(house)[1])
    asked = [found for text in questions() for found in NAME.findall(text)]
    assert len(asked) > 50
    assert [one for one in asked if not answers(known, *one)] == []


def test_whatever_is_told_is_on_the_dashboard(house: Web) -> None:
    asked = " ".join(questions())
    names = {name for name, _ in series(ask(house)[1]) if name.startswith("pal")}
    assert {name for name in names if name not in asked} <= {
        "palimpsest_frames_received_total",
        "palimpsest_frames_sent_total",
        "palimpsest_commit_seconds_count",
        "palimpsest_commit_seconds_sum",
    }


@pytest.mark.parametrize("alert", alerts(), ids=lambda one: one["alert"])
def test_every_alert_says_what_is_wrong_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"\d+[smh]", alert.get("for", "0s"))
    assert alert["labels"]["severity"] in ("page", "ticket")
    said = alert["annotations"]
    assert said.keys() == {"summary", "action"}
    assert all(one.strip().endswith(".") for one in said.values())
    assert alert["expr"].count("(") == alert["expr"].count(")")
    for command in re.findall(r"manage\.py (\w+)", said["action"]):
        assert command in get_commands()


def test_prometheus_finds_the_processes_of_compose() -> None:
    [job] = yaml.safe_load(SCRAPE.read_text())["scrape_configs"]
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    [found] = job["dns_sd_configs"]
    assert set(found["names"]) <= services.keys()
    assert f'job="{job["job_name"]}"' in ALERTS.read_text()

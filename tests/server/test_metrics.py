"""GET /metrics: who may ask, and that the numbers are what happened."""

from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from typing import Any, Final

import pytest
from channels.db import database_sync_to_async
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from collab.boot.web import Web
from collab.protocol import Change, Close
from collab.scrape import metrics
from documents.models import Head, Update
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.sockets import connected, opened
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

ENV: Final = {"METRICS_TOKEN": "let-me-see", "AUDIT_SECONDS": "1"}
BEARER: Final = {"Authorization": "Bearer let-me-see"}

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


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


async def told(web: Web) -> Callable[..., float]:
    """Scrape once; gives a look-up by name, without the prefix, and labels."""
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


async def test_edits_deliveries_and_people(house: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    before = await told(house)
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
        now = await told(house)
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
        assert now("waiting_updates") == now("waiting_bytes") == 0
        assert now("commit_under_way_seconds") == 0
        assert now("bytes_received_total") > before("bytes_received_total")
        assert now("bytes_sent_total") > before("bytes_sent_total")
        assert now("service_up", service="postgres") == 1
        assert now("service_up", service="redis") == 1


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

"""What docs/security.md promises and no other test shows."""

import gzip
import json
import re
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.test import Client
from websockets.asyncio.client import connect

from collab.boot.steps import ROOT
from collab.boot.web import Web
from collab.protocol import Change, Say
from deploy import audit
from documents.models import Document, User
from documents.models import Update as Row
from documents.yjs.updates import ClientId, Item, Update, encode
from tests.actors import Actor, document, person, sign_in
from tests.conftest import Webs
from tests.server.conftest import PASSWORD, Shared, Visitor
from tests.server.test_api import ROUTES, ask
from tests.server.test_comments import ROUTES as OF_COMMENTS
from tests.server.test_history_rights import ROUTES as OF_HISTORY
from tests.server.test_limits import written
from tests.sockets import opened
from tests.waiting import waited

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("built"),
]

ENV: Final = {"METRICS_TOKEN": "s3cret-metrics-token", "LOG_LEVEL": "DEBUG"}


# The table

TABLE: Final = ROOT / "docs" / "security.md"
NAMED: Final = re.compile(r"`([\w/.-]+\.(?:py|ts))::([^`]+)`")


def threats() -> list[str]:
    """Give the rows of the table."""
    lines = TABLE.read_text().splitlines()
    return [line for line in lines if line.startswith("| ")][1:]


@pytest.mark.parametrize("row", threats(), ids=lambda row: row.split("|")[1].strip())
def test_every_threat_has_tests_that_exist(row: str) -> None:
    named = NAMED.findall(row)
    assert named
    for path, test in named:
        text = (ROOT / path).read_text()
        declared = f"def {test}(" if path.endswith(".py") else f"it('{test}'"
        assert declared in text, f"{path} has no {test}"


# Sessions and cookies


def test_a_session_that_was_planted_does_not_become_anybodys(shared: Shared) -> None:
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    before = planted.get("/accounts/login/").client.session.session_key
    form = {"login": "owner@example.org", "password": PASSWORD}
    answer = planted.post("/accounts/login/", form)
    assert answer.status_code == 302
    key = answer.cookies[settings.SESSION_COOKIE_NAME].value
    assert key not in (before, "a" * 32)
    assert [one.pk for one in Session.objects.all()] == [key]


def test_scripts_of_the_page_cannot_read_the_session(shared: Shared) -> None:
    form = {"login": "owner@example.org", "password": PASSWORD}
    cookie = Client().post("/accounts/login/", form).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_with_tls_nothing_travels_without(webs: Webs) -> None:
    web = webs(ORIGINS="https://127.0.0.1", BEHIND_PROXY="1")
    wire = HTTPConnection("127.0.0.1", web.port, timeout=30)
    wire.request("GET", "/accounts/login/", headers={"X-Forwarded-Proto": "https"})
    answer = wire.getresponse()
    wire.close()
    assert answer.status == 200
    assert "; Secure" in (answer.headers["Set-Cookie"] or "")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


# Pages

PAGES: Final = [
    "/",
    "/documents/{}/",
    "/api/documents",
    "/nowhere",
    "/accounts/login/",
    "/admin/login/",
    "/healthz",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_tells_browsers_to_be_careful(
    shared: Shared, visitor: Visitor, path: str
) -> None:
    answer = visitor("owner").get(path.format(shared.document.pk))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert not policy.keys() & {"script-src", "style-src", "script-src-elem"}
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "Server" not in answer


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_site_may_read_an_answer(
    shared: Shared, visitor: Visitor, origin: str
) -> None:
    for path in ("/api/documents", f"/api/documents/{shared.document.pk}/state"):
        answer = visitor("owner").get(path, headers={"Origin": origin})
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer


def test_a_forged_host_gets_no_page_and_no_mail(shared: Shared) -> None:
    form = {"email": "owner@example.org"}
    evil = {"Host": "evil.example"}
    answer = Client().post("/accounts/password/reset/", form, headers=evil)
    assert answer.status_code == 400
    assert not mail.outbox


OF_DOCUMENT: Final = [
    ("GET", "/"),
    ("GET", "/history/"),
    ("POST", "/rename/"),
    ("POST", "/trash/"),
    ("POST", "/restore/"),
]


def test_every_route_says_the_same_of_hidden_and_missing(
    shared: Shared, visitor: Visitor
) -> None:
    stranger, hidden, missing = visitor("stranger"), shared.document.pk, UUID(int=0)

    def page(method: str, rest: str, where: UUID) -> Any:
        return stranger.generic(method, f"/documents/{where}{rest}")

    def api(method: str, rest: str, body: object, where: UUID) -> Any:
        return ask(stranger, method, f"/{where}{rest}", body)

    routes = [partial(page, *route) for route in OF_DOCUMENT]
    for method, path, body, *_ in ROUTES:
        rest = path.format(reader=shared.people["reader"].pk, late=1)
        routes.append(partial(api, method, rest, body))
    for method, path, body, *_ in OF_HISTORY:
        routes.append(partial(api, method, "/history" + path.format(bookmark=1), body))
    for method, path, body, *_ in OF_COMMENTS:
        routes.append(partial(api, method, f"/comments{path}", body))
    routes.append(partial(api, "POST", "/restore", None))
    for route in routes:
        one, other = route(hidden), route(missing)
        assert (one.status_code, one.content) == (404, other.content), route
        assert other.status_code == 404, route


def test_ids_of_documents_cannot_be_guessed(shared: Shared) -> None:
    """122 random bits."""
    assert shared.document.pk.version == 4


# Bombs


def deep(depth: int = 100_000) -> bytes:
    """A document of JSON that nests."""
    return b'{"title": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "kind", "encoding"),
    [
        (deep(), "application/json", ""),
        (b"x" * 3_000_000, "application/json", ""),
        (gzip.compress(b'{"title": "small"}'), "application/json", "gzip"),
        (b"title=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", ""),
        (
            b"&".join(b"a=%d" % n for n in range(2000)),
            "application/x-www-form-urlencoded",
            "",
        ),
    ],
    ids=["deep", "large", "compressed", "large form", "many fields"],
)
def test_a_body_that_swells_is_refused(
    house: Web, body: bytes, kind: str, encoding: str
) -> None:
    user = User.objects.create_user("ana@example.org", name="Ana")
    headers = {
        "Content-Type": kind,
        "Cookie": f"sessionid={sign_in(user)}; csrftoken={'a' * 32}",
        "X-CSRFToken": "a" * 32,
        "Origin": house.origin,
    } | ({"Content-Encoding": encoding} if encoding else {})
    path = "/api/documents" if kind.endswith("json") else "/documents/"
    wire = HTTPConnection("127.0.0.1", house.port, timeout=30)
    wire.request("POST", path, body, headers)
    status = wire.getresponse().status
    wire.close()
    assert 400 <= status < 500
    assert waited(house.healthy)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_no_frame_is_inflated(webs: Webs, server: str) -> None:
    """Compression is not agreed on, and a frame that claims it ends the socket."""
    web = webs(SERVER=server)
    ana, session = await person("Ana")
    notes = await document(ana)
    async with connect(
        f"{web.ws}/ws/documents/{notes}",
        additional_headers={"Cookie": f"sessionid={session}"},
        origin=web.origin,  # type: ignore[arg-type]
        compression="deflate",
    ) as wire:
        assert wire.protocol.extensions == []
        # FIN, RSV1 and binary; masked, by zeros.
        wire.transport.write(b"\xc2\xe4" + bytes(4 + 100))
        await wire.wait_closed()
        assert wire.close_code in (1002, 1006)  # Daphne says nothing


# Uploads


def test_nothing_takes_a_file() -> None:
    """No table has a place for one, so no page can give one back."""
    models = apps.get_models()
    fields = [field for model in models for field in model._meta.get_fields()]
    assert len(fields) > 50
    assert [field for field in fields if isinstance(field, FileField)] == []
    assert not settings.MEDIA_ROOT


@pytest.mark.parametrize("path", ["/documents/", "/api/documents"])
def test_a_file_that_is_sent_is_not_kept(
    shared: Shared, visitor: Visitor, path: str
) -> None:
    script = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    file = SimpleUploadedFile("s3cret.svg", script, "image/svg+xml")
    before = Document.objects.count()
    answer = visitor("owner").post(path, {"title": "Notes", "file": file})
    made = Document.objects.exclude(pk=shared.document.pk)
    assert made.count() + 1 - before == (answer.status_code == 302)
    assert [one.title for one in made] == ["Notes"] * (answer.status_code == 302)
    assert not any(b"alert" in bytes(row.payload) for row in Row.objects.all())


# Whose words


async def test_authors_are_those_of_the_sessions(house: Web) -> None:
    """Whatever client ids, or whatever else, a browser writes under."""
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    for session, client in ((ana_session, bo.pk), (bo_session, ana.pk)):
        item = Item(0, 1, 4, None, None, "note", None, b"x")
        update = encode(Update({ClientId(1_000 + client): (item,)}))
        async with opened(house, notes, session) as socket:
            await socket.send(Change(update))
            await written(socket, 1)
    rows = await database_sync_to_async(authors)(notes)
    assert rows == ["Ana", "Ana", "Bo"]


def authors(notes: UUID) -> list[str]:
    """Who wrote the rows of a log, in order."""
    rows = Row.objects.filter(document=notes).order_by("seq")
    return [str(name) for name in rows.values_list("author__name", flat=True)]


# Logs


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_no_secret_and_no_word_reaches_the_log(webs: Webs, server: str) -> None:
    house = webs(SERVER=server, **ENV)
    ana, session = await person("Ana")
    notes = await document(ana)
    async with Actor(house, notes, session) as a:
        await a.ready()
        await a.write("s3cret-words")
        await a.saved()
    async with opened(house, notes, session) as talking:
        await talking.send(Say("s3cret-key", "s3cret-talk"))
        await talking.heard(26)
        await talking.send(Say("no key", "s3cret"))
        await talking.gone()
    ask = database_sync_to_async(request)
    await ask(house, "/share/s3cret-share-token")
    await ask(house, "/?q=s3cret-query")
    await ask(house, "/metrics", Authorization="Bearer s3cret-wrong-token")
    await ask(house, "/", Cookie="sessionid=s3cret-session")
    await ask(house, "/accounts/password/reset/key/1-s3cret-reset/")
    tried = {"login": "s3cret-login@example.org", "password": "s3cret-password"}
    await ask(house, "/accounts/login/", urlencode(tried))
    await ask(house, "/admin/login/", urlencode(tried))
    assert house.child.log is not None
    written = house.child.log.read_text()
    assert "joined" in written
    for secret in ("s3cret", session, settings.SECRET_KEY):
        assert secret not in written


def request(web: Web, path: str, body: str = "", **headers: str) -> None:
    """Send one request that holds a secret."""
    wire = HTTPConnection("127.0.0.1", web.port, timeout=30)
    if body:
        headers |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": web.origin,
            "Cookie": f"csrftoken={'a' * 32}",
        }
        body += "&csrfmiddlewaretoken=" + "a" * 32
    wire.request("POST" if body else "GET", path, body, headers)
    assert wire.getresponse().status < 500
    wire.close()


# What the product is built from


def test_every_python_package_is_locked_by_its_bytes() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        stanzas = re.findall(r"(?m)^(\S+==\S+)((?:.*\\\n)*.*)", lock.read_text())
        assert stanzas
        assert [name for name, rest in stanzas if "--hash=sha256:" not in rest] == []


def test_every_node_package_is_locked_by_its_bytes() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [n for n, one in packages.items() if "integrity" not in one] == []


FAULT: Final = {"id": "PYSEC-1", "fix_versions": [], "description": ""}
CLEAN: Final = {"name": "django", "version": "5.2", "vulns": []}
SKIPPED: Final = {"name": "django", "skip_reason": "Dependency not found"}
ANSWERS: Final[dict[str, tuple[Any, Any, int]]] = {
    "clean": ({"dependencies": [CLEAN]}, {"vulnerabilities": {}}, 0),
    "a fault in Python": (
        {"dependencies": [CLEAN | {"vulns": [FAULT]}]},
        {"vulnerabilities": {}},
        1,
    ),
    "a fault in Node": (
        {"dependencies": [CLEAN]},
        {"vulnerabilities": {"yjs": {"range": "<2", "severity": "high"}}},
        1,
    ),
    "skipped": ({"dependencies": [SKIPPED]}, {"vulnerabilities": {}}, 2),
    "no answer": ({"dependencies": [CLEAN]}, {"message": "405"}, 2),
    "a fault, and no answer": (
        {"dependencies": [CLEAN | {"vulns": [FAULT]}]},
        {"message": "405"},
        1,
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_audit_of_nothing_is_not_one_without_findings(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    python, node, code = ANSWERS[case]

    def ask(command: object) -> str:
        return json.dumps(python if command is audit.PYTHON else node)

    assert audit.main(ask) == code
    assert audit.main(ask, where_reachable=True) == (1 if code == 1 else 0)
    said = capsys.readouterr().out
    assert ("NOT AUDITED" in said) is (
        "skip_reason" in str(python) or "message" in str(node)
    )
    assert ("PYSEC-1" in said) is ("PYSEC-1" in str(python))


def test_the_audit_asks_about_what_is_deployed() -> None:
    assert (ROOT / audit.PYTHON[4]).samefile(ROOT / "requirements.lock")
    makefile = (ROOT / "Makefile").read_text()
    assert "deploy.audit --where-reachable" in makefile
    assert (Path(audit.__file__)).parent == ROOT / "deploy"

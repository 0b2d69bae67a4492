"""deploy/nginx.conf in a real nginx: what it passes on, keeps back and logs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from collab.boot.folder import free_port
from tests.deploy.proxy import CONF, Nginx, echoing, filled

pytestmark = pytest.mark.server

SECRETS = [
    "/share/s3cret-token",
    "/share/s3cret-token?next=1",
    "/%73hare/s3cret-token",
    "/accounts/password/reset/key/1-s3cret-token/",
    "/accounts/confirm-email/s3cret-token/",
    "/documents/?q=s3cret-token",
]


@pytest.fixture
def echo() -> Iterator[int]:
    with echoing() as port:
        yield port


@pytest.fixture
def nginx(echo: int, tmp_path: Path) -> Iterator[Nginx]:
    """An nginx in front of the echo."""
    one = Nginx(tmp_path, [echo])
    one.start()
    yield one
    one.child.stop()


def heard(content: bytes) -> dict[str, str]:
    """Give the headers that reached the server behind."""
    headers: dict[str, str] = json.loads(content)["headers"]
    return headers


def test_nothing_is_left_open(tmp_path: Path) -> None:
    assert "${" in CONF.read_text()
    assert "${" not in filled(tmp_path, 80, [8000])


def test_what_a_client_says_of_itself_is_replaced(nginx: Nginx) -> None:
    forged = {
        "Host": "docs.example.org:8443",
        "X-Forwarded-For": "10.9.9.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Real-IP": "10.9.9.9",
        "Forwarded": "for=10.9.9.9",
    }
    _, content = nginx.ask("/", forged, source="127.0.0.7")
    headers = heard(content)
    assert headers["X-Forwarded-For"] == "127.0.0.7"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Port"] != "1"
    assert headers["Host"] == "docs.example.org:8443"
    assert {"X-Forwarded-Host", "X-Real-IP", "Forwarded"}.isdisjoint(headers)
    assert b"10.9.9.9" not in content
    assert " 127.0.0.7 GET / 200 " in nginx.told()[0]


def test_only_sockets_are_upgraded(nginx: Nginx) -> None:
    _, content = nginx.ask("/ws/x", {"Upgrade": "WebSocket", "Connection": "Upgrade"})
    assert heard(content)["Upgrade"] == "websocket"
    assert heard(content)["Connection"] == "upgrade"
    _, content = nginx.ask("/", {"Upgrade": "h2c", "Connection": "Upgrade"})
    assert "Upgrade" not in heard(content)
    assert heard(content)["Connection"] == "close"


@pytest.mark.parametrize("path", SECRETS)
def test_secrets_in_addresses_reach_no_log(nginx: Nginx, path: str) -> None:
    answer, content = nginx.ask(path, {"Referer": "http://x/share/s3cret-token"})
    assert answer.status == 200
    assert json.loads(content)["path"] == path
    accesses, errors = nginx.told()
    assert " 200 " in accesses
    assert "s3cret" not in accesses + errors


@pytest.mark.parametrize("path", SECRETS[:-1])
def test_nor_when_nobody_answers(tmp_path: Path, path: str) -> None:
    nginx = Nginx(tmp_path, [free_port()])
    nginx.start()
    assert nginx.ask("/documents/")[0].status == 502
    assert nginx.ask(path)[0].status == 502
    assert nginx.ask(path, method="POST", body=b"x" * 3_000_000)[0].status == 413
    accesses, errors = nginx.told()
    assert accesses.count(" 502 ") == 2
    assert "GET /documents/ HTTP" in errors
    assert "s3cret" not in accesses + errors


def test_large_bodies_are_refused(nginx: Nginx) -> None:
    answer, _ = nginx.ask("/", method="POST", body=b"x" * (2 * 1024 * 1024 + 1))
    assert answer.status == 413


def test_static_files_are_compressed_and_pages_are_not(nginx: Nginx) -> None:
    takes = {"Accept-Encoding": "gzip"}
    for path in ("/static/a.js", "/static/assets/a-1.js"):
        assert nginx.ask(path, takes)[0].headers["Content-Encoding"] == "gzip"
    for path in ("/", "/ws/x", "/share/x"):
        assert nginx.ask(path, takes)[0].headers["Content-Encoding"] is None


def test_assets_are_kept_for_good_and_nothing_else(nginx: Nginx) -> None:
    for path, kept in {"/static/assets/a-1.js": True, "/static/a.js": False}.items():
        answer, _ = nginx.ask(path)
        [told] = answer.headers.get_all("Cache-Control") or []
        assert ("immutable" in told) is kept


def test_another_process_answers_where_one_is_gone(echo: int, tmp_path: Path) -> None:
    nginx = Nginx(tmp_path, [free_port(), echo])
    nginx.start()
    assert [nginx.ask("/")[0].status for _ in range(6)] == [200] * 6
    nginx.child.stop()


def test_certificates_or_trusted_proxies_can_be_added(
    echo: int, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    trust = "set_real_ip_from 127.0.0.7; real_ip_header X-Forwarded-For;"
    (site / "trust.conf").write_text(trust)
    nginx = Nginx(tmp_path, [echo])
    nginx.start()
    told = {"X-Forwarded-For": "192.0.2.1"}
    _, content = nginx.ask("/", told, source="127.0.0.7")
    assert heard(content)["X-Forwarded-For"] == "192.0.2.1"
    _, content = nginx.ask("/", told, source="127.0.0.8")
    assert heard(content)["X-Forwarded-For"] == "127.0.0.8"
    nginx.child.stop()

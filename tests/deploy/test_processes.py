"""nginx in front of two real processes: people on both are in one document."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from collab.awareness import State, encode, parse
from collab.boot.folder import kept_port
from collab.boot.web import Web
from deploy import healthcheck
from tests.actors import Actor, document, frame, greet, person
from tests.conftest import Webs
from tests.deploy.proxy import PATIENCE, Nginx
from tests.listening import heard_of

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def behind(webs: Webs) -> Iterator[tuple[int, list[Web]]]:
    """Two processes of a site, and the port of the nginx to come."""
    with kept_port() as port:
        settings = {
            "BEHIND_PROXY": "1",
            "ORIGINS": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "tests.deploy.hasty",
        }
        yield port, [webs(**settings), webs(**settings)]


@pytest.fixture
def nginx(behind: tuple[int, list[Web]], tmp_path: Path) -> Iterator[Nginx]:
    """An nginx in front of both."""
    port, servers = behind
    one = Nginx(tmp_path, [server.port for server in servers], port)
    one.start()
    yield one
    one.child.stop()


@pytest.fixture
def site(nginx: Nginx) -> Web:
    """The whole, as browsers see it."""
    return Web(nginx.port, {})


async def test_people_on_both_see_each_other(nginx: Nginx, site: Web) -> None:
    ana, ana_session = await person("Ana")
    bo, bo_session = await person("Bo")
    notes = await document(ana, editor=bo)
    async with (
        Actor(site, notes, ana_session) as a,
        Actor(site, notes, bo_session) as b,
    ):
        await greet(a, b)
        await heard_of(notes)
        await a.until(lambda: sorted(names(a)) == ["Ana", "Bo"])
        await b.until(lambda: sorted(names(b)) == ["Ana", "Bo"])
        await a.send(frame(1, encode([State(7, 1, {"cursor": None})])))
        await b.until(lambda: caret(b, 7) == "Ana")
        await a.leave()
        await b.until(lambda: names(b) == ["Bo"] and caret(b, 7) is None)
    accesses, _ = nginx.told()
    sockets = [line for line in accesses.splitlines() if " /ws/documents/" in line]
    assert len({line.split()[-1] for line in sockets}) == 2


def names(actor: Actor) -> list[str]:
    """Give the roster as an actor was told of it; who came first depends on luck."""
    return [str(one["name"]) for one in actor.roster]


def caret(actor: Actor, client: int) -> object:
    """Give the name at a client's caret, or None where it has none."""
    told = {
        state.client: state.state
        for said in actor.awareness
        for state in parse(said, 4096)
    }
    state = told.get(client)
    user = state["user"] if state else None
    return user["name"] if isinstance(user, dict) else None


async def test_who_lost_a_process_comes_back_through_the_other(
    nginx: Nginx, site: Web, behind: tuple[int, list[Web]]
) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    async with Actor(site, notes, session) as a:
        await a.ready()
        await a.write("One")
        await a.saved()
        behind[1][0].kill9()
        behind[1][1].kill9()
        await a.gone()
        behind[1][1].start()
        await a.join()
        await a.write(" more")
        await a.saved()
        assert a.text() == "One more"


def test_each_process_tells_that_it_is_well(
    behind: tuple[int, list[Web]], nginx: Nginx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIGINS", f"http://127.0.0.1:{nginx.port}")
    monkeypatch.setattr(healthcheck, "PATIENCE", PATIENCE)
    first, second = behind[1]
    second.stop()
    assert healthcheck.main(port=first.port) == 0
    assert healthcheck.main(port=second.port) == 1
    assert nginx.ask("/healthz")[0].status == 200


def test_logging_in_counts_failures_by_the_real_address(nginx: Nginx) -> None:
    told = [failed_login(nginx, f"p{n}@example.org", "127.0.0.7") for n in range(12)]
    assert "Too many" in told[-1]
    assert "Too many" not in failed_login(nginx, "q@example.org", "127.0.0.8")


def failed_login(nginx: Nginx, email: str, address: str) -> str:
    """Fail to log in, claiming to come from somewhere else; gives the page."""
    page, content = nginx.ask("/accounts/login/", source=address)
    cookie = SimpleCookie(page.headers["Set-Cookie"])["csrftoken"]
    [token] = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', content.decode()))
    form = {"login": email, "password": "no", "csrfmiddlewaretoken": token}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={cookie.value}",
        "Origin": f"http://127.0.0.1:{nginx.port}",
        "X-Forwarded-For": f"192.0.2.{len(email)}",
    }
    answer, content = nginx.ask(
        "/accounts/login/",
        headers,
        method="POST",
        body=urlencode(form).encode(),
        source=address,
    )
    assert answer.status in (200, 400, 429)
    return content.decode()


def test_a_share_link_reaches_no_log(
    nginx: Nginx, behind: tuple[int, list[Web]]
) -> None:
    answer, _ = nginx.ask("/share/s3cret-token")
    assert answer.status < 500
    accesses, errors = nginx.told()
    webs = "".join(
        str(web.child.log and web.child.log.read_text()) for web in behind[1]
    )
    assert " /share/* " in accesses
    assert "s3cret" not in accesses + errors + webs

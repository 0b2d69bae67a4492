"""How often one may knock: tries at passwords, sign-ups, in all processes together."""

import re
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from itertools import count
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from collab.boot.web import Web
from collab.cache import _Outage
from documents.models import User
from tests.server.conftest import PASSWORD

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("built"),
]

ENV: Final = {"LOGIN_TRIES": "4"}
LOCKED: Final = "Too many tries"

Create = Callable[[str], User]

_hosts = count(1)


def somewhere() -> str:
    """Give an address from which nobody has come in these tests."""
    return f"192.0.2.{next(_hosts)}"


@pytest.fixture(autouse=True)
def _three_tries(settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 3


@pytest.fixture(autouse=True)
def _no_outage_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Outage, "until", 0.0)


def knock(
    source: str, login: str, password: str, path: str = "/accounts/login/"
) -> HttpResponse:
    """Try to log in from an address, with a fresh browser."""
    field = "username" if "admin" in path else "login"
    form = {field: login, "password": password}
    answer: Any = Client().post(path, form, REMOTE_ADDR=source)
    return answer  # type: ignore[no-any-return]


def inside(answer: HttpResponse) -> bool:
    """Whether a try let somebody in."""
    return answer.status_code == 302


def is_locked(answer: HttpResponse) -> bool:
    """Whether a try was met by our page."""
    return answer.status_code == 429 and LOCKED in answer.content.decode()


def lock(source: str, login: str) -> None:
    """Try until it is locked."""
    tries = [knock(source, login, "wrong") for _ in range(3)]
    assert [is_locked(one) for one in tries] == [False, False, True]


def test_too_many_tries_lock_this_account_from_here_alone(person: Create) -> None:
    here = somewhere()
    person("ada")
    person("bob")
    lock(here, "ada@example.org")
    assert is_locked(knock(here, "ada@example.org", PASSWORD))
    assert is_locked(knock(here, " ADA@Example.org ", PASSWORD))
    assert inside(knock(here, "bob@example.org", PASSWORD))
    assert inside(knock(somewhere(), "ada@example.org", PASSWORD))


def test_an_account_that_does_not_exist_is_locked_alike(person: Create) -> None:
    person("ada")
    pages = []
    for name, source in (("ada", somewhere()), ("nobody", somewhere())):
        tries = [knock(source, f"{name}@example.org", "wrong") for _ in range(4)]
        pages.append([(one.status_code, one.content) for one in tries[2:]])
    assert pages[0] == pages[1]


def test_addresses_of_one_network_count_together(person: Create) -> None:
    person("ada")
    for last in range(3):
        knock(f"2001:db8:1:2::{last}", "ada@example.org", "wrong")
    assert is_locked(knock("2001:db8:1:2:ffff::1", "ada@example.org", PASSWORD))
    assert inside(knock("2001:db8:1:3::1", "ada@example.org", PASSWORD))
    for last in range(3):
        knock(f"::ffff:198.51.100.{last}", "ada@example.org", "wrong")
    assert inside(knock("::ffff:198.51.100.9", "ada@example.org", PASSWORD))


def test_the_lock_opens_by_itself_and_tries_meanwhile_do_not_prolong_it(
    person: Create,
) -> None:
    here = somewhere()
    person("ada")
    lock(here, "ada@example.org")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14))
    assert is_locked(knock(here, "ada@example.org", "wrong"))
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert inside(knock(here, "ada@example.org", PASSWORD))


def test_the_right_password_begins_anew(person: Create) -> None:
    here = somewhere()
    person("ada")
    for _ in range(3):
        knock(here, "ada@example.org", "wrong")
        knock(here, "ada@example.org", "wrong")
        assert inside(knock(here, "ada@example.org", PASSWORD))


def test_a_new_password_by_mail_opens_it_at_once(person: Create) -> None:
    here = somewhere()
    person("ada")
    lock(here, "ada@example.org")
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "ada@example.org"})
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert found
    address = browser.get(found[1], follow=True).request["PATH_INFO"]
    new = "another horse battery"
    browser.post(address, {"password1": new, "password2": new}, follow=True)
    assert inside(knock(here, "ada@example.org", new))


def test_the_administrations_own_door_counts_too(person: Create) -> None:
    here = somewhere()
    person("ada")
    tries = [
        knock(here, "ada@example.org", "wrong", path="/admin/login/") for _ in range(3)
    ]
    assert is_locked(tries[-1])
    assert is_locked(knock(here, "ada@example.org", PASSWORD))


def test_nothing_that_was_typed_is_kept(
    person: Create, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in the table nor in the log; people type passwords into wrong fields."""
    here = somewhere()
    person("ada")
    lock(here, "ada@example.org")
    knock(here, "s3cret-in-the-wrong-field", "s3cret", path="/admin/login/")
    [*kept] = AccessAttempt.objects.values()
    written = str(kept) + capsys.readouterr().err
    assert here in written
    assert len(kept) == 2
    for typed in ("ada@", "wrong-field", "s3cret", "wrong"):
        assert typed not in written


def test_without_redis_people_log_in_and_tries_are_counted(
    person: Create, settings: Settings
) -> None:
    one = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": one}
    here = somewhere()
    person("ada")
    assert inside(knock(here, "ada@example.org", PASSWORD))
    lock(here, "ada@example.org")
    form = {"name": "Bob", "email": "bob@example.org", "password1": PASSWORD}
    assert Client().post("/accounts/signup/", form)["Location"] == "/"


def test_the_cache_never_empties_redis_and_never_unpickles() -> None:
    with pytest.raises(NotImplementedError):
        cache.clear()
    with pytest.raises(TypeError):
        cache.set("code", len)
    cache.set("limit", [1.5, 2.5], 60)
    assert cache.get("limit") == [1.5, 2.5]
    assert not cache.add("limit", 1)
    assert cache.delete("limit")


# Real processes


def post(web: Web, path: str, source: str, **form: str) -> tuple[int, str]:
    """Fill in a page's form with a fresh browser; gives status and page."""
    status, page, cookie = _ask(web, "GET", path, source)
    assert status == 200
    [token] = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page))
    body = urlencode(form | {"csrfmiddlewaretoken": token})
    status, page, _ = _ask(web, "POST", path, source, body, cookie)
    return status, page


def _ask(
    web: Web, method: str, path: str, source: str, body: str = "", cookie: str = ""
) -> tuple[int, str, str]:
    wire = HTTPConnection("127.0.0.1", web.port, 30, source_address=(source, 0))
    headers = {"Origin": web.origin, "Cookie": f"csrftoken={cookie}"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    wire.request(method, path, body, headers)
    answer = wire.getresponse()
    page = answer.read().decode()
    wire.close()
    given = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    return answer.status, page, given["csrftoken"].value if given else ""


def test_tries_count_in_all_processes_together(house: Web, annex: Web) -> None:
    def knocks(web: Web, login: str, source: str) -> bool:
        path, password = "/accounts/login/", "wrong"
        status, page = post(web, path, source, login=login, password=password)
        return status == 429 and LOCKED in page

    turns = [house, annex, house, annex]
    told = [knocks(web, "ada@example.org", "127.0.0.11") for web in turns]
    assert told == [False, False, False, True]
    assert knocks(house, "ada@example.org", "127.0.0.11")
    assert not knocks(house, "ada@example.org", "127.0.0.12")


def test_sign_ups_count_in_all_processes_together(house: Web, annex: Web) -> None:
    def signs_up(web: Web, source: str) -> int:
        return post(web, "/accounts/signup/", source, email="nobody")[0]

    told = [signs_up(web, "127.0.0.13") for web in [house, annex] * 10]
    assert told == [200] * 20
    assert signs_up(house, "127.0.0.13") == signs_up(annex, "127.0.0.13") == 429
    assert signs_up(house, "127.0.0.14") == 200


def test_mails_count_in_all_processes_together(house: Web, annex: Web) -> None:
    def asks(web: Web, number: int, source: str) -> int:
        email = f"nobody-{number}@example.org"
        return post(web, "/accounts/password/reset/", source, email=email)[0]

    told = [asks(web, n, "127.0.0.15") for n, web in enumerate([house, annex] * 10)]
    assert told == [302] * 20
    assert asks(house, 20, "127.0.0.15") == asks(annex, 21, "127.0.0.15") == 429
    assert asks(house, 22, "127.0.0.16") == 302
    # For one address of e-mail five, from wherever.
    told = [asks(web, 0, "127.0.0.17") for web in [house, annex] * 3]
    assert told == [302] * 4 + [429] * 2

"""Accounts: signing up, logging in and out, passwords, the administration."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.test import Client

from collab.urls import CLOSED
from documents.models import User
from tests.server.conftest import PASSWORD, Shared

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db,
    pytest.mark.usefixtures("built"),
]

Create = Callable[[str], User]


def test_signing_up_asks_for_name_address_and_password(client: Client) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "password1": PASSWORD}
    answer = client.post("/accounts/signup/", form)
    assert answer["Location"] == "/"
    ada = User.objects.get()
    assert (ada.name, ada.email, ada.has_usable_password()) == (
        "Ada",
        "ada@example.org",
        True,
    )
    assert 1 <= ada.hue <= 12
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_an_address_has_one_name_on_all_pages(client: Client, page: str) -> None:
    shown = client.get(f"/accounts/{page}/").content.decode()
    assert ">E-mail address</label>" in shown
    assert 'placeholder="E-mail address"' in shown


def test_signing_up_without_a_name_is_refused(client: Client) -> None:
    form = {"email": "ada@example.org", "password1": PASSWORD}
    assert client.post("/accounts/signup/", form).status_code == 200
    assert not User.objects.exists()


def test_logging_in_leads_to_where_one_wanted_to_go(
    client: Client, person: Create
) -> None:
    person("ada")
    form = {"login": "ada@example.org", "password": PASSWORD, "next": "/trash/"}
    assert client.post("/accounts/login/", form)["Location"] == "/trash/"


def test_logging_in_never_leads_to_another_host(client: Client, person: Create) -> None:
    person("ada")
    form = {"login": "ada@example.org", "password": PASSWORD}
    answer = client.post("/accounts/login/?next=https://evil.example/", form)
    assert answer["Location"] == "/"


def test_a_wrong_password_is_said_without_telling_who_exists(
    client: Client, person: Create
) -> None:
    person("ada")
    pages = [
        client.post("/accounts/login/", {"login": login, "password": "wrong"}).content
        for login in ("ada@example.org", "bob@example.org")
    ]
    said = [re.findall(rb'class="error"[^>]*>([^<]*)', page) for page in pages]
    assert said[0] == said[1] != []


def test_logging_out_is_a_form(client: Client, person: Create) -> None:
    client.force_login(person("ada"))
    page = client.get("/").content
    assert b'<form id="logout" method="post" action="/accounts/logout/">' in page
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200
    answer = client.post("/accounts/logout/")
    assert answer["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_a_lost_password_is_replaced_by_mail(client: Client, person: Create) -> None:
    ada = person("ada")
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    [letter] = mail.outbox
    found = re.search(r"http://testserver(/\S+)", str(letter.body))
    assert found is not None
    form_page = client.get(found[1], follow=True)
    address = form_page.request["PATH_INFO"]
    new = "another horse battery"
    client.post(address, {"password1": new, "password2": new}, follow=True)
    ada.refresh_from_db()
    assert ada.check_password(new)


def test_asking_for_a_reset_tells_nobody_who_exists(
    client: Client, person: Create
) -> None:
    person("ada")
    pages = []
    for login in ("ada@example.org", "bob@example.org"):
        form = {"email": login}
        answer = client.post("/accounts/password/reset/", form, follow=True)
        assert answer.redirect_chain == [("/accounts/password/reset/done/", 302)]
        pages.append(answer.content)
    assert pages[0] == pages[1]


def test_a_used_reset_link_says_so(client: Client) -> None:
    answer = client.get("/accounts/password/reset/key/1-nonsense/")
    assert b"does not work any more" in answer.content


def test_changing_the_password_keeps_this_session_only(person: Create) -> None:
    ada, here, there = person("ada"), Client(), Client()
    here.force_login(ada)
    there.force_login(ada)
    new = "another horse battery"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post("/accounts/password/change/", form)
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize(
    "page",
    [
        "login",
        "signup",
        "inactive",
        "confirm-email",
        "confirm-email/nonsense",
        "password/reset",
        "password/reset/done",
        "password/reset/key/done",
    ],
)
def test_every_page_for_anonymous_people_is_in_our_design(
    client: Client, page: str
) -> None:
    answer = client.get(f"/accounts/{page}/")
    assert b'<section class="card">' in answer.content


@pytest.mark.parametrize("page", ["password/change", "logout"])
def test_every_page_of_an_account_is_in_our_design(
    client: Client, person: Create, page: str
) -> None:
    client.force_login(person("ada"))
    answer = client.get(f"/accounts/{page}/")
    assert b'<section class="card">' in answer.content


@pytest.mark.parametrize("page", CLOSED)
def test_what_nothing_leads_to_cannot_be_reached(
    client: Client, person: Create, page: str
) -> None:
    client.force_login(person("ada"))
    form = {"email": "other@example.org", "action_add": ""}
    assert client.get(f"/accounts/{page}").status_code == 404
    assert client.post(f"/accounts/{page}", form).status_code == 404


def test_an_address_is_confirmed_by_one_button(client: Client, person: Create) -> None:
    address = EmailAddress.objects.create(user=person("ada"), email="ada@example.org")
    link = f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/"
    page = client.get(link).content
    assert b'<section class="card">' in page
    assert b"ada@example.org" in page
    assert client.post(link).status_code == 302
    address.refresh_from_db()
    assert address.verified


def test_the_administration_is_for_superusers(client: Client, shared: Shared) -> None:
    client.force_login(shared.people["owner"])
    assert client.get("/admin/").status_code == 302
    admin = User.objects.create_superuser("root@example.org", PASSWORD, name="Root")
    client.force_login(admin)
    for page in ("", "documents/user/", "documents/document/", "documents/user/add/"):
        assert client.get(f"/admin/{page}").status_code == 200
    page = f"/admin/documents/document/{shared.document.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.get("/admin/documents/document/add/").status_code == 403

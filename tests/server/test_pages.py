"""The pages: list, trash, editor, shell."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as live_settings
from django.test import Client
from django.utils import timezone
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from pytest_django import DjangoAssertNumQueries, Settings

from documents import trash
from documents.engine import reading, readings
from documents.models import Document, Head, Update, User
from documents.storage import log
from tests.server.conftest import Shared, Visitor

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db,
    pytest.mark.usefixtures("built"),
]

CLOSED = {"stranger": 404, "late": 404, "refused": 404}
OPEN = {**CLOSED, "reader": 200, "guest": 200, "editor": 200, "owner": 200}
POSTS = {
    "rename": {**CLOSED, "reader": 403, "guest": 403, "editor": 302, "owner": 302},
    "trash": {**CLOSED, "reader": 403, "guest": 403, "editor": 403, "owner": 302},
    "restore": dict.fromkeys(OPEN, 404),
}


def session_of(page: str) -> dict[str, Any]:
    """Read what the page tells its script."""
    found = re.search(r'<script id="session"[^>]*>(.*?)</script>', page)
    assert found is not None
    session: dict[str, Any] = json.loads(unescape(found[1]))
    return session


def write(document: Document, author: User, text: str, link: str = "") -> None:
    """Append a paragraph to the log."""
    doc: Doc[XmlFragment] = Doc()
    root = doc.get("default", type=XmlFragment)
    doc.apply_update(log.state(document.pk))
    before = doc.get_state()
    with doc.transaction():
        paragraph = root.children.append(XmlElement("paragraph"))
        words = paragraph.children.append(XmlText())
        words.insert(0, text, {"link": {"href": link}} if link else None)
    head = Head.objects.get(document=document)
    head.seq += 1
    head.save()
    Update.objects.create(
        document=document,
        seq=head.seq,
        author=author,
        at=timezone.now(),
        payload=doc.get_update(before),
    )


@pytest.mark.parametrize(("who", "code"), OPEN.items())
def test_a_document_opens_for_those_who_may_read(
    shared: Shared, visitor: Visitor, who: str, code: int
) -> None:
    answer = visitor(who).get(f"/documents/{shared.document.pk}/")
    assert answer.status_code == code


@pytest.mark.parametrize(
    ("action", "who", "code"),
    [(action, who, code) for action, of in POSTS.items() for who, code in of.items()],
)
def test_only_those_who_may_change_a_document(
    shared: Shared, visitor: Visitor, action: str, who: str, code: int
) -> None:
    path = f"/documents/{shared.document.pk}/{action}/"
    assert visitor(who).post(path, {"title": "Other"}).status_code == code
    assert visitor(who).get(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/trash/", "/documents/{}/", "/share/"])
def test_anonymous_people_are_sent_to_the_log_in(
    shared: Shared, visitor: Visitor, path: str
) -> None:
    path = path.format(shared.document.pk)
    answer = visitor("anonymous").get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("action", ["", "{}/rename/", "{}/trash/", "{}/restore/"])
def test_a_foreign_page_cannot_post(shared: Shared, action: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shared.people["owner"])
    answer = client.post(f"/documents/{action.format(shared.document.pk)}")
    assert answer.status_code == 403
    assert b"Nothing was changed" in answer.content


@pytest.mark.parametrize(
    "path",
    ["/", "/trash/", "/documents/{}/", "/shell/", "/nowhere", "/api/docs"]
    + [f"/accounts/{page}/" for page in ("login", "signup", "password/reset")],
)
@pytest.mark.parametrize("who", ["anonymous", "owner"])
def test_no_page_allows_or_has_inline_scripts(
    shared: Shared, visitor: Visitor, path: str, who: str
) -> None:
    answer = visitor(who).get(path.format(shared.document.pk))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S):
        assert not script.strip() or "application/json" in attributes
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_the_page_tells_its_script_who_and_what(
    shared: Shared, visitor: Visitor
) -> None:
    page = visitor("guest").get(f"/documents/{shared.document.pk}/").content.decode()
    guest = shared.people["guest"]
    assert session_of(page) == {
        "document": str(shared.document.pk),
        "user": {"id": guest.pk, "name": "guest", "hue": guest.hue},
        "role": "reader",
        "socket": f"/ws/documents/{shared.document.pk}",
        "title": "Minutes",
        "history": False,
        "past": False,
    }


def test_the_latest_text_is_in_the_page_and_harmless(
    shared: Shared, visitor: Visitor
) -> None:
    owner = shared.people["owner"]
    write(shared.document, owner, "<script>alert(1)</script>")
    write(shared.document, owner, "click", link="javascript:alert(1)")
    page = visitor("reader").get(f"/documents/{shared.document.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "javascript:" not in page


def test_a_title_cannot_break_out_of_the_page(shared: Shared, visitor: Visitor) -> None:
    title = '</script><script>alert(1)</script>"><b>'
    Document.objects.update(title=title)
    for path in ("/", f"/documents/{shared.document.pk}/"):
        page = visitor("owner").get(path).content.decode()
        assert "<script>alert" not in page
        assert '"><b>' not in page


def test_a_text_that_cannot_be_read_leaves_the_page_open(
    shared: Shared, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_document: UUID, _state: bytes) -> str:
        raise reading.Unreadable("crash")

    monkeypatch.setattr(reading, "html", crash)
    answer = visitor("reader").get(f"/documents/{shared.document.pk}/")
    assert answer.status_code == 200
    assert b"It is safe" in answer.content


def test_the_list_shows_first_lines(shared: Shared, visitor: Visitor) -> None:
    write(shared.document, shared.people["owner"], "It rains in Bern.")
    readings.refresh(shared.document.pk)
    assert b"It rains in Bern." in visitor("owner").get("/").content


def test_the_shell_knows_nobody_and_no_document(
    shared: Shared, visitor: Visitor
) -> None:
    answer = visitor("owner").get("/shell/")
    page = answer.content.decode()
    assert not any(session_of(page).values())
    assert "owner" not in page
    assert "csrfmiddlewaretoken" not in page
    assert not answer.cookies
    assert page == visitor("anonymous").get("/shell/").content.decode()


def test_the_service_worker_may_serve_every_page(
    visitor: Visitor,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings.FRONTEND_DIST = tmp_path_factory.mktemp("dist")
    assert visitor("anonymous").get("/service-worker.js").status_code == 404
    (live_settings.FRONTEND_DIST / "service-worker.js").write_text("// worker")
    answer = visitor("anonymous").get("/service-worker.js")
    assert b"".join(answer) == b"// worker"
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    answer.close()


def test_creating_opens_the_new_document(visitor: Visitor) -> None:
    answer = visitor("stranger").post("/documents/", {"title": "Plans"})
    document = Document.objects.get(title="Plans")
    assert answer["Location"] == f"/documents/{document.pk}/"
    assert document.head.seq == 1


def test_renaming_needs_no_script(shared: Shared, visitor: Visitor) -> None:
    path = f"/documents/{shared.document.pk}/rename/"
    visitor("editor").post(path, {"title": "  Protokoll "})
    assert Document.objects.get().title == "Protokoll"
    visitor("editor").post(path, {"title": "x" * 201})
    assert Document.objects.get().title == "Protokoll"


def test_what_was_trashed_can_be_taken_back_at_once(
    shared: Shared, visitor: Visitor
) -> None:
    client = visitor("owner")
    answer = client.post(f"/documents/{shared.document.pk}/trash/", follow=True)
    page = answer.content.decode()
    restore = f"/documents/{shared.document.pk}/restore/"
    assert "Moved to the trash." in page
    assert restore in page
    assert restore in client.get("/trash/").content.decode()
    client.post(restore)
    assert "Minutes" in client.get("/").content.decode()
    assert restore not in client.get("/trash/").content.decode()


def test_the_trash_shows_only_ones_own(shared: Shared, visitor: Visitor) -> None:
    trash.trash(shared.document, timezone.now())
    assert b"Minutes" not in visitor("editor").get("/trash/").content
    address = f"/?trashed={shared.document.pk}"
    assert b"Moved to the trash" not in visitor("editor").get(address).content


@pytest.mark.parametrize("junk", ["/?trashed=junk", "/?q=%00", "/?q=" + "a+" * 500])
def test_the_list_bears_any_address(visitor: Visitor, junk: str) -> None:
    assert visitor("owner").get(junk).status_code == 200


@pytest.mark.parametrize(
    ("search", "found"), [("min", True), ("MINUTES", True), ("min zebra", False)]
)
def test_searching_finds_words_of_titles(
    visitor: Visitor, search: str, found: bool
) -> None:
    page = visitor("owner").get("/", {"q": search}).content.decode()
    assert (">Minutes<" in page) is found


def test_an_empty_list_teaches(visitor: Visitor) -> None:
    assert b"Write the first document" in visitor("stranger").get("/").content


def test_a_long_list_costs_no_more_queries_than_a_short_one(
    shared: Shared,
    visitor: Visitor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(20):
        log.create(shared.people["owner"], f"Minutes {number}", timezone.now())
    client = visitor("owner")
    with django_assert_num_queries(4):  # session, person, documents, roles
        client.get("/")


def test_an_error_has_a_page_of_ours(
    person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[object]:
        raise LookupError

    monkeypatch.setattr("documents.views.documents.entries", broken)
    client = Client(raise_request_exception=False)
    client.force_login(person("somebody"))
    answer = client.get("/")
    assert answer.status_code == 500
    assert b"Every edit that said Saved is safe" in answer.content

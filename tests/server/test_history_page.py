"""The page of a history: who may open it, and what it tells its script."""

import pytest
from django.utils import timezone

from documents import access, trash
from documents.models import Audience
from tests.server.conftest import Shared, Visitor
from tests.server.test_pages import session_of

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db,
    pytest.mark.usefixtures("built"),
]

CLOSED = {"stranger": 404, "late": 404, "refused": 404}
OPEN = {
    Audience.OWNER: {**CLOSED, "owner": 200, "editor": 403, "reader": 403},
    Audience.EDITORS: {**CLOSED, "owner": 200, "editor": 200, "reader": 403},
    Audience.READERS: {**CLOSED, "owner": 200, "editor": 200, "reader": 200},
}
ANSWERS = [
    (audience, who, code) for audience, of in OPEN.items() for who, code in of.items()
]
"""What each is answered, by whom the owner lets see the history."""


@pytest.mark.parametrize(
    ("audience", "who", "code"),
    ANSWERS,
)
def test_a_history_opens_for_those_who_may_see_it(
    shared: Shared, visitor: Visitor, audience: Audience, who: str, code: int
) -> None:
    access.show_history(shared.document, audience)
    path = f"/documents/{shared.document.pk}/history/?at=1&from=1&view=compare"
    assert visitor(who).get(path).status_code == code


def test_who_may_not_is_told_so_in_words(shared: Shared, visitor: Visitor) -> None:
    path = f"/documents/{shared.document.pk}/history/"
    page = visitor("reader").get(path).content.decode()
    assert "Your role in this document does not allow that." in page
    assert "Minutes" not in page


def test_anonymous_people_are_sent_to_the_log_in(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/documents/{shared.document.pk}/history/"
    answer = visitor("anonymous").get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_script_is_told_who_opened_which_document(
    shared: Shared, visitor: Visitor
) -> None:
    path = f"/documents/{shared.document.pk}/history/"
    answer = visitor("editor").get(path)
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    editor = shared.people["editor"]
    assert session_of(page) == {
        "document": str(shared.document.pk),
        "user": {"id": editor.pk, "name": "editor", "hue": editor.hue},
        "role": "editor",
        "socket": f"/ws/documents/{shared.document.pk}",
        "title": "Minutes",
        "history": True,
        "past": True,
    }


@pytest.mark.parametrize(("who", "may"), [("owner", True), ("reader", False)])
def test_the_page_of_the_text_leads_to_the_history_whoever_may_see_it(
    shared: Shared, visitor: Visitor, who: str, may: bool
) -> None:
    page = visitor(who).get(f"/documents/{shared.document.pk}/").content.decode()
    session = session_of(page)
    assert (session["history"], session["past"]) == (may, False)
    assert ('id="history"' in page) is may


def test_the_history_of_what_is_in_the_trash_is_the_owners(
    shared: Shared, visitor: Visitor
) -> None:
    trash.trash(shared.document, timezone.now())
    path = f"/documents/{shared.document.pk}/history/"
    assert visitor("owner").get(path).status_code == 200
    assert visitor("editor").get(path).status_code == 404

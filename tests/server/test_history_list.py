"""The versions as a plain list: who may read it, what it says, and by which pages."""

import re
from datetime import timedelta
from typing import Final

import pytest

from documents import access, aside
from documents.aside import NotYet
from documents.history import telling
from documents.models import Audience
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper
from tests.server.test_history_page import ANSWERS

pytestmark = [
    pytest.mark.server,
    pytest.mark.django_db,
    pytest.mark.usefixtures("built"),
]

DAY: Final = timedelta(days=1)


@pytest.fixture
def paper(shared: Shared) -> Paper:
    """Three sittings on three days: the owner's, the editor's, the owner's."""
    made = Paper(shared.document)
    for number in range(3):
        made.now += DAY
        who = shared.people["editor" if number == 1 else "owner"]
        made.write(who, f"<b>sitting</b> {number} ")
        made.write(who, "goes on. ")
    return made


def lines(page: str) -> list[str]:
    """Give the headings and items of the list, without their tags."""
    found = re.findall(r"<(?:h2|li)>(.*?)</(?:h2|li)>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


@pytest.mark.parametrize(
    ("audience", "who", "code"),
    ANSWERS,
)
def test_the_list_is_for_those_who_may_see_the_history(
    shared: Shared, visitor: Visitor, audience: Audience, who: str, code: int
) -> None:
    access.show_history(shared.document, audience)
    answer = visitor(who).get(f"/documents/{shared.document.pk}/history/?list")
    assert answer.status_code == code
    assert (b"version-list" in answer.content) is (code == 200)


def test_it_tells_who_when_and_how_much_the_newest_first(
    visitor: Visitor, paper: Paper
) -> None:
    path = f"/documents/{paper.document.pk}/history/?list"
    answer = visitor("editor").get(path)
    assert "no-store" in answer["Cache-Control"]
    assert lines(answer.content.decode())[:4] == [
        "Thursday, 5 March 2026",
        "10:00 UTC · owner · 2 changes 26 added, 0 removed",
        "Wednesday, 4 March 2026",
        "10:00 UTC · editor · 2 changes 26 added, 0 removed",
    ]


def test_its_pages_hold_every_version_once(
    visitor: Visitor, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = visitor("owner")
    path = f"/documents/{paper.document.pk}/history/"
    every = lines(owner.get(path + "?list").content.decode())
    monkeypatch.setattr(telling, "PAGE", 1)
    paged: list[str] = []
    query: str | None = "?list"
    while query:
        page = owner.get(path + query).content.decode()
        paged += lines(page)
        older = re.search(r'href="[^"?]*([^"]*)" rel="next"', page)
        query = older and older[1].replace("&amp;", "&")
    assert len(every) > 4
    assert paged == every


def test_a_page_that_is_no_number_is_the_first(visitor: Visitor, paper: Paper) -> None:
    owner, path = visitor("owner"), f"/documents/{paper.document.pk}/history/?list"
    first = lines(owner.get(path).content.decode())
    for wrong in ("", "-1", "x", "²"):
        page = owner.get(path, {"list": "", "before": wrong})
        assert lines(page.content.decode()) == first


def test_the_page_of_the_history_holds_the_list_where_no_script_runs(
    visitor: Visitor, paper: Paper
) -> None:
    page = visitor("owner").get(f"/documents/{paper.document.pk}/history/")
    found = re.search(r"<noscript>(.*?)</noscript>", page.content.decode(), re.DOTALL)
    assert found
    assert "10:00 UTC · editor · 2 changes 26 added, 0 removed" in lines(found[1])


def test_a_long_history_is_listed_only_for_who_asks(
    visitor: Visitor, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "ROWS", 0)
    path = f"/documents/{paper.document.pk}/history/"
    page = visitor("owner").get(path).content.decode()
    assert "version-list" not in page
    assert f'<a href="{path}?list">' in page


def test_what_takes_too_long_is_said_in_words(
    visitor: Visitor, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_given: object) -> None:
        raise NotYet

    monkeypatch.setattr(aside, "ask", never)
    answer = visitor("owner").get(f"/documents/{paper.document.pk}/history/?list")
    assert answer.status_code == 202
    assert int(answer["Refresh"]) > 0
    assert "being read for the first time" in answer.content.decode()

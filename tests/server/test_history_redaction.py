"""Redaction: words leave the log for ever, and everything else stays as it was."""

from typing import Any

import pytest
from django.test import Client
from pycrdt import XmlElement, XmlFragment, XmlText

from documents.models import (
    Chapter,
    Columns,
    Document,
    Head,
    Reading,
    Redaction,
    Snapshot,
    Update,
)
from documents.postgres import conninfo
from documents.storage import log, snapshots
from documents.yjs.updates import parse
from tests.core.logs import absorbed
from tests.server.conftest import Shared, Visitor
from tests.server.papers import Paper, chapter, holds, verified, words_of
from tests.server.test_api import ask
from tests.writers import grow

pytestmark = [pytest.mark.server, pytest.mark.django_db]

SECRET = "hunter2"


@pytest.fixture
def paper(shared: Shared) -> Paper:
    """Two people wrote, and pasted a secret on the way."""
    made = Paper(shared.document)
    owner, editor = shared.people["owner"], shared.people["editor"]
    made.write(owner, "The password is ")
    made.write(editor, SECRET)
    made.write(owner, ". Keep it.")
    return made


def redact(client: Client, paper: Paper, *seqs: int) -> Any:
    """Ask for all that some rows brought to be taken out."""
    ids = [one for seq in seqs for one in paper.ids(seq)]
    path = f"/{paper.document.pk}/history/redact"
    return ask(client, "POST", path, {"ranges": ids})


def text(document: Document) -> str:
    return str(Paper(document).client(document.owner)["default"])


def test_a_secret_is_gone_from_every_row_and_the_rest_stays(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    assert holds(paper.document, SECRET)
    answer = redact(visitor("owner"), paper, 3)
    assert answer.status_code == 200
    assert answer.json() == {"first": 3, "last": 3, "epoch": 2}
    assert not holds(paper.document, SECRET)
    assert text(paper.document) == "<paragraph>The password is . Keep it.</paragraph>"
    lengths = [
        struct.length
        for section in parse(
            bytes(Update.objects.get(document=paper.document, seq=3).payload)
        ).structs.values()
        for struct in section
    ]
    assert lengths == [len(SECRET)]


def test_a_visible_mark_remains_in_the_history(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    redact(visitor("owner"), paper, 3)
    path = f"/{paper.document.pk}/history"
    told = ask(visitor("editor"), "GET", path).json()
    [mark] = told["redactions"]
    assert (mark["first"], mark["last"]) == (3, 3)
    assert mark["by"] == shared.people["owner"].pk
    assert mark["by"] in [one["id"] for one in told["people"]]
    assert (told["epoch"], told["head"]) == (2, 5)


def test_what_still_lived_is_deleted_by_the_owner(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    redact(visitor("owner"), paper, 3)
    row = Update.objects.get(document=paper.document, seq=5)
    assert row.author == shared.people["owner"]
    [[client, clock, length]] = paper.ids(3)
    assert parse(bytes(row.payload)).deletes == {client: ((clock, clock + length),)}
    head = Head.objects.get(document=paper.document)
    assert (head.seq, head.author, head.at) == (5, row.author, row.at)


def test_what_was_deleted_is_not_deleted_again(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    paper.delete(shared.people["editor"], 16, 16 + len(SECRET))
    answer = redact(visitor("owner"), paper, 3)
    assert answer.json() == {"first": 3, "last": 3, "epoch": 2}
    assert Head.objects.get(document=paper.document).seq == 5
    assert not holds(paper.document, SECRET)
    assert "intact, 5 entries" in verified(paper.document)


def test_a_part_of_a_row_is_taken_out(visitor: Visitor, paper: Paper) -> None:
    [client, clock, _] = paper.ids(2)[-1]
    body = {"ranges": [[client, clock + 4, 8]]}
    path = f"/{paper.document.pk}/history/redact"
    assert ask(visitor("owner"), "POST", path, body).status_code == 200
    assert text(paper.document).startswith("<paragraph>The  is hunter2. Keep")
    assert not holds(paper.document, "password")


def split(root: XmlFragment) -> None:
    """Press Enter before the secret: what follows goes into a paragraph of its own."""
    words = words_of(root)
    at = len("The password is ")
    rest = str(words)[at:]
    del words[at:]
    paragraph = root.children.append(XmlElement("paragraph"))
    paragraph.children.append(XmlText(rest))


def test_what_says_the_secret_again_goes_with_it(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    secret = paper.ids(3)
    seq = paper.change(shared.people["editor"], split)
    path = f"/{paper.document.pk}/history/redact"
    answer = ask(visitor("owner"), "POST", path, {"ranges": secret})
    assert answer.json() == {"first": 3, "last": seq, "epoch": 2}
    assert not holds(paper.document, SECRET)
    found = text(paper.document)
    assert found == (
        "<paragraph>The password is </paragraph><paragraph>. Keep it.</paragraph>"
    )
    assert "intact" in verified(paper.document)


def test_the_chain_is_intact_but_for_the_stretch(
    visitor: Visitor, paper: Paper
) -> None:
    redact(visitor("owner"), paper, 3)
    assert "redacted, and so not checked: 3 to 3" in verified(paper.document)
    chains = dict(
        Update.objects.filter(document=paper.document).values_list("seq", "chain")
    )
    assert [seq for seq, chain in chains.items() if chain is None] == [3]
    mark = Redaction.objects.get()
    assert bytes(mark.before) == bytes(chains[2] or b"")


def test_two_places_are_one_stretch_without_a_link_in_between(
    visitor: Visitor, paper: Paper
) -> None:
    answer = redact(visitor("owner"), paper, 2, 4)
    assert answer.json() == {"first": 2, "last": 4, "epoch": 2}
    rows = Update.objects.order_by("seq")
    nothing = rows.filter(document=paper.document, chain=None)
    assert list(nothing.values_list("seq", flat=True)) == [2, 3, 4]
    assert text(paper.document) == f"<paragraph>{SECRET}</paragraph>"
    assert "not checked: 2 to 4" in verified(paper.document)


def test_stretches_that_touch_become_one(visitor: Visitor, paper: Paper) -> None:
    owner = visitor("owner")
    redact(owner, paper, 2)
    assert redact(owner, paper, 3).json() == {"first": 2, "last": 3, "epoch": 3}
    assert Redaction.objects.count() == 1
    assert "intact, 6 entries" in verified(paper.document)
    # Row 5 is the first redaction's own: the others stay apart from it.
    redact(owner, paper, 4)
    stretches = Redaction.objects.values_list("first", "last")
    assert list(stretches) == [(2, 4)]
    assert "intact, 7 entries" in verified(paper.document)


def test_stretches_apart_stay_apart(
    shared: Shared, visitor: Visitor, paper: Paper
) -> None:
    paper.write(shared.people["editor"], " Or not.")
    redact(visitor("owner"), paper, 2)
    redact(visitor("owner"), paper, 5)
    stretches = Redaction.objects.order_by("first").values_list("first", "last")
    assert list(stretches) == [(2, 2), (5, 5)]
    assert "not checked: 2 to 2, 5 to 5" in verified(paper.document)
    redact(visitor("owner"), paper, 3, 4)
    assert Redaction.objects.get().last == 5
    assert "not checked: 2 to 5" in verified(paper.document)


def test_all_that_was_read_of_the_log_is_forgotten(
    visitor: Visitor, paper: Paper
) -> None:
    head = {"document": paper.document, "seq": 4, "epoch": 1}
    Columns.objects.create(**head, body=b"")
    Reading.objects.create(**head, text=f"The password is {SECRET}", words="")
    shown = Document.objects.filter(pk=paper.document.pk)
    shown.update(excerpt=f"The password is {SECRET}", excerpt_seq=4)
    redact(visitor("owner"), paper, 3)
    assert not Columns.objects.exists()
    assert not Reading.objects.filter(text__contains=SECRET).exists()
    assert SECRET not in shown.get().excerpt


@pytest.mark.parametrize(
    "layout",
    [[(1, 3)], [(1, 4)], [(1, 2), (3, 4)], [(1, 1), (2, 2), (3, 3), (4, 4)]],
    ids=str,
)
@pytest.mark.parametrize("seqs", [(3,), (2, 4), (2, 3), (4,)], ids=str)
def test_a_secret_is_gone_from_chapters_too(
    visitor: Visitor,
    paper: Paper,
    layout: list[tuple[int, int]],
    seqs: tuple[int, ...],
) -> None:
    ids = [one for seq in seqs for one in paper.ids(seq)]
    for first, last in layout:
        chapter(paper.document, first, last)
    path = f"/{paper.document.pk}/history/redact"
    answer = ask(visitor("owner"), "POST", path, {"ranges": ids})
    assert answer.json() == {"first": min(seqs), "last": max(seqs), "epoch": 2}
    assert holds(paper.document, SECRET) is (3 not in seqs)
    assert "intact, 5 entries" in verified(paper.document)
    for end in Chapter.objects.all():
        inside = [min(seqs) <= seq < max(seqs) for seq in (end.first - 1, end.last)]
        void = [bytes(link) == bytes(32) for link in (end.before, end.after)]
        assert void == [inside[0] or end.first == 1, inside[1]]


def test_a_long_text_of_many_is_redacted_and_verified(
    shared: Shared, visitor: Visitor
) -> None:
    people = [shared.people[name] for name in ("owner", "editor")]
    grow(shared.document, people, 60, seed=5)
    paper = Paper(shared.document)
    ids = {seq: paper.ids(seq) for seq in range(2, 62)}
    chapter(shared.document, 1, 20)
    chapter(shared.document, 21, 33)
    path = f"/{shared.document.pk}/history/redact"
    done = 0
    for seq in (30, 10, 25, 55, 12, 40):
        if not ids[seq]:
            continue
        answer = ask(visitor("owner"), "POST", path, {"ranges": ids[seq]})
        assert answer.status_code in {200, 422}
        done += answer.status_code == 200
        assert "intact" in verified(shared.document)
    assert done > 2


def test_a_redaction_of_what_is_not_there_changes_nothing(
    visitor: Visitor, paper: Paper
) -> None:
    owner = visitor("owner")
    path = f"/{paper.document.pk}/history/redact"
    [[client, clock, length]] = paper.ids(3)
    for ranges in (
        [[client, clock, length + 99]],
        [[client + 1, 0, 1]],
        [[1, 0, 1]],  # the paragraph itself says nothing
        [[client, clock, 0]],
        [[client, -1, 1]],
        [[client, 2**32, 1]],
        [],
    ):
        answer = ask(owner, "POST", path, {"ranges": ranges})
        assert answer.status_code == 422, ranges
    assert redact(owner, paper, 3).status_code == 200
    assert redact(owner, paper, 3).status_code == 422
    assert Head.objects.get(document=paper.document).epoch == 2


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_is_kept_without_the_secret(
    visitor: Visitor, paper: Paper
) -> None:
    snapshots.compact(conninfo(), paper.document.pk)
    assert holds(paper.document, SECRET)
    redact(visitor("owner"), paper, 3)
    assert not holds(paper.document, SECRET)
    kept = Snapshot.objects.get(document=paper.document)
    assert (kept.seq, kept.epoch) == (4, 2)
    assert text(paper.document) == "<paragraph>The password is . Keep it.</paragraph>"
    state, ledger = bytes(kept.state), bytes(kept.ledger)
    kept.delete()
    snapshots.compact(conninfo(), paper.document.pk)
    row = bytes(Update.objects.get(document=paper.document, seq=5).payload)
    again = Snapshot.objects.get(document=paper.document)
    assert snapshots.fold(state, [row]) == bytes(again.state)
    assert absorbed(ledger, [row]) == bytes(again.ledger)


def test_a_snapshot_of_another_epoch_is_dropped(visitor: Visitor, paper: Paper) -> None:
    Snapshot.objects.create(
        document=paper.document,
        seq=4,
        epoch=7,
        state=log.state(paper.document.pk),
        ledger=b"",
    )
    redact(visitor("owner"), paper, 3)
    assert not Snapshot.objects.exists()


def test_of_a_redaction_the_server_tells_numbers_only(
    visitor: Visitor, paper: Paper, caplog: pytest.LogCaptureFixture
) -> None:
    redact(visitor("owner"), paper, 3)
    assert "redacted" in caplog.text
    assert SECRET not in caplog.text

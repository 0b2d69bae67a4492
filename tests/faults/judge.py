"""The judgement: every receipted edit is in the log once, and all see the log.

Reads Postgres, asks yjs in Node, and lets the product's own commands look, too.
"""

from io import StringIO
from uuid import UUID

from channels.db import database_sync_to_async
from django.core.management import call_command

from documents.models import ChatMessage, Head, Update
from tests.core.yjs import Judge
from tests.faults.load import Load
from tests.faults.page import Page
from tests.faults.talk import Message
from tests.faults.truth import stored
from tests.waiting import until


async def judge(load: Load, yjs: Judge) -> None:
    """Let everybody come to rest, then compare all with the logs."""
    await load.rest()
    await until(lambda: _arrived(load))
    for document, truth in load.truths.items():
        seq, epoch, rows = await _log(document)
        assert seq == len(rows)
        log = yjs.state([payload for _, payload in rows], gc=True)
        assert not log["waiting"]
        pages = [one.page for one in load.browsers if one.page.document == document]
        for page in pages:
            seen = yjs.state([page.doc.get_update()], gc=True)
            assert seen["visible"] == log["visible"]
            assert seen["clocks"] == log["clocks"]
            wrong = list(truth.faults(rows, epoch, page.text()))
            assert not wrong, wrong
        chat = await _chat(document)
        assert chat, "nobody said anything"
        for one in load.browsers:
            if one.page.document == document:
                wrong = list(one.talk.faults(epoch, chat))
                assert not wrong, wrong
        await _looked_after(document)
    taken = load.notices.keys() & {"refused", "client-taken"}
    assert not taken, "an honest browser was refused"


async def ahead(page: Page) -> bool:
    """Whether the log holds an edit of a page that has no receipt for it."""
    _, _, rows = await _log(page.document)
    return any(stored(rows, edit) for edit in page.outbox.entries)


async def _arrived(load: Load) -> bool:
    """Whether everything has a receipt and everybody is where their log ends."""
    ends = await _heads()
    return all(
        one.page.outbox.empty
        and one.page.cursor == ends[one.page.document]
        and not one.talk.unheard
        for one in load.browsers
    )


@database_sync_to_async
def _heads() -> dict[UUID, int]:
    return dict(Head.objects.values_list("document_id", "seq"))


@database_sync_to_async
def _log(document: UUID) -> tuple[int, int, list[tuple[int, bytes]]]:
    head = Head.objects.get(document=document)
    rows = Update.objects.filter(document=document).order_by("seq")
    found = rows.values_list("seq", "payload")
    return head.seq, head.epoch, [(seq, bytes(payload)) for seq, payload in found]


@database_sync_to_async
def _chat(document: UUID) -> dict[int, Message]:
    said = ChatMessage.objects.filter(document=document)
    return {one.number: (one.key, one.text) for one in said}


@database_sync_to_async
def _looked_after(document: UUID) -> None:
    """The chain is intact and the log can be replayed; each raises CommandError."""
    call_command("verify_log", document=document, stdout=StringIO())
    call_command("check_log", document=document, stdout=StringIO())

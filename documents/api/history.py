"""Histories in the API: what one is shown with, bookmarks, visits, audience.

Each answer asks `documents.access` first whether the person may see the history.
"""

from dataclasses import asdict
from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from documents import access, aside, redacting
from documents.access import Opened, may_own, may_write, opened_history
from documents.api.answers import kept_json
from documents.api.history_schemas import (
    AlarmOut,
    AudienceIn,
    AuthorOut,
    BookmarkChange,
    BookmarkIn,
    BookmarkOut,
    HistoryOut,
    RedactedOut,
    RedactingOut,
    RedactionIn,
    RedactionOut,
    VisitIn,
)
from documents.api.past import Epoch
from documents.api.throttle import spend
from documents.aside import NotYet
from documents.history import bookmarks, chronicle, telling, visits
from documents.history.authors import named
from documents.history.chronicle import Behind, Beyond
from documents.history.erasure import Ids
from documents.models import Audience, Bookmark, Document, Redaction, User
from documents.people import signed_in
from documents.redacting import GoesOn
from documents.storage.moments import milliseconds
from documents.yjs.ranges import Range, normal
from documents.yjs.updates import ClientId

router = Router()


@router.get("/{uuid:document}/history", response=HistoryOut)
def describe(request: HttpRequest, document: UUID) -> HttpResponse:
    """Tell where the log ends, who wrote it, and what people have marked in it."""
    user = signed_in(request)
    told = _described(opened_history(user, document, timezone.now()), user)
    digest = sha256(told.model_dump_json().encode()).hexdigest()[:16]
    return kept_json(request, f"{told.epoch}-{told.head}-{digest}", lambda: told)


@router.post("/{uuid:document}/history/bookmarks", response={201: BookmarkOut})
def create_bookmark(
    request: HttpRequest, document: UUID, body: BookmarkIn
) -> Status[BookmarkOut]:
    """Give a seq a name; those who may write may."""
    user, now = signed_in(request), timezone.now()
    found = opened_history(user, document, now, may_write).document
    within(found, body.seq)
    made = bookmarks.create(found, body.seq, body.name, user, now)
    return Status(201, _bookmark(made))


@router.patch("/{uuid:document}/history/bookmarks/{int:bookmark}", response=BookmarkOut)
def change_bookmark(
    request: HttpRequest, document: UUID, bookmark: int, body: BookmarkChange
) -> BookmarkOut:
    """Rename, lock or unlock a bookmark; a locked one keeps its name."""
    user = signed_in(request)
    found = opened_history(user, document, timezone.now(), may_write).document
    changed = bookmarks.change(
        found, bookmark, user, name=body.name, locked=body.locked
    )
    return _bookmark(changed)


@router.delete(
    "/{uuid:document}/history/bookmarks/{int:bookmark}", response={204: None}
)
def delete_bookmark(
    request: HttpRequest, document: UUID, bookmark: int
) -> Status[None]:
    """Forget a bookmark, unless it is locked."""
    user = signed_in(request)
    found = opened_history(user, document, timezone.now(), may_write).document
    bookmarks.delete(found, bookmark)
    return Status(204, None)


@router.put("/{uuid:document}/history/visit", response={204: None})
def visit(request: HttpRequest, document: UUID, body: VisitIn) -> Status[None]:
    """Note up to which seq you have seen the document; never goes back."""
    user, now = signed_in(request), timezone.now()
    found = opened_history(user, document, now).document
    within(found, body.seq)
    visits.visit(found, user, body.seq, now)
    return Status(204, None)


@router.put("/{uuid:document}/history/audience", response={204: None})
def show(request: HttpRequest, document: UUID, body: AudienceIn) -> Status[None]:
    """Let others see the history, or no longer; only the owner may."""
    found = opened_history(signed_in(request), document, timezone.now(), may_own)
    access.show_history(found.document, body.audience)
    return Status(204, None)


@router.post(
    "/{uuid:document}/history/redact", response={200: RedactedOut, 202: RedactingOut}
)
def redact(
    request: HttpRequest, document: UUID, body: RedactionIn
) -> Status[RedactedOut] | Status[RedactingOut]:
    """Take words out of the text and its history, for ever; only the owner may.

    What takes longer than a request waits goes on; it can be asked for.
    """
    user, now = signed_in(request), timezone.now()
    found = opened_history(user, document, now, may_own).document
    spend(request, "labours")
    ids = _ids(body.ranges)
    try:
        done = redacting.redact(found.head.seq, document, ids, user.pk, now)
    except GoesOn:
        return Status(202, RedactingOut(done=False, epoch=found.head.epoch))
    return Status(200, RedactedOut(**done._asdict()))


@router.get("/{uuid:document}/history/redact", response=RedactingOut)
def ask_for_redaction(
    request: HttpRequest, document: UUID, epoch: Epoch
) -> RedactingOut:
    """Tell whether what was begun in an epoch is done; an error if it failed."""
    opened_history(signed_in(request), document, timezone.now(), may_own)
    return RedactingOut(done=redacting.is_done(document, epoch), epoch=epoch)


def _ids(ranges: list[tuple[int, int, int]]) -> Ids:
    found: dict[ClientId, list[Range]] = {}
    for client, clock, length in ranges:
        found.setdefault(ClientId(client), []).append((clock, clock + length))
    return {client: normal(many) for client, many in found.items()}


def within(document: Document, *seqs: int) -> None:
    """Raise Beyond unless the log reaches these seqs."""
    if max(seqs) > document.head.seq:
        raise Beyond


def _described(found: Opened, user: User) -> HistoryOut:
    document, head = found.document, found.document.head
    marked = [_bookmark(one) for one in bookmarks.of(document)]
    redacted = [_redaction(one) for one in _redactions(document)]
    wrote = aside.ask(chronicle.users, document.pk)
    who = {one.by for one in marked} | {one.by for one in redacted}
    seen = visits.seen(document, user)
    return HistoryOut(
        epoch=head.epoch,
        head=head.seq,
        traced=_traced(document),
        title=document.title,
        people=[AuthorOut(**asdict(one)) for one in named(wrote | who)],
        bookmarks=marked,
        redactions=redacted,
        seen=seen,
        alarm=_alarm(found, user, seen or 0),
        audience=Audience(document.history_for),
        may_write=may_write(found.role),
        may_own=may_own(found.role),
    )


def _traced(document: Document) -> int:
    """Tell how far it is found what carries what; see to it that it goes on."""
    head = document.head
    found = chronicle.reached(aside.own(), document.pk, head.epoch, head.seq)
    if found < head.seq:
        aside.trace(document.pk)
    return found


def _alarm(found: Opened, user: User, seen: int) -> AlarmOut | None:
    """Tell the owner, and whom it is about, of what vanished since they looked."""
    try:
        rung = aside.ask(telling.alarm, found.document.pk, seen)
    except (Behind, NotYet):
        return None
    if rung is None or not (may_own(found.role) or rung.by == user.pk):
        return None
    return AlarmOut(**rung._asdict())


def _redactions(document: Document) -> list[Redaction]:
    return list(Redaction.objects.filter(document=document).order_by("first"))


def _bookmark(bookmark: Bookmark) -> BookmarkOut:
    return BookmarkOut(
        id=bookmark.pk,
        seq=bookmark.seq,
        name=bookmark.name,
        by=bookmark.by_id,
        at=milliseconds(bookmark.at),
        locked=bookmark.locked,
    )


def _redaction(redaction: Redaction) -> RedactionOut:
    return RedactionOut(
        first=redaction.first,
        last=redaction.last,
        by=redaction.by_id,
        at=milliseconds(redaction.at),
    )

"""What is found in histories: versions, who wrote and deleted what, phrases."""

from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from documents import aside
from documents.access import opened_history
from documents.api.answers import kept, kept_json
from documents.api.history_schemas import (
    BlamedOut,
    Phrase,
    SightOut,
    VersionOut,
    VersionsIn,
    VersionsOut,
)
from documents.api.past import (
    Epoch,
    First,
    Last,
    shown,
    stretch,
    tag_of,
    told_until,
)
from documents.api.throttle import spend
from documents.history import telling
from documents.history.kept import FORM
from documents.history.telling import Wanted
from documents.history.versions import Version
from documents.people import signed_in
from documents.storage.entries import LAST

router = Router()


@router.get("/{uuid:document}/history/versions", response=VersionsOut)
def versions(
    request: HttpRequest, document: UUID, asked: Query[VersionsIn]
) -> HttpResponse:
    """Tell the sittings of people, the newest first, a page at a time."""
    user = signed_in(request)
    head = opened_history(user, document, timezone.now()).document.head
    spend(request, "labours")
    wanted = Wanted(**asked.model_dump())

    def told() -> VersionsOut:
        page = aside.ask(telling.versions, document, wanted)
        return VersionsOut(
            versions=[_version(one) for one in page.versions], more=page.more
        )

    query = "-".join("" if one is None else str(one) for one in wanted)
    tag = f"{FORM}-{head.epoch}-{head.seq}-{query}"
    return kept_json(request, tag + told_until(document, head.epoch, head.seq), told)


def _version(version: Version) -> VersionOut:
    return VersionOut(
        first=version.first,
        last=version.last,
        from_=version.since,
        to=version.until,
        authors=list(version.authors),
        changes=version.changes,
        added=version.added,
        removed=version.removed,
    )


@router.get("/{uuid:document}/history/blame", response=list[BlamedOut])
def blame(
    request: HttpRequest, document: UUID, epoch: Epoch, first: First, last: Last
) -> HttpResponse:
    """Tell who wrote and who deleted what could be read at two rows, in its order."""
    of = stretch(epoch, first, last, LAST)
    shown(request, document, of)
    spend(request, "labours")

    def told() -> bytes:
        # As BlamedOut has it, which would check tens of thousands of our own values.
        return aside.ask(telling.blame, document, of)

    return kept(request, tag_of(of), "application/json", told)


@router.get("/{uuid:document}/history/search", response=list[SightOut])
def search(request: HttpRequest, document: UUID, q: Phrase) -> HttpResponse:
    """Find a phrase in all text that ever was, in whatever case, the latest first."""
    found = opened_history(signed_in(request), document, timezone.now()).document
    spend(request, "labours")

    def sights() -> list[Schema]:
        many = aside.ask(telling.search, document, q)
        return [SightOut(**one._asdict()) for one in many]

    digest = sha256(q.encode()).hexdigest()[:16]
    tag = f"{FORM}-{found.head.epoch}-{found.head.seq}-{digest}"
    return kept_json(request, tag, sights)

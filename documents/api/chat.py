"""What was said in a document's chat; who speaks, does so on a socket."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from documents.access import may_speak, opened
from documents.api.schemas import Number, PersonOut, person_out
from documents.models import ChatMessage
from documents.people import signed_in
from documents.storage.chat import MOST
from documents.storage.entries import LAST
from documents.storage.moments import milliseconds

PAGE: Final = 50
"""Messages that are read at once backwards: a few screens."""

router = Router()


class MessageOut(Schema):
    """One entry of a chat; `by` is null when there is no such account any more.

    `at` is milliseconds since 1970; one that `removes` another has no text.
    """

    number: int
    at: int
    by: PersonOut | None
    text: str
    key: str
    removes: int | None


class ChatOut(Schema):
    """Messages of a chat in their order."""

    messages: list[MessageOut]


class Part(Schema):
    """Which messages: the next after one, the last before one, or the last."""

    after: Number | None = None
    before: Number | None = None


@router.get("/{uuid:document}/chat", response=ChatOut)
def read(
    request: HttpRequest, answer: HttpResponse, document: UUID, part: Query[Part]
) -> ChatOut:
    """Give what was said; for those alone who may speak.

    Nobody keeps it: it may be taken back later.
    """
    answer["Cache-Control"] = "private, no-store"
    found = opened(signed_in(request), document, timezone.now(), may_speak)
    said = ChatMessage.objects.filter(document=found.document).select_related("author")
    if part.after is not None:
        chosen = list(said.filter(number__gt=part.after).order_by("number")[:MOST])
    else:
        before = LAST if part.before is None else part.before
        youngest = said.filter(number__lt=before).order_by("-number")[:PAGE]
        chosen = list(reversed(youngest))
    return ChatOut(messages=[_written(message) for message in chosen])


def _written(message: ChatMessage) -> MessageOut:
    return MessageOut(
        number=message.number,
        at=milliseconds(message.at),
        by=person_out(message.author),
        text=message.text,
        key=message.key,
        removes=message.removes,
    )

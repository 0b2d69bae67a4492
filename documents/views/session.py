"""What the script of a document's page is told about document and person."""

from typing import TypedDict

from documents.access import Opened, may_see_history
from documents.listing import person
from documents.models import User


class Session(TypedDict):
    """What a script is told; in the editor's shell nothing."""

    document: str | None
    user: dict[str, int | str] | None
    role: str | None
    socket: str | None
    title: str | None
    history: bool
    past: bool


def session_of(user: User, found: Opened, *, past: bool = False) -> Session:
    """Tell who opened which document, and with which role.

    `history`: the person may see the past; `past`: the page begins there.
    """
    who = person(user)
    return {
        "document": str(found.document.pk),
        "user": {"id": who.id, "name": who.name, "hue": who.hue},
        "role": found.role.value,
        "socket": f"/ws/documents/{found.document.pk}",
        "title": found.document.title,
        "history": may_see_history(found.role, found.document),
        "past": past,
    }

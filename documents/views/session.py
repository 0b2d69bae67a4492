"""What the script of a document's page is told about document and person."""

from typing import TypedDict

from documents.access import Opened
from documents.listing import person
from documents.models import User


class Session(TypedDict):
    """What a script is told; all None in the editor's shell."""

    document: str | None
    user: dict[str, int | str] | None
    role: str | None
    socket: str | None
    title: str | None


def session_of(user: User, found: Opened) -> Session:
    """Tell who opened which document, and with which role."""
    who = person(user)
    return {
        "document": str(found.document.pk),
        "user": {"id": who.id, "name": who.name, "hue": who.hue},
        "role": found.role.value,
        "socket": f"/ws/documents/{found.document.pk}",
        "title": found.document.title,
    }

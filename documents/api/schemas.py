"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from documents.models import TITLE_LENGTH, Role, User
from documents.storage.entries import LAST

# Postgres stores every character but this one.
NO_NULL = r"^[^\x00]*$"
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=TITLE_LENGTH, pattern=NO_NULL),
]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=NO_NULL)
]
Number = Annotated[int, Field(ge=0, le=LAST)]
Grantable = Literal["editor", "commenter", "reader"]
Term = Literal["day", "week", "month", "always"]


class Titled(Schema):
    """The title to give, which may be empty."""

    title: Title


class PersonOut(Schema):
    """Somebody as others see them."""

    id: int
    name: str
    hue: int


def person_out(user: User | None) -> PersonOut | None:
    """Tell who somebody is; None when there is no such account any more."""
    return None if user is None else PersonOut.from_orm(user)


class DocumentOut(Schema):
    """A document as the person who asks may open it."""

    id: UUID
    title: str
    role: Role
    head: int


class MemberOut(Schema):
    """Somebody who can open a document; the e-mail address is for the owner alone."""

    id: int
    name: str
    hue: int
    email: str | None
    role: Role
    by_link: bool


class LinkOut(Schema):
    """The link of a document; the address is told once, when it is made."""

    role: Role
    expires: datetime | None
    url: str | None = None


class SharingOut(Schema):
    """Who can open a document, and how."""

    may_share: bool
    members: list[MemberOut]
    link: LinkOut | None


class Invitation(Schema):
    """A person to share with."""

    email: Email
    role: Grantable


class RoleIn(Schema):
    """The role to give instead."""

    role: Grantable


class LinkIn(Schema):
    """The link to make."""

    role: Grantable
    term: Term


class Problem(Schema):
    """What went wrong, in a sentence."""

    detail: str

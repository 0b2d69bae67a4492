"""Who can open a document, as the share dialog tells it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from documents.models import Document, Membership, Role, ShareLink, User

TERMS = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "always": None,
}


@dataclass(frozen=True)
class Member:
    """Somebody with a role, given in person or got by the link."""

    user: User
    role: Role
    by_link: bool


def members_of(document: Document, now: datetime) -> list[Member]:
    """Give the owner, then those with a role in person, then those by the link.

    Whoever has both is told once, by what was given in person.
    """
    members = [Member(document.owner, Role.OWNER, by_link=False)]
    seen = {document.owner_id}
    for grant in _grants(document):
        link = grant.link
        if grant.user_id in seen or (link and _over(link, now)):
            continue
        seen.add(grant.user_id)
        members.append(Member(grant.user, Role(grant.role), by_link=link is not None))
    return members


def _grants(document: Document) -> list[Membership]:
    grants = document.memberships.select_related("user", "link")
    return sorted(grants, key=lambda grant: (grant.link_id is not None, grant.pk))


def link_of(document: Document, now: datetime) -> ShareLink | None:
    """Give the document's link, unless it has expired."""
    link = document.links.first()
    return None if link is None or _over(link, now) else link


def expiry(term: str, now: datetime) -> datetime | None:
    """Say when a link of this term expires; None for never."""
    length = TERMS[term]
    return None if length is None else now + length


def _over(link: ShareLink, now: datetime) -> bool:
    return link.expires is not None and link.expires <= now

"""Who wrote a log: its authors as a history names them.

An author outlives the account, so that what two former members wrote stays apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import User
from documents.people import HUES


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who wrote; `former` when there is no such account any more."""

    id: int
    name: str
    hue: int
    former: bool


def named(ids: Iterable[int | None]) -> list[Author]:
    """Say who these are, in the order of their ids; None is nobody known."""
    wanted = {one for one in ids if one is not None}
    people = User.objects.in_bulk(wanted)
    return [_author(one, people.get(one)) for one in sorted(wanted)]


def _author(identity: int, user: User | None) -> Author:
    if user is None:
        name = _("Former member")
        return Author(identity, name, identity % HUES + 1, former=True)
    return Author(identity, user.name, user.hue, former=False)

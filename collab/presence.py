"""Who is in a document: participants become a roster.

Pure: times come as arguments, in milliseconds. Knows nothing of sockets, of Redis, or
of carets.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypedDict

Status = Literal["active", "idle", "away"]

ACTIVE_MS: Final = 60_000
"""Somebody who did something within a minute is at work."""
IDLE_MS: Final = 5 * 60_000
"""Somebody who did nothing for five minutes has left the desk."""

COLOURS: Final = (
    "#b83b45",
    "#ab4f04",
    "#8e6503",
    "#727202",
    "#2e8216",
    "#098064",
    "#057d82",
    "#03789f",
    "#3069c8",
    "#6f57c2",
    "#9448a6",
    "#ad3c7a",
)
"""The twelve hues for clients without our style sheet: one lightness (OKLCH 0.535),
white text on each at least 4.5:1, a caret in each at least 3:1 on light and on dark."""


class UserJson(TypedDict):
    """A person as carets name them."""

    id: int
    name: str
    hue: int
    color: str


class PersonJson(TypedDict):
    """One entry of the frame Roster (docs/protocol.md)."""

    user: int
    name: str
    hue: int
    status: Status
    since: int
    tabs: int


@dataclass(frozen=True, slots=True)
class Participant:
    """One socket of one user in a room; `active` is the time of its last activity."""

    socket: str
    user: int
    name: str
    hue: int
    since: int
    active: int

    def as_user(self) -> UserJson:
        """Give what the server stamps on this participant's awareness."""
        return {
            "id": self.user,
            "name": self.name,
            "hue": self.hue,
            "color": colour(self.hue),
        }

    def dump(self) -> str:
        """Write it as the line that `load` reads."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def load(cls, line: str | bytes) -> "Participant":
        """Read a line of `dump`. Raises ValueError where it is something else."""
        fields = json.loads(line)
        if not isinstance(fields, dict) or fields.keys() != set(cls.__slots__):
            raise ValueError("not a participant")
        if not all(type(fields[n]) is t for n, t in cls.__annotations__.items()):
            raise ValueError("not a participant's fields")
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Person:
    """All tabs of one user in a document."""

    user: int
    name: str
    hue: int
    status: Status
    since: int
    tabs: int

    def as_json(self) -> PersonJson:
        """Give the entry of the frame Roster."""
        return {
            "user": self.user,
            "name": self.name,
            "hue": self.hue,
            "status": self.status,
            "since": self.since,
            "tabs": self.tabs,
        }


def roster(participants: Iterable[Participant], now: int) -> list[Person]:
    """List the people, oldest first; of several tabs the most active one speaks."""
    tabs: defaultdict[int, list[Participant]] = defaultdict(list)
    for participant in participants:
        tabs[participant.user].append(participant)
    people = [_merged(sockets, now) for sockets in tabs.values()]
    return sorted(people, key=lambda person: (person.since, person.user))


def status(active: int, now: int) -> Status:
    """Tell from the last activity; a clock that runs ahead counts as active."""
    quiet = now - active
    if quiet < ACTIVE_MS:
        return "active"
    return "idle" if quiet < IDLE_MS else "away"


def colour(hue: int) -> str:
    """Give a hue, 1 to 12, as a hex colour; a hue outside wraps around."""
    return COLOURS[(hue - 1) % len(COLOURS)]


def _merged(sockets: Sequence[Participant], now: int) -> Person:
    latest = max(sockets, key=lambda tab: (tab.active, tab.socket))
    return Person(
        user=latest.user,
        name=latest.name,
        hue=latest.hue,
        status=status(latest.active, now),
        since=min(tab.since for tab in sockets),
        tabs=len(sockets),
    )

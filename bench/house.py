"""Our own server as a target: web processes on one core, documents, somebody signed in.

Needs Django set up: see `bench.place`.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench.place import Place
from bench.processes import pin
from bench.target import Target
from collab.boot.stack import Stack
from collab.boot.web import Web
from documents.management.commands.loadtest_fixture import share, sign_in, sign_up
from documents.models import User
from tests.deploy.proxy import Nginx

SERVER_CORE: Final = 0
KINDS: Final = ("daphne", "uvicorn")
MANY: Final = "6000"
LIMITS: Final = {
    "SOCKETS_PER_USER": MANY,
    "SOCKETS_PER_DOCUMENT": MANY,
    "LABOURS_PER_MINUTE": MANY,
}


@dataclass(frozen=True)
class Owner:
    """Somebody who is signed in and owns what is opened."""

    person: User = field(default_factory=lambda: sign_up(1)[0])

    def __post_init__(self) -> None:
        cookie = f"{settings.SESSION_COOKIE_NAME}={sign_in(self.person)}"
        object.__setattr__(self, "cookie", cookie)

    cookie: str = field(init=False)

    def documents(self, count: int) -> list[str]:
        """Make documents that nobody has opened."""
        with transaction.atomic():
            made = share([self.person], count, timezone.now())
        return [str(document.pk) for document in made]


def target(kind: str, webs: Sequence[Web], stack: Stack, owner: Owner) -> Target:
    """Describe web processes that run, and pin them."""
    for web in webs:
        pin(web.child.pid, SERVER_CORE)
    services = {"redis": stack.valkey, "postgres": stack.postgres}
    pids = {part: [one.child.pid] for part, one in services.items() if one}
    return Target(
        server=kind,
        protocol="yws",
        urls=[f"{web.ws}/ws/documents" for web in webs],
        pids={"web": [web.child.pid for web in webs], **pids},
        fresh=owner.documents,
        headers={"Cookie": owner.cookie, "Origin": webs[0].origin},
    )


@dataclass(frozen=True)
class House:
    """A place with an owner, where web processes can be run."""

    place: Place
    owner: Owner = field(default_factory=Owner)

    @contextmanager
    def serving(self, kind: str, processes: int = 1, **env: str) -> Iterator[Target]:
        """Run web processes, `kind` is daphne or uvicorn; end them in order."""
        with ExitStack() as cleanup:
            webs = [self.web(kind, port, env) for port in self.place.ports[:processes]]
            for web in webs:
                cleanup.callback(web.stop)
                web.start()
            connection.close()
            yield self.target(kind, webs)

    @contextmanager
    def proxied(self, kind: str, processes: int, **env: str) -> Iterator[Target]:
        """Run web processes behind deploy/nginx.conf, on the same core as they."""
        with self.serving(kind, processes, **env) as target:
            nginx = Nginx(self.place.folder, self.place.ports[:processes])
            nginx.start()
            try:
                pin(nginx.child.pid, SERVER_CORE)
                yield replace(
                    target,
                    urls=[f"ws://127.0.0.1:{nginx.port}/ws/documents"],
                    pids={**target.pids, "nginx": [nginx.child.pid]},
                )
            finally:
                nginx.child.stop()

    def web(self, kind: str, port: int, env: Mapping[str, str] | None = None) -> Web:
        """Make a web process, which is not started yet."""
        given = {**os.environ, **LIMITS, "SERVER": kind, **(env or {})}
        return Web(port, given, self.place.folder / f"web-{port}.log")

    def target(self, kind: str, webs: Sequence[Web]) -> Target:
        """Describe web processes that run, and pin them."""
        return target(kind, webs, self.place.stack, self.owner)

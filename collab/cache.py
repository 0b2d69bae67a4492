"""Django's cache on Redis, for what all processes count together: limits of people.

While Redis is away it forgets and lets pass, so that people still sign up and log in
(failed tries at passwords are counted in Postgres, by django-axes). Values are JSON:
with pickles, whoever gets into Redis could make every process run code.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from typing_extensions import override

from collab.roster import REDIS_ERRORS

T = TypeVar("T")

RESPITE_SECONDS: Final = 1.0
"""How long nobody is asked after a failure: a limit looks several times."""

_log = structlog.get_logger(__name__)


class Json:
    """How values are written; what JSON cannot say is a TypeError."""

    def dumps(self, value: object) -> bytes:
        """Write a value."""
        return json.dumps(value).encode()

    def loads(self, line: bytes) -> object:
        """Read a value. Raises ValueError."""
        return json.loads(line)


class _Outage:
    """When to ask again; not of a cache: Django makes one for each request."""

    until = 0.0


_clients: Final[dict[str, RedisCacheClient]] = {}
"""By address, for the same reason: else each request would connect anew."""


class Cache(RedisCache):
    """See the module."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server

    @cached_property
    def _cache(self) -> RedisCacheClient:
        return _clients.setdefault(self._server, super()._cache)

    @override
    def add(
        self,
        key: object,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Store what is not there yet; True while Redis is away."""
        return _patient(
            lambda: super(Cache, self).add(key, value, timeout, version),
            otherwise=True,
        )

    @override
    def get(
        self, key: object, default: object = None, version: int | None = None
    ) -> object:
        """Give what is stored; the default while Redis is away."""
        return _patient(
            lambda: super(Cache, self).get(key, default, version), otherwise=default
        )

    @override
    def set(
        self,
        key: object,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Store; nothing while Redis is away."""
        _patient(
            lambda: super(Cache, self).set(key, value, timeout, version), otherwise=None
        )

    @override
    def incr(self, key: object, delta: int = 1, version: int | None = None) -> int:
        """Count; as for the first time while Redis is away. Raises ValueError."""
        return _patient(
            lambda: super(Cache, self).incr(key, delta, version), otherwise=delta
        )

    @override
    def delete(self, key: object, version: int | None = None) -> bool:
        """Forget; False while Redis is away."""
        return _patient(
            lambda: super(Cache, self).delete(key, version), otherwise=False
        )

    @override
    def clear(self) -> NoReturn:
        """Refuse: Django would empty all of Redis, presence too."""
        raise NotImplementedError("this Redis holds more than the cache")


def _patient(ask: Callable[[], T], *, otherwise: T) -> T:
    if time.monotonic() < _Outage.until:
        return otherwise
    try:
        return ask()
    except REDIS_ERRORS as error:
        _Outage.until = time.monotonic() + RESPITE_SECONDS
        _log.warning("limits not counted", error=type(error).__name__)
        return otherwise

"""Typed reading of environment variables, for `collab.settings` alone.

A variable that is missing or malformed is named in the error.
"""

import os
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def env(name: str, default: T, cast: Callable[[str], T]) -> T:
    """Give the variable read by `cast`, or the default where it is not set.

    Raises ImproperlyConfigured, naming the variable, where `cast` refuses it.
    """
    text = os.environ.get(name, "")
    return _read(name, text, cast) if text else default


def required(name: str, cast: Callable[[str], T]) -> T:
    """Give the variable read by `cast`.

    Raises ImproperlyConfigured, naming the variable, where it is not set.
    """
    text = os.environ.get(name, "")
    if not text:
        raise ImproperlyConfigured(f"{name} is not set, and `make run` is not up.")
    return _read(name, text, cast)


def _read(name: str, text: str, cast: Callable[[str], T]) -> T:
    try:
        return cast(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def flag(text: str) -> bool:
    """Read a yes or no."""
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is not one of {', '.join(words)}") from None


def words(text: str) -> list[str]:
    """Read a list parted by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def origin(text: str) -> str:
    """Read one origin: scheme, host and, where it is not the usual one, port."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ValueError(f"{text!r} is not an origin such as https://docs.example.org")
    return text.lower()


def origins(text: str) -> list[str]:
    """Read a list of origins parted by commas."""
    return [origin(word) for word in words(text)]


def postgres(url: str) -> dict[str, object]:
    """Read a Postgres URL as Django's database settings."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("is not a URL such as postgresql://user:password@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }

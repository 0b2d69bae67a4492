"""Short questions to the database from the event loop, over a connection that stays.

Django's connections belong to threads, and threads come and go under ASGI: there a
connection is made for each request, which takes longer than most questions. One thread
stays here, for readings only: one that fails is tried again over a new connection.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
T = TypeVar("T")

_thread: Final = ThreadPoolExecutor(1, thread_name_prefix="inquiries")


def inquiry(question: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Make a function that reads the database one to be awaited.

    Raises what it raises, and django.db.OperationalError while Postgres is away.
    """

    @wraps(question)
    async def ask(*given: P.args, **named: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            _thread, lambda: _asked(lambda: question(*given, **named))
        )

    return ask


def _asked(question: Callable[[], T]) -> T:
    try:
        with connection.wrap_database_errors:
            return question()
    except (OperationalError, InterfaceError):
        connection.close()  # Postgres may have been restarted since
    try:
        with connection.wrap_database_errors:
            return question()
    except (OperationalError, InterfaceError):
        connection.close()
        raise

"""Short questions to the database go over one connection, which may be lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from django.db import OperationalError, connection

from collab.inquiries import inquiry

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]


@inquiry
def backend() -> int:
    """Tell which process of Postgres answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


@inquiry
def closed() -> None:
    """Close the connection of the thread that this runs in."""
    connection.close()


@pytest_asyncio.fixture(autouse=True)
async def _closed_in_the_end() -> AsyncIterator[None]:
    yield
    await closed()


@database_sync_to_async
def terminate(pid: int) -> None:
    """End a connection from the side of Postgres, and wait until it is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
        assert cursor.fetchone() == (True,)


async def test_all_questions_share_a_connection() -> None:
    assert len(set(await asyncio.gather(*[backend() for _ in range(5)]))) == 1


async def test_a_question_after_postgres_restarted_is_answered() -> None:
    first = await backend()
    await terminate(first)
    assert await backend() != first


async def test_while_postgres_is_away_it_says_so() -> None:
    asked = []

    @inquiry
    def question() -> None:
        asked.append(1)
        raise OperationalError

    with pytest.raises(OperationalError):
        await question()
    assert len(asked) == 2
    assert await backend()

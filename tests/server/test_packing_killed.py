"""kill -9 of `manage.py pack`, anywhere: each entry lies in one place, unchanged."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random, SystemRandom
from typing import Final, LiteralString
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.db import connection

from collab.boot.children import Child
from collab.boot.packages import PYTHON
from collab.boot.steps import ROOT
from documents.models import Chapter, User
from documents.postgres import conninfo
from documents.storage.chain import Entry
from documents.storage.snapshots import compact
from tests.packs import check, layout, whole, written
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

EDITS: Final = 600
UPDATES: Final = 16
ROUNDS: Final = 5

Packer = Callable[[], Child]


@pytest.fixture
def paper(transactional_db: None) -> UUID:
    paper = written(User.objects.create_user("ana@example.org", name="Ana"), EDITS)
    compact(conninfo(), paper)
    return paper


@pytest.fixture
def packer(tmp_path: Path) -> Iterator[Packer]:
    """Call it for a process of the command."""
    children: list[Child] = []
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    own = {"DATABASE_URL": url, "CHAPTER_UPDATES": str(UPDATES), "PGAPPNAME": "pack"}
    command = [str(PYTHON), "manage.py", "pack", "--all"]

    def start() -> Child:
        log = tmp_path / f"pack-{len(children)}.log"
        child = Child("pack", command, env=os.environ | own, cwd=ROOT, log=log)
        children.append(child)
        child.start()
        return child

    yield start
    for child in children:
        child.kill9()


_PACKER: Final = "SELECT FROM pg_stat_activity WHERE application_name = 'pack'"


async def gone() -> None:
    """Wait until Postgres has noticed that the packer is dead."""
    await until(lambda: asks(f"SELECT NOT EXISTS ({_PACKER})"))


async def blocks() -> None:
    """Wait until the packer waits for a lock."""
    locked = f"{_PACKER} AND wait_event_type = 'Lock'"
    await until(lambda: asks(f"SELECT EXISTS ({locked})"))


@database_sync_to_async
def asks(query: LiteralString) -> bool:
    """Put a yes or no question to Postgres."""
    with psycopg.connect(conninfo(), autocommit=True) as given:
        return given.execute(query).fetchone() == (True,)


def moment() -> Random:
    """Chance, with its seed told."""
    seed = SystemRandom().randrange(2**32)
    sys.stdout.write(f"seed {seed}\n")
    return Random(seed)


async def finishes(packer: Packer) -> None:
    """Let a packer come to its end."""
    child = packer()

    async def ended() -> bool:
        return not child.running

    await until(ended)
    assert child.process is not None
    assert child.process.returncode == 0


@database_sync_to_async
def reads(paper: UUID, entries: list[Entry], chapters: int) -> bool:
    """Whether so many chapters are there; the entries are these all the while."""
    assert whole(paper) == entries
    return Chapter.objects.count() >= chapters


ROW: Final = "SELECT FROM documents_update WHERE seq = %s FOR UPDATE"


@contextmanager
def blocked(query: LiteralString, *given: int) -> Iterator[None]:
    """Hold what the packer needs."""
    with psycopg.connect(conninfo()) as own:
        own.execute(query, given)
        yield
        own.rollback()


async def test_killed_at_any_moment(paper: UUID, packer: Packer) -> None:
    """And before its end: of each round's chapters somebody holds the seventh."""
    before = await database_sync_to_async(whole)(paper)
    chance = moment()
    done = 0
    for _ in range(ROUNDS):
        with blocked(ROW, (done + 6) * UPDATES + 1):
            child = packer()
            await until(partial(reads, paper, before, done + chance.randrange(1, 6)))
            child.kill9()
        await gone()
        await database_sync_to_async(check)(paper)
        assert await database_sync_to_async(whole)(paper) == before
        done = await Chapter.objects.acount()
    assert done < EDITS // UPDATES, "it was never interrupted"
    await finishes(packer)
    await database_sync_to_async(check)(paper)
    assert await database_sync_to_async(whole)(paper) == before
    assert (await database_sync_to_async(layout)(paper))[1] == [EDITS + 1]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT FROM documents_head FOR UPDATE", id="head"),
        pytest.param("LOCK TABLE documents_chapter IN SHARE MODE", id="insert"),
        pytest.param(
            "SELECT FROM documents_update WHERE seq = 40 FOR UPDATE", id="delete"
        ),
    ],
)
async def test_killed_at_each_of_its_writes(
    paper: UUID, packer: Packer, query: LiteralString
) -> None:
    before = await database_sync_to_async(whole)(paper)
    with blocked(query):
        child = packer()
        await blocks()
        child.kill9()
    await gone()
    await database_sync_to_async(check)(paper)
    assert await database_sync_to_async(whole)(paper) == before
    assert await Chapter.objects.acount() <= 2
    await finishes(packer)
    await database_sync_to_async(check)(paper)
    assert await database_sync_to_async(whole)(paper) == before

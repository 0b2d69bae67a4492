"""Documents are read anew by the running process, whatever their engine does."""

import asyncio
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError
from django.utils import timezone

from collab import rereading
from collab.boot.steps import ROOT
from collab.boot.web import Web
from collab.rereading import Rereading
from documents import engine
from documents.engine.reading import Unreadable
from documents.models import Head, Reading, Update, User
from documents.storage import log
from tests.actors import Actor, document, person
from tests.conftest import Webs
from tests.waiting import until

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]

SUBDOCUMENT = Path(__file__).parent.parent / "data" / "reproducers" / "bomb_subdoc.json"


@database_sync_to_async
def kept(notes: UUID) -> str:
    found = Reading.objects.filter(document=notes).first()
    return found.text.strip() if found else ""


async def test_what_people_wrote_is_read_when_the_last_one_left(house: Web) -> None:
    ana, session = await person("Ana")
    notes = await document(ana)
    a = await Actor(house, notes, session).join()
    await a.ready()
    await a.write("Ana wrote this.")
    await a.saved()
    await a.leave()
    assert await until(lambda: kept(notes)) == "Ana wrote this."


async def test_what_people_write_is_read_after_a_snapshot(webs: Webs) -> None:
    web = webs(SNAPSHOT_UPDATES="3")
    ana, session = await person("Ana")
    notes = await document(ana)
    a = await Actor(web, notes, session).join()
    await a.ready()
    for word in ("Ana", "wrote", "this", "all", "alone"):
        await a.write(f"{word} ")
        await a.saved()

    async def read() -> bool:
        # The first snapshot may be read before the second word is written.
        return (await kept(notes)).startswith("Ana wrote")

    await until(read)
    await a.leave()


# What fails


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[UUID]:
    """What is asked to be read; every odd reading fails."""
    told: asyncio.Queue[UUID] = asyncio.Queue()

    async def refresh(document: UUID) -> None:
        told.put_nowait(document)
        if document.int % 2:
            raise Unreadable("crash") if document.int % 3 else OperationalError

    monkeypatch.setattr(rereading, "_refresh", refresh)
    return told


async def test_a_failure_costs_one_reading(
    asked: asyncio.Queue[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out: list[set[int]] = []

    async def behind(_before: object, _most: int, but: set[UUID]) -> list[UUID]:
        left_out.append({document.int for document in but})
        return [UUID(int=4)]

    monkeypatch.setattr(rereading, "_behind", behind)
    part = Rereading()
    for number in (1, 3, 2, 2):
        part.want(UUID(int=number))
    running = asyncio.create_task(part.run())
    assert [(await asked.get()).int for _ in range(4)] == [1, 3, 2, 4]
    await part.round()
    assert (await asked.get()).int == 4
    assert left_out == [set(), {1, 3}]
    part.want(UUID(int=1))
    assert (await asked.get()).int == 1
    running.cancel()


# Another engine


def test_an_engine_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="'yrs' is not one of pycrdt, y-py"):
        engine.chosen("yrs")


def test_an_engine_that_is_not_installed_is_said_how_to_get(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _package: None)
    with pytest.raises(ValueError, match=r"pip install .* --extra y-py"):
        engine.chosen("y-py")


def test_nothing_starts_with_an_engine_that_is_none() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {"CRDT_ENGINE": "yrs"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "CRDT_ENGINE: 'yrs' is not one of pycrdt, y-py" in ended.stderr


@database_sync_to_async
def spoilt(owner: User) -> UUID:
    """A document at whose state y-py panics."""
    paper = log.create(owner, "Spoilt", timezone.now())
    (row,) = json.loads(SUBDOCUMENT.read_text())["updates_hex"]
    payload = bytes.fromhex(row)
    Update.objects.create(
        document=paper, seq=2, author=owner, at=paper.created, payload=payload
    )
    Head.objects.filter(document=paper).update(seq=2)
    return paper.pk


@database_sync_to_async
def asked_for(web: Web, paper: UUID, what: str, session: str) -> tuple[int, str]:
    address = f"{web.origin}/api/documents/{paper}/{what}"
    answer = httpx.get(address, cookies={"sessionid": session}, timeout=60)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("name", "spoils"),
    [
        (name, 200 if name == engine.DEFAULT else 503)
        for name, package in engine.PACKAGES.items()
        if find_spec(package)
    ],
)
async def test_a_state_at_which_the_engine_panics_harms_nothing_else(
    webs: Webs, name: str, spoils: int
) -> None:
    web = webs(CRDT_ENGINE=name)
    ana, session = await person("Ana")
    notes, bad = await document(ana), await spoilt(ana)
    pid = web.child.pid
    a = await Actor(web, notes, session).join()
    await a.ready()
    await a.write("Ana wrote this.")
    await a.saved()
    for _ in range(3):
        status, _text = await asked_for(web, bad, "text", session)
        assert status == spoils
        status, text = await asked_for(web, notes, "text", session)
        assert (status, text.strip()) == (200, "Ana wrote this.")
    status, tree = await asked_for(web, notes, "json", session)
    assert (status, json.loads(tree)["type"]) == (200, "doc")
    await a.leave()
    assert await until(lambda: kept(notes)) == "Ana wrote this."
    assert (web.child.running, web.child.pid) == (True, pid)

"""The embedded Postgres and Valkey: started, killed, found again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import redis

from collab.boot import folder
from collab.boot.folder import hold
from collab.boot.postgres import IN_THE_WAY
from collab.boot.stack import Stack, running
from collab.boot.steps import ROOT
from tests.waiting import PATIENCE, waited

pytestmark = pytest.mark.server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def up(data: Path) -> Iterator[Stack]:
    with closing(hold(data)) as held, running(held) as one:
        yield one


def services(data: Path) -> subprocess.Popen[bytes]:
    """The command a developer uses, as a process of its own."""
    command = [sys.executable, "-m", "collab.boot", "services", "--data", str(data)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def addresses(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    assert process.stdout
    first, second = process.stdout.readline(), process.stdout.readline()
    return json.loads(first)["database_url"], json.loads(second)["redis_url"]


def write(database_url: str, word: str) -> None:
    with psycopg.connect(database_url) as database:
        database.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        database.execute("INSERT INTO words VALUES (%s)", (word,))


def words(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as database:
        return [row[0] for row in database.execute("SELECT word FROM words")]


def test_a_second_start_finds_the_data(data: Path) -> None:
    with up(data) as first:
        write(first.database_url, "kept")
    with up(data) as second:
        assert words(second.database_url) == ["kept"]
        assert second.database_url == first.database_url


def test_killed_postgres_has_what_was_committed(data: Path) -> None:
    with up(data) as one:
        assert one.postgres
        write(one.database_url, "kept")
        lost = pytest.raises(psycopg.OperationalError)
        with lost, psycopg.connect(one.database_url) as busy:
            busy.execute("SELECT 1")
            one.postgres.child.kill9()
            one.postgres.start()
        assert words(one.database_url) == ["kept"]


def test_postgres_starts_when_the_last_backend_of_a_killed_one_has_ended(
    data: Path,
) -> None:
    with up(data) as one, psycopg.connect(one.database_url, autocommit=True) as slow:
        assert one.postgres
        log, backend = one.postgres.log, slow.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        one.postgres.child.kill9()

        def end_when_it_is_in_the_way() -> None:
            try:
                waited(lambda: IN_THE_WAY in log.read_text())
            finally:
                os.kill(backend, signal.SIGCONT)

        ending = Thread(target=end_when_it_is_in_the_way)
        ending.start()
        one.postgres.start()
        ending.join()
        write(one.database_url, "again")


def test_killed_valkey_answers_again_at_its_place(data: Path) -> None:
    with up(data) as one, redis.from_url(one.redis_url) as client:
        assert one.valkey
        client.set("key", "gone with the process")
        one.valkey.child.kill9()
        one.valkey.start()
        assert client.get("key") is None
        assert client.hsetex("hash", "field", "expires", ex=9)


def test_kill_9_of_the_parent_leaves_nothing_and_loses_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LOCK_PATIENCE", PATIENCE)
    with services(data) as parent:
        database_url, redis_url = addresses(parent)
        write(database_url, "kept")
        parent.kill()
    # The lock is inherited by every child: whoever gets it knows that all are gone.
    with closing(hold(data)):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(database_url)
        with pytest.raises(redis.ConnectionError):
            redis.from_url(redis_url).ping()
    with up(data) as again:
        assert words(again.database_url) == ["kept"]


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "SIGHUP", "end of input"])
def test_stopping_in_order(data: Path, way: str) -> None:
    with services(data) as process:
        addresses(process)
        assert process.stdin
        if way == "end of input":
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[way])
        assert process.wait() == 0
    assert "database system is shut down" in (data / "postgres.log").read_text()
    assert "ready to exit" in (data / "valkey.log").read_text()


def test_what_started_last_stops_first(data: Path) -> None:
    told: list[str] = []
    with closing(hold(data)) as held, running(held, tell=told.append):
        assert told == ["Starting Postgres", "Starting Valkey"]
    assert told[2:] == ["Valkey has stopped", "Postgres has stopped"]


def test_what_was_given_is_not_started(data: Path) -> None:
    given = ("postgresql://given/one", "redis://given")
    with closing(hold(data)) as held, running(held, *given) as one:
        assert (one.database_url, one.redis_url) == given
        assert one.servers == []


def test_strangers_are_refused(stack: Stack) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stack.database_url.replace("palimpsest:", "palimpsest:x", 1))
    with pytest.raises(redis.AuthenticationError):
        redis.from_url(stack.redis_url.replace("redis://:", "redis://:x", 1)).ping()


def test_passwords_are_in_no_log_and_no_command_line(data: Path) -> None:
    with up(data) as one:
        assert one.postgres
        assert one.valkey
        wrong = pytest.raises(psycopg.errors.UndefinedTable)
        with wrong, psycopg.connect(one.database_url) as database:
            database.execute("SELECT 'a secret sentence' FROM nowhere")
        public = [
            *one.postgres.child.command,
            *one.valkey.child.command,
            (data / "postgres.log").read_text(),
            (data / "valkey.log").read_text(),
        ]
    for secret in (one.postgres.password, one.valkey.password, "a secret sentence"):
        assert not [text for text in public if secret in text]

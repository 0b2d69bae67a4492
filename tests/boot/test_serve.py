"""`make run` behind its preparation: started, killed, started again, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from collab import embedded
from collab.boot import folder
from collab.boot.children import BootError, Child, Server
from collab.boot.folder import hold, kept_port
from collab.boot.serve import keep_alive
from collab.boot.steps import ROOT
from collab.boot.web import Web, claim
from documents import demo
from tests.waiting import PATIENCE

pytestmark = pytest.mark.server

ENV = {
    name: value
    for name, value in os.environ.items()
    if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ORIGINS", "DATA"}
}


class Run:
    """A run as a person sees it: its lines, and signals sent to it."""

    def __init__(self, data: Path, port: int, **env: str) -> None:
        self.data = data
        self.web = Web(port, {})
        numbers = ["--port", str(port), "--data", str(data)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "collab.boot", "serve", *numbers],
            cwd=ROOT,
            env=ENV | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def lines_until(self, beginning: str) -> list[str]:
        """Read on until a line begins so; fail when the run ends before."""
        assert self.process.stdout
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line.rstrip())
            if line.startswith(beginning):
                return lines
        raise AssertionError("\n".join(lines))

    def rest(self) -> list[str]:
        """Read to the end."""
        assert self.process.stdout
        return self.process.stdout.read().splitlines()

    def card(self) -> embedded.Embedded:
        """Read what it tells settings."""
        card = embedded.read(self.data)
        assert card
        return card

    def documents(self) -> int:
        """Count what is stored."""
        with psycopg.connect(self.card().database_url) as database:
            row = database.execute("SELECT count(*) FROM documents_document").fetchone()
        assert row
        return int(row[0])

    def children(self) -> list[int]:
        """Tell the ids of its own children: Postgres, Valkey, the server."""
        pid = self.process.pid
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in told.split()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def port() -> Iterator[int]:
    """Where the run will be; until then nobody else is."""
    with kept_port() as port:
        yield port


@contextmanager
def running(data: Path, port: int, **env: str) -> Iterator[Run]:
    run = Run(data, port, **env)
    with run.process:
        try:
            yield run
        finally:
            run.process.kill()


def test_a_run_from_nothing_to_its_end_and_again(data: Path, port: int) -> None:
    with running(data, port) as run:
        told = run.lines_until(f"ready on http://127.0.0.1:{port}/")
        assert run.web.healthy()
        assert told[:4] == [
            "Starting Postgres",
            "Starting Valkey",
            "Preparing the database",
            "Starting the server",
        ]
        run.lines_until(demo.LOGINS)
        made = manage(data, "loadtest_fixture", "--documents", "2", "--users", "1")
        assert json.loads(made)["origin"] == f"http://127.0.0.1:{port}"
        assert run.documents() == 3
        run.process.terminate()
        assert run.rest()[-3:] == [
            "The server has stopped",
            "Valkey has stopped",
            "Postgres has stopped",
        ]
        assert run.process.wait() == 0
    assert embedded.read(data) is None
    with running(data, port) as run:
        run.lines_until("ready on ")
        assert run.documents() == 3


def test_a_run_on_uvicorn(data: Path, port: int) -> None:
    """`SERVER=uvicorn make run`: make hands its environment on."""
    with running(data, port, SERVER="uvicorn") as run:
        run.lines_until("ready on ")
        assert run.web.healthy()
        *_, server = run.children()
        words = Path(f"/proc/{server}/cmdline").read_bytes().split(b"\0")
        assert b"collab.server_uvicorn" in words
        assert run.documents() == 1
        run.process.terminate()
        assert run.rest()[-3] == "The server has stopped"
        assert run.process.wait() == 0


def test_kill_9_leaves_no_process_and_loses_nothing(
    data: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LOCK_PATIENCE", PATIENCE)
    with running(data, port) as run:
        run.lines_until("ready on ")
        run.process.kill()
    # Every child inherits the lock: whoever gets it knows that all are gone.
    hold(data).close()
    claim(port)
    with running(data, port) as run:
        run.lines_until("ready on ")
        assert run.documents() == 1


def test_what_dies_is_started_again(data: Path, port: int) -> None:
    with running(data, port) as run:
        run.lines_until("ready on ")
        for name, child in zip(
            ("Postgres", "Valkey", "the server"), run.children(), strict=True
        ):
            os.kill(child, signal.SIGKILL)
            run.lines_until(f"{name} has ended unexpectedly")
            run.lines_until(f"{name} answers again")
        assert run.web.healthy()
        assert run.documents() == 1


class Mayfly:
    """A server that ends as soon as it was started."""

    def __init__(self) -> None:
        self.child = Child("the mayfly", ["true"])

    def start(self) -> None:
        self.child.start()
        assert self.child.ended_within(10)

    def stop(self) -> None:
        self.child.stop()


def test_what_keeps_dying_ends_the_run() -> None:
    mayflies: list[Server] = [Mayfly()]
    with pytest.raises(BootError, match="the mayfly keeps ending"):
        keep_alive(mayflies)


def test_a_taken_port_is_one_line(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with running(data, port) as run:
            lines = run.rest()
            assert run.process.wait() == 1
    mend = f"stop what listens there, or choose another, make run PORT={port + 1}"
    assert lines == [f"port {port} is taken: {mend}"]
    assert not (data / "postgres").exists()


def manage(data: Path, *arguments: str) -> str:
    """Run manage.py as a person would, with no setting but where the data is."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=ENV | {"DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout

"""Reading documents in workers that may die."""

import json
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from structlog.testing import capture_logs

from documents.engine import reading
from documents.engine.reading import Reader, Readers, Unreadable
from tests.waiting import PATIENCE

BOLD = "Zürich 🏔 bold"


@pytest.fixture
def reader() -> Iterator[Reader]:
    own = Reader("pycrdt", PATIENCE)
    yield own
    own.close()


def state() -> bytes:
    document: Doc[XmlFragment] = Doc()
    root = document.get("default", type=XmlFragment)
    with document.transaction():
        heading = root.children.append(XmlElement("heading"))
        heading.attributes["level"] = 2
        words = heading.children.append(XmlText())
        words.insert(0, "Zürich 🏔 ")
        words.insert(len("Zürich 🏔 ".encode()), "bold", {"bold--a1b2c3d4": {}})
    return document.get_update()


def test_a_state_is_read_in_every_form(reader: Reader) -> None:
    assert reader.read(b"t", state()) == BOLD
    html = '<h2 dir="auto">Zürich 🏔 <strong>bold</strong></h2>'
    assert reader.read(b"h", state()) == html
    line, text, words = json.loads(reader.read(b"r", state()))
    assert (line, text, words) == (BOLD, BOLD, "'zürich':1 'bold':2")
    assert json.loads(reader.read(b"j", state())) == {
        "type": "doc",
        "content": [
            {
                "type": "heading",
                "attrs": {"level": 2},
                "content": [
                    {"type": "text", "text": "Zürich 🏔 "},
                    {"type": "text", "text": "bold", "marks": [{"type": "bold"}]},
                ],
            }
        ],
    }


@pytest.mark.parametrize("poison", [b"", b"\xff", b"\x01\x01\xff", b"\xff" * 4096])
def test_bytes_that_are_no_state_cost_one_answer(reader: Reader, poison: bytes) -> None:
    with pytest.raises(Unreadable, match="panic"):
        reader.read(b"t", poison)
    assert reader.read(b"t", state()) == BOLD


def silent(_engine: str) -> "subprocess.Popen[bytes]":
    """A worker that never answers."""
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_worker_that_takes_too_long_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_start", silent)
    hasty = Reader("pycrdt", seconds=0)
    with pytest.raises(Unreadable, match="time-out"):
        hasty.read(b"t", state())


def test_a_worker_killed_from_outside_is_replaced(reader: Reader) -> None:
    reader.read(b"t", state())
    assert reader._worker is not None
    reader._worker.kill()
    reader._worker.wait()
    with pytest.raises(Unreadable, match="crash"):
        reader.read(b"t", state())
    assert reader.read(b"t", state()) == BOLD


def test_a_worker_is_replaced_after_some_readings(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READS", 2)
    workers = set()
    for _ in range(4):
        reader.read(b"t", state())
        assert reader._worker is not None
        workers.add(reader._worker.pid)
    assert len(workers) == 2


def test_who_finds_no_free_worker_is_told_so() -> None:
    none_free = Readers("pycrdt", count=0, seconds=0.01)
    with pytest.raises(Unreadable, match="busy"):
        none_free.read(b"t", state())


def test_a_failure_is_logged_with_its_document_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = Readers("pycrdt", PATIENCE)
    monkeypatch.setattr(reading, "_readers", lambda: own)
    document, before = uuid4(), reading.failures["panic"]
    with capture_logs() as said, pytest.raises(Unreadable):
        reading.text(document, b"not a state")
    assert reading.failures["panic"] == before + 1
    told = {"event": "unreadable", "document": str(document), "why": "panic"}
    assert said == [{**told, "log_level": "warning"}]
    assert reading.text(document, state()) == BOLD
    own.close()


def test_a_worker_may_take_only_so_much_memory_and_leaves_no_core() -> None:
    script = (
        "import resource; from documents.engine.__main__ import MEMORY, limit; limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0] == MEMORY,"
        " resource.getrlimit(resource.RLIMIT_CORE)[0]);"
        "bytearray(MEMORY)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False
    )
    assert ended.stdout.split() == [b"True", b"0"]
    assert b"MemoryError" in ended.stderr


def test_the_worker_knows_no_framework_and_no_secret() -> None:
    script = (
        "import sys; from documents.engine.__main__ import engine_named;"
        "engine_named('pycrdt'); print(*sorted(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "pycrdt" in loaded
    assert not {"django", "collab", "psycopg", "redis", "y_py"} & set(loaded)

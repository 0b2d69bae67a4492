"""Reading documents in a worker that may die."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from documents.reading import Reader, Unreadable


@pytest.fixture
def reader() -> Iterator[Reader]:
    own = Reader(seconds=10)
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
    assert reader.read(b"t", state()) == "Zürich 🏔 bold"
    assert reader.read(b"e", state()) == "Zürich 🏔 bold"
    html = '<h2 dir="auto">Zürich 🏔 <strong>bold</strong></h2>'
    assert reader.read(b"h", state()) == html


@pytest.mark.parametrize("poison", [b"", b"\xff", b"\x01\x01\xff", b"\xff" * 4096])
def test_bytes_that_are_no_state_cost_one_answer(reader: Reader, poison: bytes) -> None:
    with pytest.raises(Unreadable):
        reader.read(b"t", poison)
    assert reader.read(b"t", state()) == "Zürich 🏔 bold"


def test_a_worker_that_takes_too_long_is_ended() -> None:
    hasty = Reader(seconds=0)
    with pytest.raises(Unreadable):
        hasty.read(b"t", state())


def test_a_worker_killed_from_outside_is_replaced(reader: Reader) -> None:
    reader.read(b"t", state())
    assert reader._worker is not None
    reader._worker.kill()
    reader._worker.wait()
    with pytest.raises(Unreadable):
        reader.read(b"t", state())
    assert reader.read(b"t", state()) == "Zürich 🏔 bold"


def test_the_worker_knows_no_framework_and_no_secret() -> None:
    script = "import sys, documents.engine as e; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "pycrdt" in loaded
    assert not {"django", "collab", "psycopg", "redis"} & set(loaded)

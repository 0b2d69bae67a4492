"""The data folder: who holds it, what it keeps, and the card that settings read."""

import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from collab import embedded
from collab.boot import folder
from collab.boot.children import BootError
from collab.boot.folder import Folder, free_port, hold, kept_port
from collab.boot.web import claim

CARD = embedded.Embedded("postgresql://x", "redis://x", "key", ["http://x"], pid=1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def held(data: Path) -> Iterator[Folder]:
    one = hold(data)
    yield one
    one.close()


def test_keys_stay_over_a_restart(data: Path) -> None:
    first = hold(data)
    first.close()
    second = hold(data)
    second.close()
    assert first.keys == second.keys


def test_keys_are_for_the_owner_alone(held: Folder) -> None:
    assert stat.S_IMODE(held.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((held.path / folder.KEYS).stat().st_mode) == 0o600


def test_a_kept_port_that_was_taken_meanwhile_is_changed(data: Path) -> None:
    first = hold(data)
    first.close()
    with socket.create_server(("127.0.0.1", first.keys.postgres_port)):
        second = hold(data)
    second.close()
    assert second.keys.postgres_port != first.keys.postgres_port
    assert second.keys.postgres_password == first.keys.postgres_password


def test_a_second_run_is_told_what_to_do(
    held: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "LOCK_PATIENCE", 0)
    with pytest.raises(BootError, match=r"in use by another run.*DATA="):
        hold(held.path)


def test_damaged_keys_name_the_mend(data: Path) -> None:
    hold(data).close()
    (data / folder.KEYS).write_text("{")
    with pytest.raises(BootError, match="damaged: delete"):
        hold(data)


def test_the_card_is_read_while_the_run_lives(held: Folder) -> None:
    embedded.write(held.path, CARD)
    assert embedded.read(held.path) == CARD
    assert stat.S_IMODE((held.path / embedded.CARD).stat().st_mode) == 0o600


def test_a_card_left_behind_is_nobodys(data: Path) -> None:
    one = hold(data)
    one.close()
    embedded.write(data, CARD)
    assert embedded.read(data) is None


def test_no_card_in_a_folder_that_is_not_there(data: Path) -> None:
    assert embedded.read(data) is None


def test_a_taken_port_is_told_with_the_mend() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: int = other.getsockname()[1]
        with pytest.raises(BootError, match=f"port {port} is taken.*PORT={port + 1}"):
            claim(port)


def test_a_free_port_may_be_claimed() -> None:
    with kept_port() as port:
        claim(port)


def test_its_ports_are_kept_before_anything_listens(held: Folder) -> None:
    kept = {held.keys.postgres_port, held.keys.valkey_port}
    with ExitStack() as others:
        drawn = {others.enter_context(kept_port()) for _ in range(200)}
    assert kept.isdisjoint(drawn)
    for port in kept:
        assert free_port(port) == port
        socket.create_server(("127.0.0.1", port)).close()

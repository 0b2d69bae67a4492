"""The preparation: stamps, Node, and what a failed step says."""

import sys
from pathlib import Path

import pytest

from collab.boot import chromium, frontend, steps
from collab.boot.children import BootError


@pytest.fixture(autouse=True)
def _root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "LOGS", tmp_path / ".cache")


def test_a_failed_step_names_the_mend_and_its_log() -> None:
    command = [sys.executable, "-c", "print('why'); raise SystemExit(3)"]
    with pytest.raises(BootError) as told:
        steps.run("one step", command, "check the network")
    assert str(told.value) == (
        "one step failed: check the network (details: .cache/one-step.log)"
    )
    assert (steps.LOGS / "one-step.log").read_text() == "why\n"


def test_a_missing_tool_is_told_in_the_same_way() -> None:
    with pytest.raises(BootError, match="one step failed: install it"):
        steps.run("one step", ["/no/such/tool"], "install it")


def test_a_stamp_tells_changed_sources(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "stamp"
    source.write_text("one")
    assert not steps.stamped(stamp, steps.digest([source]))
    steps.put_stamp(stamp, steps.digest([source]))
    assert steps.stamped(stamp, steps.digest([source]))
    source.write_text("two")
    assert not steps.stamped(stamp, steps.digest([source]))


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v18.20.4", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v23.1.0", True),
        ("nonsense", False),
    ],
)
def test_node_is_new_enough(tmp_path: Path, version: str, good: bool) -> None:
    assert frontend.node_is_new(fake(tmp_path, "node", version)) is good


def test_an_old_node_is_replaced_by_the_one_in_the_venv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "machine", "node", "v18.0.0")
    venv = tmp_path / "venv" / "bin"
    monkeypatch.setattr(frontend, "VENV", venv.parent)
    monkeypatch.setenv("PATH", str(tmp_path / "machine"))
    installed: list[Path] = []

    def install(lock: Path, _what: str) -> None:
        installed.append(lock)
        fake(venv, "node", "v24.0.0")

    monkeypatch.setattr("collab.boot.packages.install", install)
    assert frontend.path_with_node().startswith(f"{venv}:")
    assert installed == [frontend.NODE_LOCK]


def test_no_node_at_all_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "VENV", tmp_path / "venv")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("collab.boot.packages.install", lambda _lock, _what: None)
    with pytest.raises(BootError, match=r"no Node 20\.19 or newer: install Node"):
        frontend.path_with_node()


def test_no_chromium_is_told_to_those_who_cannot_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BootError, match="apt-get install chromium"):
        chromium.install()


def fake(folder: Path, name: str, version: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\necho {version}\n")
    script.chmod(0o755)
    return str(script)

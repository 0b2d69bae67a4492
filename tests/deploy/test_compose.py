"""docker-compose.yml, Dockerfile and .env.example, as far as no engine is needed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from collab.boot.steps import ROOT
from tests.deploy.proxy import CONF, values

BIN = Path(sys.executable).parent
COMPOSE = ROOT / "docker-compose.yml"
REQUIRED = {"SECRET_KEY", "ORIGINS", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "SCHEME"}
FILLED = {name: f"given-{name.lower()}" for name in REQUIRED}


def told(*command: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run a tool of the venv without our environment."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={"PATH": path or os.environ["PATH"], "HOME": path or "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def resolved(folder: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Let podman-compose resolve the file; the engine is asked for its version only."""
    engine = folder / "podman"
    engine.write_text("#!/bin/sh\necho podman version 5.4.0\n")
    engine.chmod(0o755)
    env = folder / "env"
    env.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return told("podman-compose", "--env-file", str(env), "config", path=path)


def test_compose_follows_the_specification() -> None:
    schema = ["--builtin-schema", "vendor.compose-spec"]
    checked = told("check-jsonschema", *schema, str(COMPOSE))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_dockerfile_is_clean() -> None:
    checked = told("hadolint", "Dockerfile")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_what_is_not_set_is_named(tmp_path: Path, name: str) -> None:
    for given in (FILLED | {name: ""}, {k: v for k, v in FILLED.items() if k != name}):
        refused = resolved(tmp_path, given)
        assert refused.returncode != 0
        assert f"set {name} in .env" in refused.stderr


def test_secrets_reach_only_who_needs_them(tmp_path: Path) -> None:
    answer = resolved(tmp_path, FILLED)
    assert answer.returncode == 0, answer.stderr
    services = yaml.safe_load(answer.stdout)["services"]
    holders = {
        name: {
            service
            for service, described in services.items()
            if FILLED[name] in yaml.safe_dump(described)
        }
        for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
    }
    assert holders == {
        "SECRET_KEY": {"web", "migrate"},
        "POSTGRES_PASSWORD": {"web", "migrate", "postgres"},
        "REDIS_PASSWORD": {"web", "migrate", "valkey"},
    }
    for described in services.values():
        command = yaml.safe_dump(described.get("command", ""))
        assert not any(value in command for value in FILLED.values())


def test_only_nginx_can_be_reached_and_nobody_writes_beside_a_volume() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]
    assert all(one["read_only"] for one in services.values())
    assert all(
        "no-new-privileges:true" in one["security_opt"] for one in services.values()
    )


def test_nginx_gets_what_its_template_leaves_open() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    open_names = set(re.findall(r"\$\{(\w+)\}", CONF.read_text()))
    assert open_names == set(values(Path(), 0, []))
    assert open_names <= services["nginx"]["environment"].keys()


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    example = dict(re.findall(r"(?m)^(\w+)=(.*)$", (ROOT / ".env.example").read_text()))
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    assert used - example.keys() <= {"IMAGE", "RESOLVER", "LOG_LEVEL"}
    assert example.keys() <= used
    assert not any(example[name] for name in FILLED if "KEY" in name or "PASS" in name)

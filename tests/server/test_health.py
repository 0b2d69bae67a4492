"""/healthz: whether this process can serve."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.server, pytest.mark.django_db]


def test_all_is_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"postgres": "ok", "migrations": "ok", "redis": "ok"}


def test_a_redis_that_is_away_is_named(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["redis"] == "failing"
    assert answer.json()["postgres"] == "ok"
    assert b"secret" not in answer.content


def test_a_missing_migration_is_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pending(*_: object) -> list[str]:
        return ["documents.0002"]

    monkeypatch.setattr("collab.health.MigrationExecutor.migration_plan", pending)
    assert client.get("/healthz").json()["migrations"] == "failing"


def test_a_postgres_that_is_away_is_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("collab.health.connection.cursor", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["postgres"] == "failing"

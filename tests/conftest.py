"""What every test may ask for: real Postgres and Valkey, real servers.

Addresses are fixed before Django reads its settings; what answers behind them starts
when the first test that needs it runs, so the pure core is tested without it.
DATABASE_URL and REDIS_URL, when given, are used instead, unless tests run in parallel:
then each worker process has its own.
"""

import atexit
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import django
import hypothesis
import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from servestatic.middleware import ServeStaticMiddleware

from collab.boot.folder import hold, kept_port
from collab.boot.postgres import Postgres
from collab.boot.stack import Stack, running
from collab.boot.valkey import Valkey
from collab.boot.web import Web
from documents.engine import reading
from tests.waiting import PATIENCE

_data = tempfile.TemporaryDirectory(prefix="palimpsest-tests-")
atexit.register(_data.cleanup)
FOLDER = hold(Path(_data.name))
PARALLEL = "PYTEST_XDIST_WORKER" in os.environ
GIVEN = (
    ("", "")
    if PARALLEL
    else (os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))
)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "collab.settings",
    "DATABASE_URL": GIVEN[0] or Postgres(FOLDER).url,
    "REDIS_URL": GIVEN[1] or Valkey(FOLDER).url,
    "SECRET_KEY": FOLDER.keys.secret_key,
    "ORIGINS": "http://testserver",
    "DATA": _data.name,
}
django.setup()
# Else a worker process would read its settings before it comes to this file.
del os.environ["DJANGO_SETTINGS_MODULE"]
# Else each server would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if not GIVEN[0]:
    # Emptying the tables after a test can deadlock with a server that still runs. Who
    # looks for deadlocks first gives way: let that be the server, which tries again.
    connection.settings_dict["OPTIONS"]["options"] = "-c deadlock_timeout=30s"

hypothesis.settings.register_profile(
    "quick",
    max_examples=60,
    # Both would only say how busy a machine is.
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("quick")

MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
FEW_BYTES = 4_000_000

Webs = Callable[..., Web]


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Postgres and Valkey, once a session."""
    with running(FOLDER, *GIVEN) as up:
        yield up


@pytest.fixture(scope="session")
def django_db_modify_db_settings(stack: Stack) -> None:
    """Let pytest-django make its database only after Postgres is up."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Take the database down also where a killed server's session still ends."""
    yield
    connection.close()  # it may be one that a test's Postgres took along
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _static_files_listed_once() -> Iterator[None]:
    """Spare each test's visitor the tenth of a second that listing them takes."""
    listed: list[ServeStaticMiddleware] = []
    whole = ServeStaticMiddleware.add_files_from_finders

    def once(one: ServeStaticMiddleware) -> None:
        if not listed:
            whole(one)
            listed.append(one)
        one.files, one.directories = listed[0].files, listed[0].directories

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServeStaticMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _few_rows_are_deleted() -> Iterator[None]:
    """Spare each test the tenth of a second that emptying the tables took.

    Truncated, each gets new files, and Django makes its content types again.
    """
    truncate = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty(case: TransactionTestCase) -> None:
        if not rows_deleted():
            truncate(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


def rows_deleted() -> bool:
    """Delete every row, unless many; tell whether that was done.

    Locked first, as a server may be writing still, or the backend of a killed one.
    """
    tables = connection.introspection.django_table_names(only_existing=True)
    emptied = [name for name in tables if name not in MADE_BY_MIGRATING]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(emptied)} IN EXCLUSIVE MODE")
        cursor.execute(
            "SELECT coalesce(sum(pg_relation_size(name::regclass)), 0)"
            " FROM unnest(%s::text[]) AS name",
            [emptied],
        )
        if cursor.fetchone()[0] > FEW_BYTES:
            return False
        cursor.execute("; ".join(f"DELETE FROM {name}" for name in emptied))
    return True


@pytest.fixture(scope="session", autouse=True)
def _readings_may_take_long() -> Iterator[None]:
    """Their workers give way to all else that a busy machine does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SECONDS", PATIENCE)
        yield


@pytest.fixture(autouse=True)
def _stack_where_marked(request: pytest.FixtureRequest) -> None:
    """Start Postgres and Valkey for tests marked `server` or `browser`."""
    if any(request.node.get_closest_marker(name) for name in ("server", "browser")):
        request.getfixturevalue("stack")


def _server(port: int, folder: Path, env: Mapping[str, str]) -> Web:
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    own = {"DATABASE_URL": url, "ORIGINS": f"http://127.0.0.1:{port}"}
    return Web(port, os.environ | own | dict(env), folder / f"web-{port}.log")


@pytest.fixture
def webs(transactional_db: None, tmp_path: Path) -> Iterator[Webs]:
    """Call it for a running server: each call another one, all on one database.

    Keywords are environment variables for that server: `webs(AUDIT_SECONDS="1")`.
    """
    with ExitStack() as cleanup:

        def another(**env: str) -> Web:
            port = cleanup.enter_context(kept_port())
            server = _server(port, tmp_path, env)
            cleanup.callback(server.stop)
            server.start()
            return server

        yield another


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    """One server for all tests of a module, with the module's ENV; nobody kills it."""
    yield from keep(getattr(request.module, "ENV", {}), tmp_path_factory)


@pytest.fixture(scope="module")
def annex(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    """A second process beside `house`."""
    yield from keep(getattr(request.module, "ENV", {}), tmp_path_factory)


def keep(env: Mapping[str, str], folders: pytest.TempPathFactory) -> Iterator[Web]:
    """Keep a server for many tests."""
    with kept_port() as port:
        server = _server(port, folders.mktemp("server"), env)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def web(webs: Webs) -> Web:
    """A running server: `.origin`, `.ws`, `.kill9()`, `.restart()`, `.stop()`."""
    return webs()
